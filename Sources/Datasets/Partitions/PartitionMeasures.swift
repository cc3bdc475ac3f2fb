/// How much the clients of a partition differ.
public struct PartitionMeasures: Sendable, Equatable {
    /// Samples of the smallest client.
    public let smallest: Int
    /// Samples of the median client; the mean of the middle two if there are two.
    public let median: Double
    /// Samples of the largest client.
    public let largest: Int
    /// Standard deviation of the sizes over their mean: 0 when all are equal.
    public let sizeVariation: Double
    /// How much their labels differ; nil when the targets are numbers.
    public let labels: LabelMeasures?

    /// Measures a partition of these samples.
    public init(_ partition: Partition, of samples: TrainingSamples) {
        let sizes = partition.sizes.sorted()
        let count = sizes.count
        smallest = sizes.first ?? 0
        largest = sizes.last ?? 0
        median = count == 0 ? 0 : Double(sizes[(count - 1) / 2] + sizes[count / 2]) / 2
        let mean = Double(sizes.reduce(0, +)) / Double(max(count, 1))
        let variance =
            sizes.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +)
            / Double(max(count, 1))
        sizeVariation = mean > 0 ? variance.squareRoot() / mean : 0
        labels = samples.labels.map { labels in
            LabelMeasures(
                partition, labels: labels, perSample: samples.labelsPerSample,
                classes: samples.classes)
        }
    }
}
