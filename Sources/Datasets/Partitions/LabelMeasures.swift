import RealModule

/// Measures of how much the labels of the clients of a population differ.
///
/// P_j is the class distribution of client j. P is that of all samples that clients own. Each label
/// of a sequence counts. Clients without samples do not count.
public struct LabelMeasures: Sendable, Equatable {
    /// The mean number of classes that a client has samples of.
    public let meanClasses: Double
    /// The mean over clients of ½ Σ_c |P_jc − P_c|, from 0 (all alike) towards 1.
    public let totalVariation: Double
    /// √((H(mean P_j) − mean H(P_j)) / max(1, log₂ clients)), H in bits, from 0 (all alike) to 1.
    ///
    /// - Source: FedArtML's definition. With more clients than classes the value stays below 1.
    public let jensenShannon: Double

    /// Measures the labels of a population.
    ///
    /// - Parameters:
    ///   - labels: shape (samples, labels per sample).
    ///   - perSample: labels of one sample.
    ///   - classes: labels are in 0..<classes.
    /// - Complexity: two passes over the samples. Memory does not grow with the clients.
    init(_ population: any Population, labels: [Int32], perSample: Int, classes: Int) {
        var counter = ClassCounter(labels: labels, perSample: perSample, classes: classes)
        var all = [Int](repeating: 0, count: classes)
        for client in 0..<population.count {
            counter.count(client, of: population)
            for index in 0..<classes { all[index] += counter.counts[index] }
        }
        let shares = Self.shares(all)
        var owners = 0.0
        var sums = (classes: 0.0, variation: 0.0, entropy: 0.0)
        var middle = [Double](repeating: 0, count: classes)
        for client in 0..<population.count where population.size(of: client) > 0 {
            counter.count(client, of: population)
            let own = Self.shares(counter.counts)
            owners += 1
            sums.classes += Double(counter.counts.count { $0 > 0 })
            sums.variation += zip(own, shares).map { abs($0 - $1) }.reduce(0, +) / 2
            sums.entropy += Self.entropy(own)
            for index in 0..<classes { middle[index] += own[index] }
        }
        func mean(_ sum: Double) -> Double { owners > 0 ? sum / owners : 0 }
        meanClasses = mean(sums.classes)
        totalVariation = mean(sums.variation)
        let divergence = Self.entropy(middle.map(mean)) - mean(sums.entropy)
        // Rounding may give values slightly below 0 or above 1.
        let scaled = divergence / max(1, Double.log2(max(owners, 1)))
        jensenShannon = min(max(scaled, 0), 1).squareRoot()
    }

    private static func shares(_ counts: [Int]) -> [Double] {
        let total = Double(counts.reduce(0, +))
        return counts.map { total > 0 ? Double($0) / total : 0 }
    }

    private static func entropy(_ shares: [Double]) -> Double {
        -shares.map { $0 > 0 ? $0 * Double.log2($0) : 0 }.reduce(0, +)
    }
}

/// Counts the labels of one client after another.
private struct ClassCounter {
    let labels: [Int32]
    let perSample: Int
    /// The number of labels of each class that the last client has, shape (classes).
    private(set) var counts: [Int]
    private var samples: [Int32] = []

    init(labels: [Int32], perSample: Int, classes: Int) {
        (self.labels, self.perSample) = (labels, perSample)
        counts = [Int](repeating: 0, count: classes)
    }

    mutating func count(_ client: Int, of population: any Population) {
        samples.removeAll(keepingCapacity: true)
        population.appendSamples(of: client, to: &samples)
        for index in counts.indices { counts[index] = 0 }
        for sample in samples {
            let first = Int(sample) * perSample
            for label in labels[first..<first + perSample] { counts[Int(label)] += 1 }
        }
    }
}
