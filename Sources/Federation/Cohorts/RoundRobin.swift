public import Datasets
public import Settings

/// Round robin: clients t m, …, t m + m − 1 modulo N take part in round t.
///
/// - Nothing is drawn. The numbers of rounds of two clients differ by at most one.
/// - Source: none; a baseline without the variance of sampling.
public struct RoundRobin: CohortSampling {
    /// This kind has no settings.
    public init(_ settings: Settings? = nil) {}

    /// A client that is dropped would lose its turn, so over-selection is refused.
    public var overSelectionProblem: String? {
        "1 with sampling: round_robin, in which a late client would lose its turn"
    }

    /// Returns the members; `size` is at most the number of clients.
    public func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
    {
        let first = Int(round) * size
        return (first..<first + size).map { UInt32($0 % population.count) }.sorted().map {
            CohortMember($0)
        }
    }
}
