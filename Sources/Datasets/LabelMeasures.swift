import RealModule

/// How much the labels of the clients of a partition differ.
///
/// P_j is the class distribution of client j, P that of all dealt samples; each label of a sequence
/// counts. Clients without samples don't count.
public struct LabelMeasures: Sendable, Equatable {
    /// Labels of each class, (clients, classes).
    public let classCounts: [[Int]]
    /// Mean number of classes that a client has samples of.
    public let meanClasses: Double
    /// Mean over clients of ½ Σ_c |P_jc − P_c|, from 0 (all alike) towards 1.
    public let totalVariation: Double
    /// √((H(mean P_j) − mean H(P_j)) / max(1, log₂ clients)), H in bits, from 0 (all alike) to 1.
    ///
    /// - Source: FedArtML's definition. With more clients than classes it can't reach 1.
    public let jensenShannon: Double

    /// - Parameter labels: (samples, labels per sample)
    init(_ partition: Partition, labels: [Int32], perSample: Int, classes: Int) {
        classCounts = (0..<partition.clients).map { client in
            var counts = [Int](repeating: 0, count: classes)
            for sample in partition.samples(of: client) {
                let first = Int(sample) * perSample
                for index in first..<first + perSample { counts[Int(labels[index])] += 1 }
            }
            return counts
        }
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
        let scaled = divergence / max(1, Double.log2(Double(max(owners.count, 1))))
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
        -shares.map { $0 > 0 ? $0 * Double.log2($0) : 0 }.reduce(0, +)
    }
}
