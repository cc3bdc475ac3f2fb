public import Datasets
public import Settings

/// A client of a cohort.
public struct CohortMember: Equatable, Sendable {
    /// The number of the client, from 0.
    public var client: UInt32
    /// How often the client was drawn. It trains once, and its update counts as often as it was
    /// drawn.
    public var drawCount: UInt32
    /// τ, the number of server steps since the client started; 0 in synchronous rounds.
    public var staleness: UInt32

    /// Makes a member that was drawn `times` times.
    public init(_ client: UInt32, times: UInt32 = 1, staleness: UInt32 = 0) {
        (self.client, self.drawCount, self.staleness) = (client, times, staleness)
    }
}

/// Chooses the clients of each round, from what a run knows before the round.
///
/// A kind is one file. A cohort follows from the seed and the round alone: kinds that draw use the
/// stream (seed, cohort, round). Members are distinct and in ascending order.
public protocol CohortSampling: Sendable {
    /// The size of the largest cohort, if the settings of the kind say it; else nil.
    var size: Int? { get }
    /// Whether a client can be drawn more than once into a cohort.
    var drawsWithReplacement: Bool { get }
    /// What over-selection must be, and why, as it follows "expected" in a message. It is nil if
    /// more clients than `per_round` can be drawn.
    var overSelectionProblem: String? { get }
    /// Returns n_i / q_i of a client, up to a factor that is the same for all clients: q_i is the
    /// probability that one draw is this client. The result must not fall when `samples` grows.
    ///
    /// - Parameter samples: n_i, the training samples of the client.
    func importance(samples: UInt32) -> UInt32
    /// Returns the members of the cohort of a round.
    ///
    /// - Parameters:
    ///   - size: the number of draws.
    ///   - population: all clients, with the samples that each of them trains on.
    /// - Complexity: grows with `size`, not with the number of clients.
    func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
}

extension CohortSampling {
    /// By default, cohorts have the size `clients.per_round`.
    public var size: Int? { nil }
    /// By default, a client is drawn at most once into a cohort.
    public var drawsWithReplacement: Bool { false }
    /// By default, more clients than `per_round` can be drawn, so over-selection works.
    public var overSelectionProblem: String? { nil }
    /// Returns n_i. By default, all clients are equally likely.
    public func importance(samples: UInt32) -> UInt32 { samples }
}

/// Returns the members of a cohort from draws in which clients may be repeated.
func members(of draws: [UInt32]) -> [CohortMember] {
    var members: [CohortMember] = []
    for client in draws.sorted() {
        if let last = members.indices.last, members[last].client == client {
            members[last].drawCount += 1
        } else {
            members.append(CohortMember(client))
        }
    }
    return members
}

/// Lists the kinds of cohort sampling: `clients.sampling` in a scenario.
///
/// - Parameter clients: the number of clients; nil if no scenario says it.
public func cohortSamplings(clients: Int? = nil) -> [Registered<any CohortSampling>] {
    [
        Registered("uniform", "every set of per_round clients is equally likely") {
            UniformSampling($0)
        },
        Registered(
            "with_replacement", "per_round draws of any client; repeated ones count repeatedly",
            SamplingWithReplacement.init),
        Registered(
            "by_size", "per_round draws, likely in proportion to a client's training samples",
            SamplingBySize.init),
        Registered("round_robin", "clients take turns in the order of their numbers") {
            RoundRobin($0)
        },
        Registered("schedule", "the cohorts that the scenario lists, one a round, in turn") {
            CohortSchedule($0, clients: clients)
        },
    ]
}
