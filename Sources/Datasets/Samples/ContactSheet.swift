import Settings

/// One picture with the first training images of each class, a row for each class.
public struct ContactSheet: Sendable {
    /// The size of the picture in pixels.
    public let width: Int
    public let height: Int
    /// The height of the row of a class in pixels, its margin included.
    public let rowHeight: Int
    /// Red, green and blue of each pixel, row by row.
    public let pixels: [UInt8]

    private static let margin = 2
    private static let mostClasses = 100
    private static let largestSide = 512

    /// Draws the picture. Bytes are shown as they are; other numbers from the smallest (black) to
    /// the largest one (white).
    ///
    /// - Parameter columns: the most images of a class.
    /// - Throws: `DataError` if samples are not images of 1 or 3 channels, or have no classes.
    public init(_ dataset: Dataset, _ summary: DataSummary, columns: Int = 10) throws(DataError) {
        let shape = dataset.sampleShape
        guard shape.count == 3, shape[2] == 1 || shape[2] == 3, dataset.classes > 0,
            max(shape[0], shape[1]) <= Self.largestSide, let range = summary.train.range
        else {
            throw .impossible(
                dataset: "--picture",
                reason: mismatch(
                    "images of shape [height, width, 1 or 3] with classes, at most "
                        + "\(Self.largestSide) pixels wide and high", "samples of shape \(shape)",
                    "set data.dataset.shape if the data set has this key"))
        }
        let classes = min(dataset.classes, Self.mostClasses)
        let (cellHeight, cellWidth) = (shape[0] + Self.margin, shape[1] + Self.margin)
        let (width, height) = (
            columns * cellWidth + Self.margin, classes * cellHeight + Self.margin
        )
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        let isByte = dataset.header.form.element == .pixel
        let low = isByte ? 0 : range.lowerBound
        let span = isByte ? 255 : max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        var drawn = [Int](repeating: 0, count: classes)
        let labels = dataset.labels(of: .train)
        var sample = 0
        dataset.forEachStoredRow(of: .train) { row in
            let label = Int(labels[sample * dataset.targetWidth])
            sample += 1
            guard label < classes, drawn[label] < columns else { return }
            let top = Self.margin + label * cellHeight
            let left = Self.margin + drawn[label] * cellWidth
            drawn[label] += 1
            for line in 0..<shape[0] {
                for column in 0..<shape[1] {
                    let target = 3 * ((top + line) * width + left + column)
                    for channel in 0..<3 {
                        let source = (line * shape[1] + column) * shape[2]
                        let value = row[source + (shape[2] == 3 ? channel : 0)]
                        pixels[target + channel] = UInt8(
                            max(0, min(255, (value - low) / span * 255)))
                    }
                }
            }
        }
        (self.width, self.height, self.pixels, rowHeight) = (width, height, pixels, cellHeight)
    }
}
