import RandomStreams
import Settings

/// A class with the clients that own it and the number of its samples that each of them gets.
struct OwnedClass {
    /// The number of the class in the data.
    let index: Int
    /// The owners in the order in which the samples of the class are cut.
    let owners: [Int]
    /// The samples of each owner, shape (owners). Their sum is at most the samples of the class.
    let sizes: [Int]
}

extension ClassBlocks {
    /// Returns the classes with samples, if each client can own `classes` of them.
    ///
    /// - Throws: `PartitionError` about the key `classes` if there are fewer.
    func present(forEach classes: Int) throws(PartitionError) -> [Int] {
        let present = present
        guard classes <= present.count else {
            throw .unsuitable(
                key: "data.skew.classes",
                expected: "at most \(counted(present.count, "class")), as in the data",
                found: classes.grouped, advice: "use fewer classes per client")
        }
        return present
    }

    /// Deals shuffled classes to their owners, and shuffles the samples of each client.
    ///
    /// - Parameters:
    ///   - owned: classes that differ. Samples of other classes are not used.
    ///   - sizes: what `OwnedClass.sizes(of:clients:)` returns for them.
    func partition(_ owned: [OwnedClass], sizes: [Int], key: RandomKey) -> Partition {
        var blocks = self
        var builder = PartitionBuilder(sizes: sizes)
        for part in owned {
            blocks.shuffle(part.index, key: key.shuffle(ofClass: part.index))
            var start = blocks.range(of: part.index).lowerBound
            for (client, size) in zip(part.owners, part.sizes) {
                builder.deal(start..<start + size, of: blocks.order, to: client)
                start += size
            }
        }
        builder.shuffleClients { key.shuffle(ofClient: $0) }
        return builder.partition(of: order.count)
    }
}

extension OwnedClass {
    /// Returns the samples of each client over all its classes, shape (clients).
    static func sizes(of owned: [OwnedClass], clients: Int) -> [Int] {
        var sizes = [Int](repeating: 0, count: clients)
        for part in owned {
            for (client, size) in zip(part.owners, part.sizes) { sizes[client] += size }
        }
        return sizes
    }
}
