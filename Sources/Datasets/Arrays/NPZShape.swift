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
        var isGiven = !reading.shape.isEmpty
        if reading.channelsFirst {
            // Rows of numbers, as of CIFAR's Python files: the shape says what they are.
            if own.count == 1, reading.shape.count == 3, reading.shape.reduce(1, *) == own[0] {
                (own, isGiven) = (reading.shape, false)
            }
            guard own.count == 3 else {
                throw x.problem(
                    "images of shape (samples, channels, height, width)", "shape \(x.shape)",
                    "set data.dataset.shape: [channels, height, width] for rows of numbers, or "
                        + "data.dataset.channels: last")
            }
            axes = [0, 2, 3, 1]
            own = [own[1], own[2], own[0]]
        }
        // Grey images have one channel, as those of all other data sets.
        let usual = own.isEmpty ? [1] : own.count == 2 ? own + [1] : own
        let shape = isGiven ? reading.shape : usual
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

    /// Warns about images whose channels are another axis, and about integers.
    static func notes(_ x: NPYArray, _ reading: NPZ.Reading, file: String) -> [DataNote] {
        let own = Array(x.shape.dropFirst())
        return integerNotes(x, own, file: file) + channelNotes(own, reading, file: file)
    }

    /// Images are as high as wide, or have 1 or 3 channels.
    private static func channelNotes(
        _ own: [Int], _ reading: NPZ.Reading, file: String
    ) -> [DataNote] {
        guard reading.shape.isEmpty, own.count == 3 else { return [] }
        let mayBeFirst =
            own[2] > 4 && (own[0] == 1 || own[0] == 3 || own[1] == own[2] && own[0] < own[1])
        let mayBeLast =
            own[0] > 4 && (own[2] == 1 || own[2] == 3 || own[0] == own[1] && own[2] < own[1])
        guard reading.channelsFirst ? mayBeLast : mayBeFirst else { return [] }
        let (usual, advice) =
            reading.channelsFirst
            ? ("(channels, height, width)", "if the last number is that of channels, leave out ")
            : (
                "(height, width, channels)",
                "if the first number is that of channels, as in PyTorch, set "
            )
        return [
            DataNote(
                "channels", file,
                mismatch(
                    "images of shape \(usual)", "samples of shape \(own)",
                    advice + "data.dataset.channels: first"))
        ]
    }

    /// Integers are read as float32, without a scale.
    private static func integerNotes(_ x: NPYArray, _ own: [Int], file: String) -> [DataNote] {
        guard x.isWide else { return [] }
        var (least, most) = (Double.infinity, -Double.infinity)
        for value in x.doubles() { (least, most) = (min(least, value), max(most, value)) }
        if max(-least, most) > 0x1p24 {
            return [
                DataNote(
                    "integers", file,
                    mismatch(
                        "integers up to 16,777,216, which float32 has exactly",
                        "integers from \(least) to \(most)",
                        "larger ones are rounded; subtract their mean before you save them"))
            ]
        }
        guard own.count >= 2, least >= 0, most > 1, most <= 255 else { return [] }
        return [
            DataNote(
                "integers", file,
                mismatch(
                    "pixels as unsigned bytes, which count 1/255 each",
                    "other integers from 0 to \(Int(most))",
                    "they are not scaled; save x.astype('uint8') if they are pixels"))
        ]
    }
}
