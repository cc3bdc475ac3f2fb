public import Bytes

/// The rate that a server scheduler adapts by a hypergradient.
public enum AdaptedRate: Sendable {
    /// The global rate α.
    case global
    /// The local rate β of the next round.
    case local
}

/// The vector that the round multiplies its aggregate with for a scheduler, beside Δ_{t−1}.
public enum ServerMemory: Equatable, Sendable {
    /// None.
    case none
    /// The optimizer's last direction, as it moved the model: of momentum the velocity v_{t−1}.
    case direction
    /// The average G of the aggregates so far, G ← a G + (1 − a) Δ_t after the round; 0 at first.
    case average(decay: Double)
}

/// What a server scheduler decides after a round's aggregate.
///
///     w_{t+1} = w_t + α d(s Δ_t) + p Δ_t
public struct ServerDecision: Sendable {
    /// α, which multiplies the optimizer's direction d; what outputs call the global rate.
    public var rate: Double
    /// s, which multiplies the aggregate before the optimizer sees it.
    public var aggregateScale = 1.0
    /// p, the rate of the aggregate itself beside the direction; α then counts both: the direction
    /// gets α − p.
    public var plainRate = 0.0
    /// What happened to α, or to s, where it is adapted.
    public var globalChange: RateChange?
    /// What happened to the next round's β where it is adapted.
    public var localChange: RateChange?

    /// A decision.
    public init(
        rate: Double, globalChange: RateChange? = nil, localChange: RateChange? = nil
    ) {
        self.rate = rate
        self.globalChange = globalChange
        self.localChange = localChange
    }
}

/// Chooses the global rate α, the local rate β that goes out with the tasks, or both: numbers in,
/// rates out. It never sees a vector; the round gives it inner products.
public protocol ServerScheduler: Sendable, Saved {
    /// The form of its hypergradient, where there are several.
    var form: HypergradientForm? { get }
    /// What outputs name behind its kind: its form, or the kinds that it is made of.
    var detail: String? { get }
    /// The rate that its hypergradient adapts; nil where it has none.
    var adaptedRate: AdaptedRate? { get }
    /// The schedulers that it is made of, with their kinds; itself alone in nearly all cases.
    var members: [(kind: String, scheduler: any ServerScheduler)] { get }
    /// Which rates it moves, where the user chooses that; nil where it follows from its kind.
    var target: RateTarget? { get }
    /// Whether the local rate that goes out with the tasks changes from round to round.
    var changesLocalRate: Bool { get }
    /// Whether the global rate stays as configured.
    var leavesGlobalRate: Bool { get }
    /// Whether it scales aggregates before the optimizer sees them.
    var scalesAggregates: Bool { get }
    /// What it wants the aggregate multiplied with; asked after `start`.
    var memory: ServerMemory { get }
    /// A rule of the clients' kind that adapts the rate inside the server's own step, with the
    /// aggregate as gradient; asked after `start`. `globalRate(after:)` then says the start rate.
    var stepScheduler: (any ClientScheduler)? { get }
    /// Whether it compares the updates of a round with each other, so that a round with one update
    /// is FedAvg's.
    var comparesUpdates: Bool { get }
    /// Whether the model to evaluate is the mean of the last two.
    var evaluatesMeanOfTwo: Bool { get }
    /// Why it can't work with this server optimizer, and what would do; nil if it can.
    func objection(to optimizer: any Optimizer) -> String?
    /// Why it can't work in a run of so many rounds, and what would do; nil if it can.
    func objection(rounds: Int) -> String?
    /// Takes the configured start rates α_0, β_0 > 0 and the number of rounds; called once, before
    /// everything but `objection`.
    mutating func start(
        globalRate: Double, localRate: Double, rounds: Int, optimizer: any Optimizer)
    /// β_t: the local rate of a round, from what is known before it.
    func localRate(round: Int) -> Double
    /// α_t: called once a round, after its aggregate; applied to this very aggregate.
    mutating func globalRate(after summary: RoundSummary) -> ServerDecision
    /// What is odd about the start rates for this rule, in words for the user; nil if nothing is.
    ///
    /// - Parameter use: what the clients do with the local rate.
    func concern(globalRate: Double, localRate: Double, use: UseOfSentRate) -> String?
}

extension ServerScheduler {
    /// Only one form.
    public var form: HypergradientForm? { nil }
    /// The form.
    public var detail: String? { form?.rawValue }
    /// Adapts none.
    public var adaptedRate: AdaptedRate? { nil }
    /// Made of nothing else.
    public var members: [(kind: String, scheduler: any ServerScheduler)] { [] }
    /// Its kind says it.
    public var target: RateTarget? { nil }
    /// Where its hypergradient adapts it.
    public var changesLocalRate: Bool { adaptedRate == .local }
    /// Where it says that it moves the local one.
    public var leavesGlobalRate: Bool { adaptedRate == .local || target == .local }
    /// It does not.
    public var scalesAggregates: Bool { false }
    /// The aggregate before is enough.
    public var memory: ServerMemory { .none }
    /// It decides from numbers.
    public var stepScheduler: (any ClientScheduler)? { nil }
    /// By default one update is as good as several.
    public var comparesUpdates: Bool { false }
    /// The last one.
    public var evaluatesMeanOfTwo: Bool { false }
    /// It works with all.
    public func objection(to optimizer: any Optimizer) -> String? { nil }
    /// It works in all.
    public func objection(rounds: Int) -> String? { nil }
    /// Nothing is odd.
    public func concern(globalRate: Double, localRate: Double, use: UseOfSentRate) -> String? {
        nil
    }
}
