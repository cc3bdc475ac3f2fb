import Settings

/// The shape of the samples of an array.
enum NPZShape {
    /// Returns the shape of a sample, and the order of the array's axes if it must change.
    ///
    /// - Parameter x: shape (samples, shape...).
    static func shape(
        _ x: NPYArray, _ reading: NPZ.Reading
    ) throws(DataError) -> (axes: [Int]?, shape: [Int]) {
        guard !x.isText, let count = x.shape.first, count > 0 else {
            throw x.problem(
                "numbers of one sample or more, shape (samples, ...)",
                x.isText ? "texts" : "shape \(x.shape)")
        }
        guard count <= Int(Int32.max) else {
            throw x.problem("at most \(Int(Int32.max).grouped) samples", count.grouped)
        }
        var own = Array(x.shape.dropFirst())
        var axes: [Int]?
        if reading.channelsFirst {
            guard own.count == 3 else {
                throw x.problem(
                    "images of shape (samples, channels, height, width)", "shape \(x.shape)",
                    "set data.dataset.channels: last")
            }
            axes = [0, 2, 3, 1]
            own = [own[1], own[2], own[0]]
        }
        // Grey images have one channel, as those of all other data sets.
        let usual = own.isEmpty ? [1] : own.count == 2 ? own + [1] : own
        let shape = reading.shape.isEmpty ? usual : reading.shape
        guard shape.reduce(1, *) == own.reduce(1, *) else {
            throw x.problem(
                "samples of \(shape.reduce(1, *).grouped) numbers (data.dataset.shape is \(shape))",
                "\(own.reduce(1, *).grouped) (shape \(x.shape))")
        }
        guard DatasetHeader.isPossible(shape: shape) else {
            throw x.problem(
                "samples of 1 to 4 dimensions and at most "
                    + "\(DatasetHeader.maximumFeatures.grouped) numbers", "shape \(shape)",
                "set data.dataset.shape")
        }
        return (axes, shape)
    }

    /// Warns about images whose channels are the first axis.
    static func notes(_ x: NPYArray, _ reading: NPZ.Reading, file: String) -> [DataNote] {
        let own = Array(x.shape.dropFirst())
        guard reading.shape.isEmpty, !reading.channelsFirst, own.count == 3,
            own[0] == 1 || own[0] == 3, own[2] > 4
        else { return [] }
        return [
            DataNote(
                "channels", file,
                mismatch(
                    "images of shape (height, width, channels)", "samples of shape \(own)",
                    "if the first number is that of channels, as in PyTorch, set "
                        + "data.dataset.channels: first"))
        ]
    }
}
