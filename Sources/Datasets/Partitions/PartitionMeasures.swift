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
    /// Σ_{i,j} |n_i − n_j| / (2 N n), the Gini coefficient of the sizes. It is 0 if all are equal,
    /// and near 1 if one client has all samples.
    public let sizeGini: Double
    /// How much the labels differ; nil if none are measured.
    public let labels: LabelMeasures?

    /// Measures the sizes and labels of a population.
    ///
    /// - Parameter samples: the training samples that the clients own.
    /// - Complexity: some passes over clients and samples.
    public init(_ population: any Population, of samples: TrainingSamples) {
        self.init(population, groups: SampleGroups(samples))
    }

    /// Measures the sizes and labels of a population.
    ///
    /// - Parameter groups: the groups of the training samples that the clients own; nil to measure
    ///   sizes only.
    /// - Complexity: some passes over clients and samples.
    public init(_ population: any Population, groups: SampleGroups?) {
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
        sizeGini = Self.gini(sizes, clients: count, total: population.totalSize)
        labels = groups.map { LabelMeasures(population, $0) }
    }

    /// Returns Σ_r (2 r − N − 1) n_(r) / (N n), where n_(r) is the r-th smallest size. That is the
    /// Gini coefficient without comparing pairs of clients.
    private static func gini(
        _ sizes: [(size: Int, clients: Int)], clients: Int, total: Int
    ) -> Double {
        guard total > 0 else { return 0 }
        var (sum, before) = (0.0, 0)
        for (size, equal) in sizes.reversed() {
            // `equal` clients have the ranks before + 1, …, before + equal.
            sum += Double(size) * Double(equal) * Double(2 * before + equal - clients)
            before += equal
        }
        return sum / (Double(clients) * Double(total))
    }
}
