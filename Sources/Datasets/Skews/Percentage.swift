package import RandomStreams
import Settings

/// A part of the samples is dealt in label order, and the other part evenly.
///
/// 1. Shuffle all n indices. The first floor(p n / 100) of them are the skewed part.
/// 2. Sort the skewed part by label, keeping the shuffled order inside a class. Cut it into a block
///    for each client, whose sizes differ by at most one.
/// 3. Shuffle the blocks; client j gets block j of this order.
/// 4. Cut the other indices into parts whose sizes differ by at most one, and deal them.
/// 5. Shuffle the samples of each client.
///
/// p = 0 is `iid`. With p = 100, each client has a block of the samples in label order.
///
/// - Streams: (client 0) shuffles the indices, (client 1) the blocks, client 2^31 + j client j.
/// - Source: Hsieh et al. 2020, arXiv 1910.00189, section 4.
/// - FedArtML differs: it does not sort, so its blocks follow the order of the file.
package struct Percentage: Skew {
    package static let algorithm = Algorithm("percentage", revision: 1)
    private let percent: Double

    init(_ settings: Settings) {
        percent = settings.number(
            "percent", default: 50, in: .between(0, 100),
            "percentage of the samples that is dealt in label order")
    }

    package func addFacts(to facts: inout KeyFacts) { facts.add("percent", percent) }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let labels = try labels(of: samples)
        let all = shuffled(labels.count, key.part(0))
        // 58 % of 100 is 58, though the product of the doubles is slightly smaller.
        let skewed = min(
            Int((percent * Double(labels.count) / 100 + 1e-9).rounded(.down)), labels.count)
        let sorted = ClassBlocks(
            Array(all[..<skewed]), labels: labels, classes: samples.classes
        ).order
        let blocks = equalSizes(skewed, among: clients)
        let starts = blocks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let order = shuffled(clients, key.part(1)).map { Int($0) }
        // The clients with the larger parts of the rest come last, so that sizes stay alike.
        let rest = equalSizes(labels.count - skewed, among: clients)
        var builder = PartitionBuilder(
            sizes: (0..<clients).map { blocks[order[$0]] + rest[clients - 1 - order[$0]] })
        var start = skewed
        for client in 0..<clients {
            let block = order[client]
            builder.deal(starts[block]..<starts[block + 1], of: sorted, to: client)
            let size = rest[clients - 1 - block]
            builder.deal(start..<start + size, of: all, to: client)
            start += size
        }
        builder.shuffleClients { key.shuffle(ofClient: $0) }
        return builder.partition(of: labels.count)
    }
}
