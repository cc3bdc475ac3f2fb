public import Bytes

/// Chooses the global rate α, the local rate β that clients receive, or both.
///
/// A scheduler reads numbers and returns rates. It never sees a vector: the round computes the inner
/// products that `needs` names. `Saved` is the part that changes from round to round.
public protocol ServerScheduler: Sendable, Saved {
    /// What the run starts with. Set once, before everything else.
    var start: StartRates { get set }
    /// What the rule wants of a round; read after `start` is set, and the same in all rounds.
    var needs: ServerNeeds { get }
    /// What is not right, or unusual, about the start for this rule.
    var startProblems: [StartProblem] { get }
    /// β_t, the local rate of round t, from what is known before the round.
    func localRate(round: Int) -> Double
    /// α_t for the aggregate of this round, and β for the next. Called once a round that is not
    /// void, in order. The rate must be finite, whatever the numbers are.
    mutating func decideRates(after summary: RoundSummary) -> RateDecision
}

extension ServerScheduler {
    /// By default a rule works from every start.
    public var startProblems: [StartProblem] { [] }

    /// By default clients receive the start rate in every round.
    public func localRate(round: Int) -> Double { start.localRate }

    /// Why the rule can't work from this start, and what would work; nil if it can.
    public var incompatibility: String? {
        startProblems.lazy.compactMap { if case .incompatible(let text) = $0 { text } else { nil } }
            .first
    }

    /// What a user should know about this start; nil if nothing.
    public var startRateWarning: String? {
        startProblems.lazy.compactMap { if case .warning(let text) = $0 { text } else { nil } }
            .first
    }

    /// The scheduler with this start.
    public func started(_ start: StartRates) -> Self {
        var scheduler = self
        scheduler.start = start
        return scheduler
    }
}
