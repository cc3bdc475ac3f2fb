public import Datasets
import RandomStreams
public import Settings

/// Uniform with replacement: m draws, each of any client.
///
/// - A client drawn k times trains once and its update counts k times. Two copies of it would
///   start from the same model and use the same batches.
/// - A cohort has at most m distinct clients.
/// - Source: none; scheme I of Li et al. 2020, arXiv 1907.02189, with equal probabilities.
public struct SamplingWithReplacement: CohortSampling {
    /// This kind has no settings.
    public init(_ settings: Settings) {}

    /// A client can be drawn more than once.
    public var drawsWithReplacement: Bool { true }

    /// Returns the members of `size` draws.
    public func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
    {
        var stream = RandomKey(seed: seed, .cohort, round: round).stream()
        var draws: [UInt32] = []
        for _ in 0..<size { draws.append(UInt32(stream.below(population.count))) }
        return members(of: draws)
    }
}
