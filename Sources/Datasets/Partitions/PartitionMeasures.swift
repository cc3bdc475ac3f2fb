/// Measures of how much the clients of a population differ.
public struct PartitionMeasures: Sendable, Equatable {
    /// The number of samples of the smallest client.
    public let smallest: Int
    /// The number of samples of the median client; the mean of the middle two if N is even.
    public let median: Double
    /// The number of samples of the largest client.
    public let largest: Int
    /// The standard deviation of the sizes over their mean: 0 if all are equal.
    public let sizeVariation: Double
    /// How much the labels differ; nil if the targets are numbers.
    public let labels: LabelMeasures?

    /// Measures the sizes and labels of a population.
    ///
    /// - Parameter samples: the training samples that the clients own.
    /// - Complexity: some passes over clients and samples.
    public init(_ population: any Population, of samples: TrainingSamples) {
        let (count, sizes) = (population.count, population.sizeCounts())
        smallest = sizes.last?.size ?? 0
        largest = population.largestSize
        // Sizes are sorted from the largest one down.
        func size(atRank rank: Int) -> Int {
            var end = 0
            return sizes.first { counted in
                end += counted.clients
                return rank < end
            }?.size ?? 0
        }
        median = Double(size(atRank: (count - 1) / 2) + size(atRank: count / 2)) / 2
        let mean = Double(population.totalSize) / Double(max(count, 1))
        var squares = 0.0
        for client in 0..<count {
            let difference = Double(population.size(of: client)) - mean
            squares += difference * difference
        }
        let variance = squares / Double(max(count, 1))
        sizeVariation = mean > 0 ? variance.squareRoot() / mean : 0
        labels = samples.labels.map { labels in
            LabelMeasures(
                population, labels: labels, perSample: samples.labelsPerSample,
                classes: samples.classes)
        }
    }
}
