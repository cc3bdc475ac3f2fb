/// The groups into which the training samples are sorted to draw and to measure a partition.
///
/// With classes, the groups are the classes. With numbers to predict, they are about ten ranges of
/// the first number, from the smallest to the largest, with equally many samples each.
public struct SampleGroups: Sendable {
    /// What the groups stand for.
    public enum Kind: Equatable, Sendable {
        /// One group for each class, with the name of the class.
        case classes([String])
        /// Ranges of the first target. `starts[r]` percent of the samples have a smaller target
        /// than those of range r. The last range ends at 100.
        case ranges(starts: [Int])
    }

    /// What the groups stand for.
    public let kind: Kind
    /// The group of each label, shape (samples, labels per sample), in 0..<count.
    let labels: [Int32]
    /// Labels of one sample: 1, or the length of a sequence.
    let perSample: Int
    /// The number of training samples.
    let sampleCount: Int
    /// The number of groups.
    public let count: Int

    /// Sorts samples by their classes; nil if the targets are numbers.
    package init?(_ samples: TrainingSamples, names: [String]? = nil) {
        guard let labels = samples.labels else { return nil }
        kind = .classes(names ?? (0..<samples.classes).map(String.init))
        (self.labels, perSample) = (labels, samples.labelsPerSample)
        (sampleCount, count) = (samples.count, samples.classes)
    }

    /// Sorts samples by ranges of their first target.
    ///
    /// - Parameters:
    ///   - targets: shape (samples, width).
    ///   - width: numbers to predict for one sample.
    package init(targets: [Float], width: Int) {
        let values = stride(from: 0, to: targets.count, by: max(width, 1)).map { targets[$0] }
        let sorted = values.sorted()
        var starts: [Float] = []
        var percents: [Int] = []
        for part in 0..<Self.rangeCount where !sorted.isEmpty {
            let start = sorted[sorted.count * part / Self.rangeCount]
            // Equal targets stay together, so there can be fewer ranges.
            guard starts.last != start else { continue }
            starts.append(start)
            percents.append(100 * part / Self.rangeCount)
        }
        kind = .ranges(starts: percents)
        labels = values.map { value in
            Int32((starts.lastIndex { $0 <= value }) ?? 0)
        }
        (perSample, sampleCount, count) = (1, values.count, starts.count)
    }

    private static let rangeCount = 10
}

extension Dataset {
    /// Returns the groups of the training samples: classes, or ranges of the first target.
    public var sampleGroups: SampleGroups {
        SampleGroups(trainingSamples, names: classNames)
            ?? SampleGroups(targets: numbers(of: .train), width: targetWidth)
    }
}
