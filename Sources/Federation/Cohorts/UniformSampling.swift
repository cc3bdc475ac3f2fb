public import Datasets
public import Settings

/// Uniform without replacement: every set of m clients is equally likely.
///
/// - Each client is in a cohort with probability m / N, so Σ p_i Δ_i with p_i ∝ n_i estimates the
///   aggregate of all clients.
/// - Source: McMahan et al. 2017, arXiv 1602.05629.
public struct UniformSampling: CohortSampling {
    /// This kind has no settings.
    public init(_ settings: Settings? = nil) {}

    /// Returns the members; `size` is at most the number of clients.
    public func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
    {
        Cohort.draw(seed: seed, round: round, clients: population.count, size: size).map {
            CohortMember($0)
        }
    }
}
