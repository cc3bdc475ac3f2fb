package import RandomStreams
import Settings

/// Natural: each owner that the data name is a client, such as a role of a play, a patient or a
/// device. With `group`, each client has several owners.
///
/// 1. Owners with fewer than min_samples training samples are removed.
/// 2. N clients need N x group owners. `largest` uses the owners with the most training samples;
///    among equal owners the lower number wins. `sampled` draws owners, each equally likely.
/// 3. The owners are put in the order of their numbers. Client j gets the owners at j x group and
///    following, one after the other.
///
/// The samples of the other owners have no client. The samples of an owner keep the order of the
/// data.
///
/// - Streams: (client 0) draws the owners if they are sampled.
/// - Source: Caldas et al. 2018 (LEAF), arXiv 1812.01097: one client per role, writer or user,
///   drawn after removing the smallest, as with `choose: sampled`.
package struct Natural: Skew {
    package static let algorithm = Algorithm("natural", revision: 1)
    package static let remainder = SkewRemainder(
        "natural", isOnPurpose: true, mayHaveClasses: true
    ) { clients in
        "natural uses the owners of \(counted(clients, "client")); raise clients.count to use more"
            + " of them"
    }
    private let group: Int
    private let minSamples: Int
    private let isSampled: Bool

    init(_ settings: Settings) {
        group = settings.integer(
            "group", default: 1, in: .between(1, 1_000_000), "owners of each client")
        minSamples = settings.integer(
            "min_samples", default: 1, in: .between(1, 1_000_000_000),
            "samples that an owner needs to take part")
        isSampled = settings.choice(
            "choose", of: ["largest": false, "sampled": true], default: "largest",
            "which owners are used: those with the most samples, or drawn ones")
    }

    package init(group: Int = 1, minSamples: Int = 1, isSampled: Bool = false) {
        (self.group, self.minSamples, self.isSampled) = (group, minSamples, isSampled)
    }

    package func addFacts(to facts: inout KeyFacts) {
        // Partitions of earlier builds keep their keys.
        if group != 1 { facts.add("group", group) }
        if minSamples != 1 { facts.add("min_samples", minSamples) }
        if isSampled { facts.add("choose", "sampled") }
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        guard let owners = samples.owners else {
            throw .noOwners(hasClasses: samples.classes > 0 && samples.labelsPerSample == 1)
        }
        let blocks = ClassBlocks(labels: owners, classes: samples.ownerNames.count)
        let present = blocks.present.filter { blocks.count(of: $0) >= minSamples }
        guard clients <= present.count / group else {
            throw tooFew(samples, present.count, clients)
        }
        let chosen = choose(clients * group, of: present, blocks, key).sorted()
        let sizes = (0..<clients).map { client in
            chosen[client * group..<(client + 1) * group].reduce(0) { $0 + blocks.count(of: $1) }
        }
        var builder = PartitionBuilder(sizes: sizes)
        for (place, owner) in chosen.enumerated() {
            builder.deal(blocks.range(of: owner), of: blocks.order, to: place / group)
        }
        return builder.partition(of: samples.count)
    }

    private func choose(
        _ count: Int, of present: [Int], _ blocks: ClassBlocks, _ key: RandomKey
    ) -> ArraySlice<Int> {
        if isSampled {
            var order = present
            var stream = key.part(0).stream()
            stream.shuffle(&order)
            return order.prefix(count)
        }
        return present.sorted { left, right in
            (blocks.count(of: right), left) < (blocks.count(of: left), right)
        }.prefix(count)
    }

    private func tooFew(
        _ samples: TrainingSamples, _ present: Int, _ clients: Int
    ) -> PartitionError {
        guard group > 1 || minSamples > 1 else {
            return .tooFewOwners(kind: samples.ownerKind, owners: present, clients: clients)
        }
        let owners = counted(present, "owner")
        return .unsuitable(
            key: "clients.count",
            expected: "at most \(counted(present / group, "client")), from \(owners) with"
                + " \(counted(minSamples, "sample")) or more, \(group.grouped) for each client",
            found: clients.grouped, advice: "use fewer clients, or a smaller group or min_samples")
    }
}
