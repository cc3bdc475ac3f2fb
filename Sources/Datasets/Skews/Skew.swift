public import RandomStreams
public import Settings

/// A way to share out the training samples among the clients.
///
/// A skew only remembers its settings when it is made. Equal samples, clients and keys give equal
/// partitions.
public protocol Skew: Sendable {
    /// The name and the revision of this skew's rules.
    static var algorithm: Algorithm { get }
    /// Adds each setting that a partition depends on.
    func addFacts(to facts: inout KeyFacts)
    /// Draws the partition of these samples, of which there are as many as clients or more.
    ///
    /// - Parameter key: the seed and the purpose of the streams. Client and round of the key are
    ///   replaced by the numbers of the partition's own streams.
    func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition
}

/// All skews that a scenario can name.
public let skews: [Registered<any Skew>] = [
    Registered("iid", "shuffled and dealt evenly", { _ in IID() }),
    Registered("dirichlet", "each class shared out by Dirichlet proportions", Dirichlet.init),
    Registered("shards", "a few blocks of the samples in label order each", Shards.init),
    Registered(
        "natural",
        "each owner in the data is a client; with fewer clients than owners, those with most "
            + "samples",
        { _ in Natural() }),
]

extension Skew {
    /// Adds nothing. By default, a skew has no settings.
    package func addFacts(to facts: inout KeyFacts) {}

    /// Lists the facts whose digest is the key of a partition.
    ///
    /// - Parameters:
    ///   - dataKey: the data set's key.
    ///   - seed: that of the data.
    package func facts(dataKey: String, clients: Int, seed: UInt64) -> KeyFacts {
        var facts = KeyFacts("hyperfed partition \(PartitionFile.version)", Self.algorithm)
        facts.add("data", dataKey)
        facts.add("clients", clients)
        facts.add("seed", seed)
        addFacts(to: &facts)
        return facts
    }

    /// Draws the partition of these samples.
    ///
    /// - Parameter key: its seed and purpose count; client and round are replaced.
    /// - Throws: `PartitionError` if there is no client, if there are more clients than samples, or
    ///   if the skew does not fit the samples.
    public func partition(
        _ samples: TrainingSamples, among clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        guard clients >= 1 else { throw .noClients(clients) }
        guard clients <= samples.count else {
            throw .moreClientsThanSamples(clients: clients, samples: samples.count)
        }
        return try assign(samples, to: clients, key: key)
    }

    /// Returns the one label of each sample, for skews that share out samples by class.
    func labels(of samples: TrainingSamples) throws(PartitionError) -> [Int32] {
        let skew = Self.algorithm.name
        guard let labels = samples.labels else { throw .noClasses(skew: skew) }
        guard samples.labelsPerSample == 1 else {
            throw .manyLabels(skew: skew, perSample: samples.labelsPerSample)
        }
        return labels
    }
}

extension RandomKey {
    /// Returns the key of a stream of the partition, named by two numbers.
    func part(_ first: UInt32, _ second: UInt32 = 0) -> RandomKey {
        var key = self
        (key.client, key.round) = (first, second)
        return key
    }
}
