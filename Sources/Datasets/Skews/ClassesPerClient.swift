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
/// With the procedure `with_replacement`, step 2 is another one: a client draws samples_per_client
/// samples with replacement, equally many of each of its classes. The first classes have one more
/// if needed. Clients share samples, and there can be more clients than samples.
///
/// - Streams: client j draws the classes of client j, client 2^30 + c shuffles class c, client
///   2^31 + j draws with replacement and shuffles client j.
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, quantity-based label imbalance #C = k.
/// - Flower's names: first-deterministic is `one_fixed`, deterministic is `consecutive`.
package struct ClassesPerClient: Skew {
    package static let algorithm = Algorithm("classes_per_client", revision: 1)
    package static let remainder = SkewRemainder(
        "classes_per_client", classAdvice: "raise clients.count or data.skew.classes")

    enum Mode: String {
        case oneFixed = "one_fixed"
        case random
        case consecutive
    }

    private let classes: Int
    private let mode: Mode
    private let minSamples: Int
    /// The samples that each client draws with replacement; nil if the samples are dealt.
    private let drawnSamples: Int?

    init(_ settings: Settings) {
        classes = settings.classesPerClient()
        mode = settings.choice(
            "mode",
            of: ["one_fixed": .oneFixed, "random": .random, "consecutive": .consecutive],
            default: "one_fixed",
            "classes of client j: j mod C and others at random, all at random, or j, j + 1, ...")
        minSamples = settings.minSamples(default: 1)
        drawnSamples = settings.drawnSamples()
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("classes", classes)
        facts.add("mode", mode.rawValue)
        facts.add("min_samples", minSamples)
        facts.addDrawn(drawnSamples)
    }

    package var drawsWithReplacement: Bool { drawnSamples != nil }

    package func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? {
        guard let drawnSamples else { return nil }
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        let present = try blocks.present(forEach: classes)
        guard minSamples <= drawnSamples else { throw .fewDrawn(minSamples, drawnSamples) }
        let (share, larger) = drawnSamples.quotientAndRemainder(dividingBy: classes)
        return DrawnPopulation(
            count: clients,
            DrawnPopulation.Draw(equalSize: drawnSamples) { client, samples in
                let first = samples.count
                var order = present.indices.map { Int32($0) }
                choose(for: client, &order, key)
                var stream = key.shuffle(ofClient: client).stream()
                for (index, place) in order[..<classes].enumerated() {
                    let block = blocks.range(of: present[Int(place)])
                    for _ in 0..<share + (index < larger ? 1 : 0) {
                        samples.append(blocks.order[block.lowerBound + stream.below(block.count)])
                    }
                }
                stream.shuffle(&samples, in: first..<samples.count)
            })
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        let present = try blocks.present(forEach: classes)
        // The owners of each class in client order, at its place among the present ones.
        var owners = [[Int]](repeating: [], count: present.count)
        var order = present.indices.map { Int32($0) }
        for client in 0..<clients {
            choose(for: client, &order, key)
            for place in order[..<classes] { owners[Int(place)].append(client) }
        }
        let owned = zip(present, owners).filter { !$0.1.isEmpty }.map { index, own in
            OwnedClass(
                index: index, owners: own,
                sizes: equalSizes(blocks.count(of: index), among: own.count))
        }
        let sizes = OwnedClass.sizes(of: owned, clients: clients)
        try checkMinimum(minSamples, sizes, relief: "use more classes per client or fewer clients")
        return blocks.partition(owned, sizes: sizes, key: key)
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
