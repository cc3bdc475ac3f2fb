package import RandomStreams
import Settings

/// Proportions from a Dirichlet distribution decide which client has how much of which class. A
/// smaller alpha gives clients fewer classes.
///
/// Four procedures of the field have this name. `per_class` is the default:
///
/// 1. For each class c of n_c samples draw q over the clients, q ~ Dir(alpha, ..., alpha). The
///    share of client j ends at floor(n_c (q_0 + ... + q_j)), the share of the last client at n_c.
/// 2. With `balanced`, set q_j = 0 for clients that have n/N samples or more from earlier classes.
///    Scale the others to the sum 1.
/// 3. If the smallest client has fewer than min_samples samples, draw all proportions again, at
///    most 1,000 times.
/// 4. Shuffle the indices of each class and cut them at these ends. Put the parts of each client
///    one after the other in class order, and shuffle them.
///
/// The others are in files of their own: `per_client` (`Dirichlet+PerClient.swift`),
/// `with_replacement` and `per_class_normalized`. Sizes differ with `per_class`, and are equal with
/// `per_client`.
///
/// - Streams, with the number of the draw (from 0) as round: client c draws the proportions of
///   class c, client 2^30 + c shuffles class c, client 2^31 + j shuffles client j.
/// - Source: Yurochkin et al. 2019, arXiv 1905.12022; Li et al. 2022 (NIID-Bench),
///   arXiv 2102.02079.
/// - NIID-Bench differs: it always balances, and never gives up. Flower's `self_balancing` keeps
///   out clients with more than n/N samples; here those with exactly n/N are kept out too, as in
///   NIID-Bench. FedHyper's code differs: no min_samples.
package struct Dirichlet: Skew {
    package static let algorithm = Algorithm("dirichlet", revision: 1)

    /// The procedures that have the name.
    enum Procedure: String {
        case perClass = "per_class"
        case perClient = "per_client"
        case withReplacement = "with_replacement"
        case perClassNormalized = "per_class_normalized"
    }

    /// The mean of a client's class proportions with `per_client`.
    enum Prior: String {
        /// Equal proportions for all classes.
        case uniform
        /// The shares of the classes in the data set.
        case global
    }

    let procedure: Procedure
    let alpha: Double
    let minSamples: Int
    private(set) var isBalanced = false
    private(set) var prior = Prior.uniform
    private(set) var samplesPerClient = 500

    init(_ settings: Settings) {
        procedure = settings.choice(
            "procedure",
            of: [
                "per_class": .perClass, "per_client": .perClient,
                "with_replacement": .withReplacement,
                "per_class_normalized": .perClassNormalized,
            ], default: "per_class",
            "what is drawn: each class over clients, or each client over classes")
        alpha = settings.concentration()
        minSamples = settings.minSamples()
        switch procedure {
        case .perClass:
            isBalanced = settings.flag(
                "balanced", default: false,
                "give no more classes to clients with n/N samples, as NIID-Bench does")
        case .perClient:
            prior = settings.choice(
                "prior", of: ["uniform": .uniform, "global": .global], default: "uniform",
                "mean of a client's class proportions: all alike, or those of the data set")
        case .withReplacement:
            samplesPerClient = settings.samplesPerClient(
                "samples that each client draws, with replacement; rounding changes it by a few")
        case .perClassNormalized: break
        }
    }

    package init(alpha: Double, minSamples: Int) {
        self.init(.perClass, alpha: alpha, minSamples: minSamples)
    }

    init(_ procedure: Procedure, alpha: Double, minSamples: Int) {
        (self.procedure, self.alpha, self.minSamples) = (procedure, alpha, minSamples)
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("alpha", alpha)
        facts.add("min_samples", minSamples)
        // Without the other facts at their defaults, partitions of earlier builds keep their keys.
        if procedure != .perClass { facts.add("procedure", procedure.rawValue) }
        if isBalanced { facts.add("balanced", isBalanced) }
        if prior != .uniform { facts.add("prior", prior.rawValue) }
        if procedure == .withReplacement { facts.add("samples_per_client", samplesPerClient) }
    }

    package func assign(
        _ samples: TrainingSamples, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        switch procedure {
        case .perClass:
            return try shares.deal(blocks, to: clients, key: key) { draw in
                let most = Double(samples.count) / Double(clients)
                return { index, sizes in
                    var stream = key.part(UInt32(index), draw).stream()
                    let shares = stream.dirichlet(alpha, count: clients)
                    return isBalanced ? Self.balanced(shares, sizes, below: most) : shares
                }
            }
        case .perClient: return try dealPerClient(blocks, to: clients, key: key)
        case .withReplacement:
            let drawn = try drawWithReplacement(blocks, by: clients, key: key)
            return Partition(storing: drawn, of: samples.count)
        case .perClassNormalized: return try dealNormalized(blocks, to: clients, key: key)
        }
    }

    package var drawsWithReplacement: Bool { procedure == .withReplacement }

    package func drawn(
        _ samples: TrainingSamples, by clients: Int, key: RandomKey
    ) throws(PartitionError) -> DrawnPopulation? {
        guard procedure == .withReplacement else { return nil }
        let blocks = ClassBlocks(labels: try labels(of: samples), classes: samples.classes)
        return try drawWithReplacement(blocks, by: clients, key: key)
    }

    /// The loop of draws for the procedures that cut classes.
    var shares: ClassShares { ClassShares(minSamples: minSamples, relief: "a larger alpha") }

    /// Returns the shares of the clients that have fewer samples than `most`, with the sum 1, and 0
    /// for the others. Some client is below the mean as long as samples are left.
    private static func balanced(_ shares: [Double], _ sizes: [Int], below most: Double) -> [Double]
    {
        let isOpen = sizes.map { Double($0) < most }
        let sum = zip(shares, isOpen).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        let count = Double(isOpen.count { $0 })
        return zip(shares, isOpen).map { share, isOpen in
            // With a tiny alpha, all open clients can have the share 0.
            guard isOpen else { return 0 }
            return sum > 0 ? share / sum : 1 / count
        }
    }
}
