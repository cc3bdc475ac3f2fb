public import Bytes

/// Chooses the global rate α, the local rate β that clients receive, or both.
///
/// A scheduler reads numbers and returns rates. It never reads a vector: the round computes the
/// inner products that `needs` names. `Saved` is the part that changes from round to round.
public protocol ServerScheduler: Sendable, Saved {
    /// The start values of the run. They are set once, before all other calls.
    var start: StartRates { get set }
    /// What the rule needs from a round. It is read after `start` is set and is the same in all
    /// rounds.
    var needs: ServerNeeds { get }
    /// The problems and warnings about the start values for this rule.
    var startProblems: [StartProblem] { get }
    /// Returns β_t, the local rate of round t, from what is known before the round.
    func localRate(round: Int) -> Double
    /// Returns α_t for the aggregate of this round and β for the next. It is called once for each
    /// round that is not void, in order. The rate must be finite for all numbers.
    mutating func decideRates(after summary: RoundSummary) -> RateDecision
}

extension ServerScheduler {
    /// By default, a rule works with every start.
    public var startProblems: [StartProblem] { [] }

    /// Returns the start rate. By default, clients receive it in every round.
    public func localRate(round: Int) -> Double { start.localRate }

    /// Why the rule does not work with this start, as "expected X, found Y; do Z". It is nil if it
    /// works.
    public var incompatibility: String? {
        startProblems.lazy.compactMap { if case .incompatible(let text) = $0 { text } else { nil } }
            .first
    }

    /// A warning about this start, as "expected X, found Y; EFFECT; do Z"; nil if there is none.
    public var startRateWarning: String? {
        startProblems.lazy.compactMap { if case .warning(let text) = $0 { text } else { nil } }
            .first
    }

    /// Returns the scheduler with this start.
    public func started(_ start: StartRates) -> Self {
        var scheduler = self
        scheduler.start = start
        return scheduler
    }
}
