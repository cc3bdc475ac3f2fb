package import RandomStreams
import Settings

/// Samples are put into bins by a feature, and the bins are shared out as `dirichlet` does with
/// classes.
///
/// 1. Sort the values. The edges between the bins are the values at floor(b n / bins), b = 1, ...
/// 2. The bin of a sample is the number of edges that its value reaches. So bins have about the
///    same number of samples, and samples with equal values are in one bin.
/// 3. Share out the bins like classes, by `dirichlet` with `per_class`, with its streams.
///
/// - Source: FedArtML's hist-dirichlet, with 20 bins.
package struct FeatureBins: Skew {
    package static let algorithm = Algorithm("feature_bins", revision: 1)
    private let column: SampleFeatures.Column
    private let bins: Int
    private let alpha: Double
    private let minSamples: Int

    init(_ settings: Settings) {
        column = SampleFeatures.column(settings)
        bins = settings.integer(
            "bins", default: 20, in: .between(2, 1_000_000), "quantiles of the feature")
        alpha = settings.concentration()
        minSamples = settings.minSamples()
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("feature", SampleFeatures.text(column))
        facts.add("bins", bins)
        facts.add("alpha", alpha)
        facts.add("min_samples", minSamples)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let values = try SampleFeatures.numbers(column, of: samples)
        guard bins <= samples.count else {
            throw .unsuitable(
                key: "data.skew.bins",
                expected: "at most \(counted(samples.count, "bin")), as samples",
                found: bins.grouped, advice: "use fewer bins")
        }
        let sorted = values.sorted()
        let edges = (1..<bins).map { sorted[$0 * sorted.count / bins] }
        let labels = values.map { Int32(Self.count(of: edges, upTo: $0)) }
        let shares = ClassShares(minSamples: minSamples, relief: "a larger alpha")
        return try shares.deal(
            ClassBlocks(labels: labels, classes: bins), to: clients, key: key
        ) { draw in
            return { index, _ in
                var stream = key.part(UInt32(index), draw).stream()
                return stream.dirichlet(alpha, count: clients)
            }
        }
    }

    /// Returns the number of edges that are at most `value`; the edges do not fall.
    private static func count(of edges: [Double], upTo value: Double) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
