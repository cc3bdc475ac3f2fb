public import RandomStreams
public import Settings

/// A way to share out the training samples among the clients.
///
/// A skew only remembers its settings when it is made. Equal samples, clients and keys give equal
/// partitions.
public protocol Skew: Sendable {
    /// The name and the revision of this skew's rules.
    static var algorithm: Algorithm { get }
    /// What the skew may leave without a client.
    static var remainder: SkewRemainder { get }
    /// Adds each setting that a partition depends on, and the content of each file. Throws
    /// `DataError` if a file cannot be read.
    func addFacts(to facts: inout KeyFacts) throws(DataError)
    /// Draws the partition of these samples, of which there are as many as clients or more.
    ///
    /// - Parameter key: the seed and the purpose of the streams. Client and round of the key are
    ///   replaced by the numbers of the partition's own streams.
    func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition
    /// Whether the settings say that clients draw with replacement. Each client is then computed at
    /// each request.
    var drawsWithReplacement: Bool { get }
    /// Returns the clients that draw with replacement; nil if the samples are dealt.
    ///
    /// - Parameter key: as in `assign`.
    func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation?
}

/// What clients cost whose samples are stored.
private let storedCost =
    "4 bytes a client and 4 a sample, in one file that all processes map; a sample for each client"

/// What clients cost that draw with replacement, before the cost of the other procedures.
private let drawnCost =
    "with_replacement: nothing, each client is computed when it is drawn; else "

/// All skews that a scenario can name. The origin says whose procedure each is, and what other
/// tools call it. The cost says what a million clients need before the first round.
public let skews: [Registered<any Skew>] = [
    Registered(
        "iid", "shuffled and dealt evenly",
        origin: "McMahan et al. 2017; NIID-Bench homo; Flower IidPartitioner, without its shuffle",
        cost: drawnCost + storedCost,
        IID.init),
    Registered(
        "dirichlet", "class proportions from a Dirichlet distribution, by one of four procedures",
        origin: "per_class: Yurochkin et al. 2019, NIID-Bench noniid-labeldir (balanced), Flower "
            + "DirichletPartitioner, FedLab hetero_dir, FedHyper; per_client: Hsu et al. 2019, "
            + "FedDyn, Flower InnerDirichletPartitioner; with_replacement: Delta-SGD; "
            + "per_class_normalized: FedExP",
        cost: drawnCost + storedCost
            + "; per_client also 8 bytes a client and class while it is drawn",
        Dirichlet.init),
    Registered(
        "shards", "a few blocks of the samples in label order each",
        origin: "McMahan et al. 2017; Flower ShardPartitioner; FedLab shards", cost: storedCost,
        Shards.init),
    Registered(
        "classes_per_client", "a few whole classes each, shared with their other owners",
        origin: "one_fixed: NIID-Bench noniid-#label k, Flower PathologicalPartitioner "
            + "first-deterministic; random: Flower random; consecutive: Flower deterministic",
        cost: drawnCost + storedCost,
        ClassesPerClient.init),
    Registered(
        "percentage", "a part of the samples dealt in label order, the others evenly",
        origin: "Hsieh et al. 2020; FedArtML percent_noniid, without its missing sort",
        cost: storedCost,
        Percentage.init),
    Registered(
        "quantity", "sizes that differ by a law, classes alike",
        origin: "dirichlet: NIID-Bench iid-diff-quantity, FedArtML; lognormal: FedLab "
            + "lognormal_unbalance_split; linear, square, exponential, sizes: Flower's "
            + "partitioners of these names",
        cost: drawnCost + storedCost,
        Quantity.init),
    Registered(
        "lognormal", "a few successive classes each, in log-normal amounts",
        origin: "FedProx's MNIST (Li et al. 2020): 1,000 clients, 2 classes, sigma 2",
        cost: storedCost,
        LogNormal.init),
    Registered(
        "continuous", "samples sorted by a feature with noise, and cut",
        origin: "Flower ContinuousPartitioner, which has no shuffle first", cost: storedCost,
        Continuous.init),
    Registered(
        "feature_bins", "quantiles of a feature shared out as dirichlet does with classes",
        origin: "FedArtML hist-dirichlet", cost: storedCost,
        FeatureBins.init),
    Registered(
        "two_owners", "each class shared by two clients",
        origin: "NIID-Bench mixed, for any number of classes",
        cost: "none: it has at most two clients a class",
        TwoOwners.init),
    Registered(
        "natural", "each owner in the data, or a group of owners, is a client",
        origin: "Caldas et al. 2018 (LEAF); Flower NaturalIdPartitioner and "
            + "GroupedNaturalIdPartitioner; NIID-Bench's FEMNIST, and its FCUBE with the data set "
            + "fcube",
        cost: storedCost + ", and as many owners",
        Natural.init),
    Registered(
        "explicit", "a table of class counts, or a file of sample indices",
        origin: "table: Flower DistributionPartitioner; file: partition.json, or JSON lists",
        cost: storedCost + ", and a file as large",
        Explicit.init),
]

extension Skew {
    /// By default, a skew should deal nearly all samples.
    public static var remainder: SkewRemainder { SkewRemainder(algorithm.name) }

    /// By default, a skew deals the samples.
    package var drawsWithReplacement: Bool { false }

    /// Returns nil. By default, a skew deals the samples.
    package func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? { nil }

    /// Adds nothing. By default, a skew has no settings.
    package func addFacts(to facts: inout KeyFacts) {}

    /// Lists the facts whose digest is the key of a partition.
    ///
    /// - Parameters:
    ///   - dataKey: the data set's key.
    ///   - seed: that of the data.
    ///   - readsFiles: false for facts that only differ by settings; no file is read then.
    package func facts(
        dataKey: String, clients: Int, seed: UInt64, readsFiles: Bool = true
    ) throws(DataError) -> KeyFacts {
        var facts = KeyFacts(
            "hyperfed partition \(PartitionFile.version)", Self.algorithm,
            readsFiles: readsFiles)
        facts.add("data", dataKey)
        facts.add("clients", clients)
        facts.add("seed", seed)
        try addFacts(to: &facts)
        return facts
    }

    /// Shares out these samples: returns clients that draw with replacement where the settings say
    /// so, else nil.
    ///
    /// - Parameter key: its seed and purpose count; client and round are replaced.
    /// - Throws: `PartitionError` if there is no client or no sample, or if the skew does not fit
    ///   the samples.
    public func drawnPopulation(
        _ samples: TrainingSamples, among clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? {
        guard clients >= 1 else { throw .noClients(clients) }
        guard samples.count >= 1 else {
            throw .moreClientsThanSamples(clients: clients, samples: samples.count)
        }
        return try drawn(samples, by: clients, key: key)
    }

    /// Draws and stores the partition of these samples.
    ///
    /// - Parameter key: its seed and purpose count; client and round are replaced.
    /// - Throws: `PartitionError` if there is no client, if there are more clients than samples, or
    ///   if the skew does not fit the samples.
    public func partition(
        _ samples: TrainingSamples, among clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        if let drawn = try drawnPopulation(samples, among: clients, key: key) {
            guard clients <= Int(Int32.max) / max(drawn.largestSize, 1) else {
                throw .unsuitable(
                    key: "data.skew.samples_per_client",
                    expected: "at most \(Int(Int32.max).grouped) samples of all clients",
                    found: "\(drawn.largestSize.grouped) of \(clients.grouped) clients",
                    advice: "use fewer samples or clients")
            }
            return Partition(storing: drawn, of: samples.count)
        }
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

    /// Throws an error if a client has fewer samples than the minimum, for a skew whose sizes no
    /// other draw makes larger.
    ///
    /// - Parameter relief: a change of the settings that makes small clients larger.
    func checkMinimum(
        _ minSamples: Int, _ sizes: [Int], relief: String
    ) throws(PartitionError) {
        let smallest = sizes.min() ?? 0
        guard smallest < minSamples, let client = sizes.firstIndex(of: smallest) else { return }
        throw .unsuitable(
            key: "data.skew.min_samples",
            expected: "\(counted(minSamples, "sample")) or more for each client",
            found: "\(smallest.grouped) for client \(client)",
            advice: relief
                + (smallest >= 1 ? ", or min_samples of at most \(smallest.grouped)" : ""))
    }
}
