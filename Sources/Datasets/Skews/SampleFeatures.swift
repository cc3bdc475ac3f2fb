import Settings

/// One number of each training sample, for skews that share out samples by a feature.
public struct SampleFeatures: Sendable {
    /// The number of each sample that a skew reads.
    public enum Column: Equatable, Sendable {
        /// The mean of all features, such as the brightness of an image.
        case mean
        /// The number to predict; the first one, if there are several.
        case target
        /// The feature at an index.
        case feature(Int)
    }

    /// The number of features of a sample.
    public let width: Int
    /// Whether the targets are numbers.
    public let hasNumbers: Bool
    private let read: @Sendable (Column) -> [Float]

    /// Creates the features of some samples.
    ///
    /// - Parameters:
    ///   - width: the number of features of a sample.
    ///   - hasNumbers: whether the targets are numbers.
    ///   - read: returns one number for each sample, of a column that exists.
    public init(
        width: Int, hasNumbers: Bool, read: @escaping @Sendable (Column) -> [Float]
    ) {
        (self.width, self.hasNumbers, self.read) = (width, hasNumbers, read)
    }

    /// Reads the key `feature` of a skew.
    static func column(_ settings: Settings) -> Column {
        settings.choiceOrInteger(
            "feature", of: ["mean": .mean, "target": .target], default: "mean",
            integer: { .feature($0) }, in: .between(0, DatasetHeader.maximumFeatures),
            "number of a sample: the mean of all features, the target, or a feature from 0")
    }

    /// Returns the text of a column for the key of a partition.
    static func text(_ column: Column) -> String {
        switch column {
        case .mean: "mean"
        case .target: "target"
        case .feature(let index): "\(index)"
        }
    }

    /// Returns the column of some samples, shape (samples).
    ///
    /// - Throws: `PartitionError` if the samples have no such numbers, or if all are equal.
    static func numbers(
        _ column: Column, of samples: TrainingSamples
    ) throws(PartitionError) -> [Double] {
        let path = "data.skew.feature"
        guard let features = samples.features else {
            throw .unsuitable(
                key: path, expected: "samples of numbers", found: "sequences of symbols",
                advice: "use iid, or natural if the data name owners")
        }
        switch column {
        case .mean: break
        case .target:
            guard features.hasNumbers else {
                throw .unsuitable(
                    key: path, expected: "targets that are numbers", found: "classes",
                    advice: "use mean, or the index of a feature")
            }
        case .feature(let index):
            guard index < features.width else {
                throw .unsuitable(
                    key: path,
                    expected: "the index of a feature from 0 to \((features.width - 1).grouped)",
                    found: index.grouped, advice: "choose one of the features")
            }
        }
        let numbers = features.read(column).map { Double($0) }
        guard let first = numbers.first, numbers.contains(where: { $0 != first }) else {
            throw .unsuitable(
                key: path, expected: "a number that differs between samples",
                found: "\(numbers.first ?? 0) for all", advice: "choose another feature")
        }
        return numbers
    }
}

extension Dataset {
    /// Returns one number of each training sample, in the unit of the batches, shape (samples).
    ///
    /// - Complexity: one pass over the column, or over all features for the mean.
    func column(of column: SampleFeatures.Column) -> [Float] {
        switch column {
        case .target:
            let numbers = numbers(of: .train)
            return (0..<count(of: .train)).map { numbers[$0 * targetWidth] }
        case .feature(let index): return means(of: index..<index + 1)
        case .mean: return means(of: 0..<features)
        }
    }

    /// Returns the mean of some features of each training sample, shape (samples).
    private func means(of columns: Range<Int>) -> [Float] {
        let (samples, width, form) = (count(of: .train), features, header.form.element)
        let start = block(.train).features.lowerBound
        return file.withBytes { bytes in
            (0..<samples).map { sample in
                var sum = 0.0
                for index in columns {
                    let place = sample * width + index
                    switch form {
                    case .pixel, .symbol: sum += Double(bytes[start + place])
                    case .wideSymbol:
                        let offset = start + 4 * place
                        sum += Double(bytes.load(fromByteOffset: offset, as: Int32.self))
                    case .float:
                        let offset = start + 4 * place
                        sum += Double(bytes.load(fromByteOffset: offset, as: Float.self))
                    }
                }
                return Float(sum * Double(form.scale) / Double(columns.count))
            }
        }
    }
}
