package import RandomStreams
import Settings

/// Samples in label order, cut into equal shards; each client gets a few shards at random, and so
/// only a few classes.
///
/// 1. Shuffle all indices and sort them by label, keeping the shuffled order inside a class.
/// 2. Cut into clients x per_client shards of equal size. The samples that are left over at the end
///    are dropped. With `left_over: spread`, the first shards are cut one sample larger instead.
/// 3. Shuffle the shards; client j gets numbers j x per_client and following.
///
/// - Streams: (client 0) shuffles the indices, (client 1) the shards.
/// - Source: McMahan et al. 2017, arXiv 1602.05629, section 3.
package struct Shards: Skew {
    package static let algorithm = Algorithm("shards", revision: 1)
    package static let remainder = SkewRemainder("shards") { _ in
        "shards deals equal parts; set data.skew.left_over: spread to deal all"
    }
    private let perClient: Int
    private let spreadsLeftOver: Bool

    init(_ settings: Settings) {
        perClient = settings.integer(
            "per_client", default: 2, in: .between(1, 1_000_000), "shards for each client")
        spreadsLeftOver = settings.choice(
            "left_over", of: ["drop": false, "spread": true], default: "drop",
            "samples that fill no shard: dropped, or spread over the first shards")
    }

    package init(perClient: Int, spreadsLeftOver: Bool) {
        (self.perClient, self.spreadsLeftOver) = (perClient, spreadsLeftOver)
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("per_client", perClient)
        facts.add("left_over", spreadsLeftOver ? "spread" : "drop")
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let labels = try labels(of: samples)
        let shards = clients * perClient
        guard shards <= labels.count else {
            throw .tooManyShards(clients: clients, perClient: perClient, samples: labels.count)
        }
        let sorted = ClassBlocks(
            shuffled(labels.count, key.part(0)), labels: labels, classes: samples.classes
        ).order
        let (size, rest) = labels.count.quotientAndRemainder(dividingBy: shards)
        let larger = spreadsLeftOver ? rest : 0
        func range(of shard: Int) -> Range<Int> {
            let first = shard * size + min(shard, larger)
            return first..<first + size + (shard < larger ? 1 : 0)
        }
        let order = shuffled(shards, key.part(1)).map { Int($0) }
        let sizes = (0..<clients).map { client in
            order[client * perClient..<(client + 1) * perClient].reduce(0) {
                $0 + range(of: $1).count
            }
        }
        var builder = PartitionBuilder(sizes: sizes)
        for (place, shard) in order.enumerated() {
            builder.deal(range(of: shard), of: sorted, to: place / perClient)
        }
        return builder.partition(of: labels.count)
    }
}
