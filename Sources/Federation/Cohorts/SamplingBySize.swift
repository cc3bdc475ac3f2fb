public import Datasets
import RandomStreams
public import Settings

/// By size: m draws with replacement, client i with probability n_i / n.
///
/// - A client drawn k times trains once and its update counts k times.
/// - With `server.weighting: uniform` (or `importance`, which is the same here) the aggregate is
///   the mean over the draws. It is an unbiased estimate of Σ n_i / n Δ_i. With `samples`, the
///   size counts twice.
/// - A client without training samples is never drawn. Each draw is exact: it is a random
///   position below n, if the samples of all clients stand in one row.
/// - Source: scheme I of Li et al. 2020, arXiv 1907.02189.
public struct SamplingBySize: CohortSampling {
    /// This kind has no settings.
    public init(_ settings: Settings) {}

    /// A client can be drawn more than once.
    public var drawsWithReplacement: Bool { true }

    /// n_i / q_i is the same for all clients, because q_i = n_i / n.
    public func importance(samples: UInt32) -> UInt32 { 1 }

    /// Returns the members of `size` draws.
    public func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
    {
        var stream = RandomKey(seed: seed, .cohort, round: round).stream()
        var draws: [UInt32] = []
        for _ in 0..<size {
            let position = stream.below(population.totalSize)
            draws.append(UInt32(population.client(atPosition: position)))
        }
        return members(of: draws)
    }
}
