/// The facts about the training samples that a skew reads.
public struct TrainingSamples: Sendable {
    /// The number of training samples.
    public let count: Int
    /// Their labels in 0..<classes, (samples, labels per sample); nil when the targets are numbers.
    public let labels: [Int32]?
    /// Labels of one sample: 1, or the length of a sequence.
    public let labelsPerSample: Int
    /// How many classes; 0 when the targets are numbers.
    public let classes: Int
    /// The owner of each sample, in 0..<ownerNames.count; nil if the data name none.
    public let owners: [Int32]?
    /// What owners are called, in the plural.
    public let ownerKind: String
    /// The names of the owners, in order.
    public let ownerNames: [String]
    /// The numbers of the samples, for skews by a feature; nil if they are symbols.
    public var features: SampleFeatures?
    /// The key of the data set; nil if the samples are of no data set.
    public var dataKey: String?

    /// Creates samples with one label each.
    ///
    /// - Parameters:
    ///   - labels: in 0..<classes.
    ///   - owners: the owner of each sample; nil if the data name none.
    public init(
        labels: [Int32], classes: Int, owners: [Int32]? = nil, ownerNames: [String] = []
    ) {
        self.init(
            count: labels.count, labels: labels, classes: classes, owners: owners,
            ownerNames: ownerNames)
    }

    package init(
        count: Int, labels: [Int32]?, labelsPerSample: Int = 1, classes: Int,
        owners: [Int32]? = nil, ownerKind: String = "owners", ownerNames: [String] = []
    ) {
        (self.count, self.labels, self.labelsPerSample) = (count, labels, labelsPerSample)
        (self.classes, self.owners) = (classes, owners)
        (self.ownerKind, self.ownerNames) = (ownerKind, ownerNames)
    }
}

extension Dataset {
    /// Returns the facts that a skew reads; copies labels and owners.
    public var trainingSamples: TrainingSamples {
        var samples = TrainingSamples(
            count: count(of: .train), labels: classes > 0 ? labels(of: .train) : nil,
            labelsPerSample: targetWidth, classes: classes, owners: owners(of: .train),
            ownerKind: ownerKind ?? "owners", ownerNames: ownerNames)
        samples.dataKey = key
        if vocabulary == nil {
            samples.features = SampleFeatures(width: features, hasNumbers: classes == 0) {
                column(of: $0)
            }
        }
        return samples
    }
}
