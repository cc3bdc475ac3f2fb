package import RandomStreams
import Settings

/// Samples in label order, cut into equal shards; each client gets a few shards at random, and so
/// only a few classes.
///
/// 1. Shuffle all indices and sort them by label, keeping the shuffled order inside a class.
/// 2. Cut into clients x per_client shards of equal size. What is left over at the end is dropped,
///    or, with keep_incomplete, the first shards are cut one sample larger.
/// 3. Shuffle the shards; client j gets numbers j x per_client and following.
///
/// - Streams: (client 0) shuffles the indices, (client 1) the shards.
/// - Source: McMahan et al. 2017, arXiv 1602.05629, section 3.
package struct Shards: Skew {
    package static let algorithm = Algorithm("shards", revision: 1)
    private let perClient: Int
    private let keepIncomplete: Bool

    init(_ settings: Settings) {
        perClient = settings.integer(
            "per_client", default: 2, in: .between(1, 1_000_000), "shards for each client")
        keepIncomplete = settings.flag(
            "keep_incomplete", default: false, "make the first shards larger, so that all are used")
    }

    package init(perClient: Int, keepIncomplete: Bool) {
        (self.perClient, self.keepIncomplete) = (perClient, keepIncomplete)
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("per_client", perClient)
        facts.add("keep_incomplete", keepIncomplete)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let labels = try labels(of: samples)
        let shards = clients * perClient
        guard shards <= labels.count else {
            throw .tooManyShards(clients: clients, perClient: perClient, samples: labels.count)
        }
        var indices = (0..<labels.count).map { Int32($0) }
        var stream = key.part(0).stream()
        stream.shuffle(&indices)
        let sorted = indices.grouped(by: labels, classes: samples.classes).flatMap { $0 }

        let (size, rest) = labels.count.quotientAndRemainder(dividingBy: shards)
        let larger = keepIncomplete ? rest : 0
        var order = Array(0..<shards)
        var shardStream = key.part(1).stream()
        shardStream.shuffle(&order)
        let parts = (0..<clients).map { client in
            order[client * perClient..<(client + 1) * perClient].flatMap { shard in
                let first = shard * size + min(shard, larger)
                return sorted[first..<first + size + (shard < larger ? 1 : 0)]
            }
        }
        return Partition(parts, of: labels.count)
    }
}

extension [Int32] {
    /// Sorts these sample indices into one array for each class, in the order in which they stand
    /// here.
    func grouped(by labels: [Int32], classes: Int) -> [[Int32]] {
        var groups = [[Int32]](repeating: [], count: classes)
        for index in self { groups[Int(labels[Int(index)])].append(index) }
        return groups
    }
}
