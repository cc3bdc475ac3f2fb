#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much the clients of a partition differ.
///
/// P_j is the class distribution of client j, P that of all dealt samples. Clients without samples
/// count in the sizes only.
public struct PartitionMeasures: Sendable, Equatable {
    /// Samples of each class, (clients, classes).
    public let classCounts: [[Int]]
    /// Samples of the smallest client.
    public let smallest: Int
    /// Samples of the median client; the mean of the middle two if there are two.
    public let median: Double
    /// Samples of the largest client.
    public let largest: Int
    /// Standard deviation of the sizes over their mean: 0 when all are equal.
    public let sizeVariation: Double
    /// Mean number of classes that a client has samples of.
    public let meanClasses: Double
    /// Mean over clients of ½ Σ_c |P_jc − P_c|, from 0 (all alike) towards 1.
    public let totalVariation: Double
    /// √((H(mean P_j) − mean H(P_j)) / max(1, log₂ clients)), H in bits, from 0 (all alike) to 1.
    ///
    /// - Source: FedArtML's definition. With more clients than classes it can't reach 1.
    public let jensenShannon: Double

    /// Measures a partition of samples with these labels.
    public init(_ partition: Partition, labels: [Int32], classes: Int) {
        classCounts = (0..<partition.clients).map { client in
            var counts = [Int](repeating: 0, count: classes)
            for sample in partition.samples(of: client) {
                counts[Int(labels[Int(sample)])] += 1
            }
            return counts
        }
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

        let owners = classCounts.filter { $0.contains { $0 > 0 } }
        let distributions = owners.map(Self.shares)
        let all = Self.shares(
            (0..<classes).map { index in owners.map { $0[index] }.reduce(0, +) })
        meanClasses = Self.mean(owners.map { Double($0.count { $0 > 0 }) })
        totalVariation = Self.mean(
            distributions.map { shares in
                zip(shares, all).map { abs($0 - $1) }.reduce(0, +) / 2
            })
        let middle = (0..<classes).map { index in Self.mean(distributions.map { $0[index] }) }
        let divergence = Self.entropy(middle) - Self.mean(distributions.map(Self.entropy))
        // Rounding may leave a hair below 0 or above 1.
        let scaled = divergence / max(1, log2(Double(max(owners.count, 1))))
        jensenShannon = min(max(scaled, 0), 1).squareRoot()
    }

    private static func shares(_ counts: [Int]) -> [Double] {
        let total = Double(counts.reduce(0, +))
        return counts.map { total > 0 ? Double($0) / total : 0 }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func entropy(_ shares: [Double]) -> Double {
        -shares.map { $0 > 0 ? $0 * log2($0) : 0 }.reduce(0, +)
    }
}
