public import RandomStreams
import RealModule

/// Measures of how much the labels of the clients of a population differ.
///
/// P_j is the class distribution of client j, of N clients. P is that of all samples that clients
/// own, n_j of them by client j and n by all. Each label of a sequence counts. Clients without
/// samples do not count.
public struct LabelMeasures: Sendable, Equatable {
    /// The smallest number of classes that a client has samples of.
    public let fewestClasses: Int
    /// The mean number of classes that a client has samples of.
    public let meanClasses: Double
    /// The largest number of classes that a client has samples of.
    public let mostClasses: Int
    /// The mean over clients of ½ Σ_c |P_jc − P_c|, from 0 (all alike) towards 1.
    public let totalVariation: Double
    /// The weighted mean of these distances, with the weights n_j / n.
    public let weightedTotalVariation: Double
    /// √((H(mean P_j) − mean H(P_j)) / max(1, log₂ N)), H in bits, from 0 (all alike) to 1.
    ///
    /// - Source: FedArtML's definition. With more clients than classes the value stays below 1.
    public let jensenShannon: Double
    /// √(Σ_{i,j} Σ_c (√P_ic − √P_jc)² / (2 N (N − 1))), from 0 (all alike) to 1; 0 for one client.
    ///
    /// - Source: FedArtML's definition. With d_ic = √P_ic − √P_c the square is also
    ///   (Σ_i Σ_c d_ic² − Σ_c (Σ_i d_ic)² / N) / (N − 1), so no pair of clients is compared.
    public let hellinger: Double

    /// Measures the labels of a population.
    ///
    /// - Parameters:
    ///   - groups: the group of each label.
    ///   - exchange: counts sample exchange[i] in the place of sample i; nil counts the sample
    ///     itself.
    /// - Complexity: two passes over the samples. Memory does not grow with the clients.
    package init(_ population: any Population, _ groups: SampleGroups, exchange: [Int32]? = nil) {
        var counter = GroupCounter(groups, exchange: exchange)
        var all = [Int](repeating: 0, count: groups.count)
        for client in 0..<population.count {
            counter.count(client, of: population)
            for index in all.indices { all[index] += counter.counts[index] }
        }
        var sums = ClientSums(all)
        for client in 0..<population.count where population.size(of: client) > 0 {
            counter.count(client, of: population)
            sums.add(counter.counts)
        }
        fewestClasses = sums.fewest
        mostClasses = sums.most
        meanClasses = sums.mean(Double(sums.classes))
        totalVariation = sums.mean(sums.variation)
        weightedTotalVariation = sums.weightedVariation
        let divergence = entropy(sums.shares.map(sums.mean)) - sums.mean(sums.entropy)
        // Rounding may give values slightly below 0 or above 1.
        let scaled = divergence / max(1, Double.log2(max(sums.clients, 1)))
        jensenShannon = min(max(scaled, 0), 1).squareRoot()
        let common = sums.roots.reduce(0) { $0 + $1 * $1 } / max(sums.clients, 1)
        let square = (sums.squares - common) / max(sums.clients - 1, 1)
        hellinger = min(max(square, 0), 1).squareRoot()
    }

    /// Measures an IID partition with the sizes of a population: the samples that clients own are
    /// shuffled and dealt again. It is one draw.
    ///
    /// - Parameter key: its seed and purpose count, as those of the partition; the stream is one
    ///   that no skew uses.
    /// - Complexity: as the measures of the population. Memory has 4 bytes for each sample.
    public static func iid(
        like population: any Population, _ groups: SampleGroups, key: RandomKey
    ) -> LabelMeasures {
        var owned: [Int32] = []
        owned.reserveCapacity(population.totalSize)
        for client in 0..<population.count { population.appendSamples(of: client, to: &owned) }
        var dealt = owned
        var stream = key.part(.max, .max).stream()
        stream.shuffle(&dealt)
        var exchange = (0..<groups.sampleCount).map { Int32($0) }
        for (sample, other) in zip(owned, dealt) { exchange[Int(sample)] = other }
        return LabelMeasures(population, groups, exchange: exchange)
    }
}

/// Sums over the clients that have samples.
private struct ClientSums {
    private let global: [Double]
    private let globalRoots: [Double]
    private let labels: Double
    private(set) var clients = 0.0
    private(set) var classes = 0
    private(set) var (fewest, most) = (0, 0)
    private(set) var variation = 0.0
    private(set) var weightedVariation = 0.0
    private(set) var entropy = 0.0
    /// Σ_j P_j, shape (classes).
    private(set) var shares: [Double]
    /// Σ_j d_j with d_jc = √P_jc − √P_c, shape (classes).
    private(set) var roots: [Double]
    /// The sum of all d_jc².
    private(set) var squares = 0.0

    /// - Parameter all: the labels of all clients, shape (classes).
    init(_ all: [Int]) {
        let total = Double(all.reduce(0, +))
        global = all.map { total > 0 ? Double($0) / total : 0 }
        globalRoots = global.map { $0.squareRoot() }
        labels = total
        shares = [Double](repeating: 0, count: all.count)
        roots = shares
    }

    mutating func add(_ counts: [Int]) {
        let total = Double(counts.reduce(0, +))
        let own = counts.count { $0 > 0 }
        (fewest, most) = (clients == 0 ? own : min(fewest, own), max(most, own))
        classes += own
        clients += 1
        var distance = 0.0
        for index in counts.indices {
            let share = total > 0 ? Double(counts[index]) / total : 0
            distance += abs(share - global[index])
            if share > 0 { entropy -= share * Double.log2(share) }
            shares[index] += share
            let difference = share.squareRoot() - globalRoots[index]
            roots[index] += difference
            squares += difference * difference
        }
        variation += distance / 2
        if labels > 0 { weightedVariation += total / labels * distance / 2 }
    }

    func mean(_ sum: Double) -> Double { clients > 0 ? sum / clients : 0 }
}

private func entropy(_ shares: [Double]) -> Double {
    -shares.map { $0 > 0 ? $0 * Double.log2($0) : 0 }.reduce(0, +)
}
