package import RandomStreams
import Settings

/// Each client owns k classes, and shares each of them evenly with its other owners.
///
/// 1. Client j gets k of the C classes that have samples. `one_fixed`: class j mod C, and k − 1
///    others at random. `random`: all k at random. `consecutive`: j, j + 1, ..., j + k − 1 mod C.
/// 2. Shuffle the samples of each class and cut them into one part for each owner, in client
///    order. Sizes of parts differ by at most one, and the first are the larger ones.
/// 3. Shuffle the samples of each client.
///
/// A class without an owner is not used. With k = C every client has all classes.
///
/// - Streams: client j draws the classes of client j, client 2^30 + c shuffles class c, client
///   2^31 + j shuffles client j.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, quantity-based label imbalance #C = k.
/// - Flower's names: first-deterministic is `one_fixed`, deterministic is `consecutive`.
package struct ClassesPerClient: Skew {
    package static let algorithm = Algorithm("classes_per_client", revision: 1)

    enum Mode: String {
        case oneFixed = "one_fixed"
        case random
        case consecutive
    }

    private let classes: Int
    private let mode: Mode
    private let minSamples: Int

    init(_ settings: Settings) {
        classes = settings.integer(
            "classes", default: 2, in: .between(1, DatasetHeader.maximumClasses),
            "k, the classes of each client")
        mode = settings.choice(
            "mode",
            of: ["one_fixed": .oneFixed, "random": .random, "consecutive": .consecutive],
            default: "one_fixed",
            "classes of client j: j mod C and others at random, all at random, or j, j + 1, ...")
        minSamples = settings.integer(
            "min_samples", default: 1, in: .between(1, 1_000_000_000),
            "samples that each client gets at least")
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("classes", classes)
        facts.add("mode", mode.rawValue)
        facts.add("min_samples", minSamples)
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        var blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        let present = blocks.present
        guard classes <= present.count else {
            throw .unsuitable(
                key: "data.skew.classes",
                expected: "at most \(counted(present.count, "class")), as in the data",
                found: classes.grouped, advice: "use fewer classes per client")
        }
        // The owners of each class in client order, at its place among the present ones.
        var owners = [[Int32]](repeating: [], count: present.count)
        var order = present.indices.map { Int32($0) }
        for client in 0..<clients {
            choose(for: client, &order, key)
            for place in order[..<classes] { owners[Int(place)].append(Int32(client)) }
        }
        var sizes = [Int](repeating: 0, count: clients)
        for (index, own) in zip(present, owners) where !own.isEmpty {
            let parts = equalSizes(blocks.count(of: index), among: own.count)
            for (client, size) in zip(own, parts) { sizes[Int(client)] += size }
        }
        try checkMinimum(minSamples, sizes, relief: "use more classes per client or fewer clients")
        var builder = PartitionBuilder(sizes: sizes)
        for (index, own) in zip(present, owners) where !own.isEmpty {
            blocks.shuffle(index, key: key.shuffle(ofClass: index))
            var start = blocks.range(of: index).lowerBound
            let parts = equalSizes(blocks.count(of: index), among: own.count)
            for (client, size) in zip(own, parts) {
                builder.deal(start..<start + size, of: blocks.order, to: Int(client))
                start += size
            }
        }
        builder.shuffleClients { key.shuffle(ofClient: $0) }
        return builder.partition(of: samples.count)
    }

    /// Puts the places of a client's classes first.
    private func choose(for client: Int, _ order: inout [Int32], _ key: RandomKey) {
        let count = order.count
        for place in 0..<count { order[place] = Int32(place) }
        if mode == .consecutive {
            for place in 0..<classes { order[place] = Int32((client + place) % count) }
            return
        }
        var stream = key.part(UInt32(client)).stream()
        if mode == .oneFixed { order.swapAt(0, client % count) }
        for place in (mode == .oneFixed ? 1 : 0)..<classes {
            order.swapAt(place, place + stream.below(count - place))
        }
    }
}
