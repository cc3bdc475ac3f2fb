package import RandomStreams
import Settings

/// Each class is shared by exactly two clients, in Dirichlet proportions.
///
/// 1. Each of the C classes has two places for owners. Client j takes one of class j mod C.
/// 2. The other places are filled in random order. Each goes to the client with the fewest classes
///    among those that do not own the class; among equals, each client is equally likely. If the
///    clients' numbers of classes then differ by more than one, draw again, at most 100 times.
/// 3. For each class draw q ~ Dir(alpha, alpha) over its owners, in client order. The first share
///    ends at floor(n_c q_0). If the smallest client has fewer than min_samples samples, draw all
///    proportions again, at most 1,000 times.
/// 4. Shuffle and deal as `dirichlet` does.
///
/// At most 2 C clients get a class. A single client owns all samples.
///
/// - Streams, with the number of the draw as round: client 2^29 draws the owners, client c the
///   proportions of class c; the shuffles are those of `dirichlet`.
/// - Source: NIID-Bench's code, partition "mixed" (Li et al. 2022, arXiv 2102.02079), which has 10
///   classes and 10 clients with two classes each.
/// - NIID-Bench differs: it can wait for ever for the last client's second class. It also keeps
///   out owners with n/N samples.
package struct TwoOwners: Skew {
    package static let algorithm = Algorithm("two_owners", revision: 1)
    private let alpha: Double
    private let minSamples: Int
    private static let ownerDraws: UInt32 = 100

    init(_ settings: Settings) {
        alpha = settings.concentration(
            "concentration of the shares of the two owners; smaller is more skewed")
        minSamples = settings.minSamples()
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("alpha", alpha)
        facts.add("min_samples", minSamples)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        let present = blocks.present
        guard clients <= 2 * present.count else {
            throw .unsuitable(
                key: "clients.count",
                expected: "at most \(counted(2 * present.count, "client")), two for each of the"
                    + " \(counted(present.count, "class"))",
                found: clients.grouped, advice: "use fewer clients")
        }
        let owners = owners(of: present.count, clients, key)
        var places = [Int](repeating: 0, count: blocks.classes)
        for (place, index) in present.enumerated() { places[index] = place }
        let shares = ClassShares(minSamples: minSamples, relief: "a larger alpha")
        return try shares.deal(blocks, to: clients, key: key) { draw in
            return { index, _ in
                var stream = key.part(UInt32(index), draw).stream()
                let own = owners[places[index]].sorted()
                let first = stream.dirichlet(alpha, count: own.count)[0]
                // The sum of the two is exactly 1, so that no other client gets a rest.
                var shares = [Double](repeating: 0, count: clients)
                shares[own[0]] = first
                if own.count > 1 { shares[own[1]] = 1 - first }
                return shares
            }
        }
    }

    /// Draws the two owners of each class, or the only one if there is a single client.
    private func owners(of classes: Int, _ clients: Int, _ key: RandomKey) -> [[Int]] {
        guard clients > 1 else { return [[Int]](repeating: [0], count: classes) }
        var owners: [[Int]] = []
        for draw in 0..<Self.ownerDraws {
            var counts = [Int](repeating: 0, count: clients)
            owners = [[Int]](repeating: [], count: classes)
            for client in 0..<clients {
                owners[client % classes].append(client)
                counts[client] = 1
            }
            var stream = key.part(1 << 29, draw).stream()
            var open = owners.indices.flatMap { index in
                [Int](repeating: index, count: 2 - owners[index].count)
            }
            stream.shuffle(&open)
            for index in open {
                let others = counts.indices.filter { !owners[index].contains($0) }
                let fewest = others.map { counts[$0] }.min() ?? 0
                let equal = others.filter { counts[$0] == fewest }
                let client = equal[stream.below(equal.count)]
                owners[index].append(client)
                counts[client] += 1
            }
            if (counts.max() ?? 0) - (counts.min() ?? 0) <= 1 { break }
        }
        return owners
    }
}
