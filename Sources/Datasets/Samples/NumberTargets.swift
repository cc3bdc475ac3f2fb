import Settings

/// Numbers to predict, as they are stored.
enum NumberTargets {
    /// Brings targets to mean 0 and deviation 1 of the training samples, if the scenario wants it.
    /// Returns the deviation of a single target, and 1 for several ones.
    ///
    /// - Parameters:
    ///   - train: shape (samples, width), at least one sample.
    ///   - path: the file, for the error about a test target that overflows.
    static func scaled(
        _ train: [Double], _ test: [Double], width: Int, standardizes: Bool, path: String
    ) throws(DataError) -> (train: [Float], test: [Float], scale: Double) {
        var (first, second, scale) = (train, test, 1.0)
        if standardizes {
            let law = Standardization(fitting: train, width: width)
            (first, second) = (law.apply(to: train), law.apply(to: test))
            scale = width == 1 ? law.deviations[0] : 1
        }
        let numbers = (first.map { Float($0) }, second.map { Float($0) })
        guard (numbers.0 + numbers.1).allSatisfy(\.isFinite) else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "targets that float32 can hold", "a larger one",
                    "correct it or set data.dataset.standardize_target: false"))
        }
        return (numbers.0, numbers.1, scale)
    }
}
