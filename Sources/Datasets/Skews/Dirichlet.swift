package import RandomStreams
import Settings

/// Each class is shared out among the clients by proportions q ~ Dir(alpha, ..., alpha). A
/// smaller alpha gives clients fewer classes and sizes that differ more.
///
/// 1. For each class c of n_c samples draw q over the clients. The share of client j ends at
///    floor(n_c (q_0 + ... + q_j)), the share of the last client at n_c.
/// 2. If the smallest client has fewer than min_samples samples, draw all proportions again, at
///    most 1,000 times.
/// 3. Shuffle the indices of each class and cut them at these ends. Put the parts of each client
///    one after the other in class order, and shuffle them.
///
/// - Streams, with the number of the draw (from 0) as round: client c draws the proportions of
///   class c, client 2^30 + c shuffles class c, client 2^31 + j shuffles client j.
/// - Source: Yurochkin et al. 2019, arXiv 1905.12022; Li et al. 2022 (NIID-Bench),
///   arXiv 2102.02079.
/// - NIID-Bench differs: it keeps clients above the mean size out of further classes, and never
///   gives up. FedHyper's code differs: no min_samples.
package struct Dirichlet: Skew {
    package static let algorithm = Algorithm("dirichlet", revision: 1)
    private let alpha: Double
    private let minSamples: Int
    private static let maximumDraws = 1_000
    private static let classShuffles: UInt32 = 1 << 30
    private static let clientShuffles: UInt32 = 1 << 31

    init(_ settings: Settings) {
        alpha = settings.number(
            // Beyond these bounds the logarithms of the shares overflow, or all are equal.
            "alpha", default: 0.5, in: .between(1e-6, 1e9),
            "concentration; smaller is more skewed")
        minSamples = settings.integer(
            "min_samples", default: 10, in: .between(1, 1_000_000_000),
            "samples that each client gets at least")
    }

    package init(alpha: Double, minSamples: Int) {
        (self.alpha, self.minSamples) = (alpha, minSamples)
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("alpha", alpha)
        facts.add("min_samples", minSamples)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let labels = try labels(of: samples)
        guard minSamples <= labels.count / clients else {
            throw .tooFewSamples(
                clients: clients, minSamples: minSamples, samples: labels.count)
        }
        let groups = (0..<labels.count).map { Int32($0) }.grouped(
            by: labels, classes: samples.classes)
        var best = 0
        for draw in 0..<UInt32(Self.maximumDraws) {
            // Sizes follow from the proportions alone, so a draw that is thrown away is cheap.
            let ends = groups.indices.map { index in
                var stream = key.part(UInt32(index), draw).stream()
                let shares = stream.dirichlet([Double](repeating: alpha, count: clients))
                return Self.ends(of: shares, samples: groups[index].count)
            }
            let smallest = Self.smallestClient(ends)
            if smallest >= minSamples {
                return deal(groups, at: ends, of: labels.count, key: key, draw: draw)
            }
            best = max(best, smallest)
        }
        throw .minimumNotMet(
            minSamples: minSamples, best: best, draws: Self.maximumDraws, clients: clients)
    }

    /// Returns where the share of each client of a class ends, shape (clients). The values do not
    /// fall, and the last one is `samples`.
    private static func ends(of shares: [Double], samples: Int) -> [Int] {
        var sum = 0.0
        var ends = shares.map { share in
            sum += share
            return min(Int(Double(samples) * sum), samples)
        }
        ends[ends.count - 1] = samples
        return ends
    }

    /// - Parameter ends: (classes, clients)
    private static func smallestClient(_ ends: [[Int]]) -> Int {
        var sizes = [Int](repeating: 0, count: ends.first?.count ?? 0)
        for classEnds in ends {
            var start = 0
            for client in sizes.indices {
                sizes[client] += classEnds[client] - start
                start = classEnds[client]
            }
        }
        return sizes.min() ?? 0
    }

    private func deal(
        _ groups: [[Int32]], at ends: [[Int]], of sampleCount: Int, key: RandomKey, draw: UInt32
    ) -> Partition {
        var parts = [[Int32]](repeating: [], count: ends.first?.count ?? 0)
        for (index, group) in groups.enumerated() {
            var shuffled = group
            var stream = key.part(Self.classShuffles + UInt32(index), draw).stream()
            stream.shuffle(&shuffled)
            var start = 0
            for client in parts.indices {
                parts[client] += shuffled[start..<ends[index][client]]
                start = ends[index][client]
            }
        }
        for client in parts.indices {
            var stream = key.part(Self.clientShuffles + UInt32(client), draw).stream()
            stream.shuffle(&parts[client])
        }
        return Partition(parts, of: sampleCount)
    }
}
