import LearningRates
import Settings

/// A scheduler whose rates follow from the round alone.
///
/// The server computes the multiple m(t) of the start rates and sends the local rate with the
/// tasks. So all clients use the same rate, and no state is carried over.
protocol Schedule: ServerScheduler {
    /// The rates that follow the schedule, and the warm-up.
    var scheduled: ScheduledRates { get }
    /// Whether the multiple ever changes.
    var changes: Bool { get }
    /// Returns m(t), the multiple of the start rates after t of `count` rounds.
    func multiple(after round: Int) -> Double
    /// Whether the multiple depends on the number of rounds of the run.
    var followsRunLength: Bool { get }
    /// A warning about this schedule in this run; nil if there is none.
    var warning: String? { get }
}

extension Schedule {
    /// T, the number of rounds of the schedule itself; 1 or more.
    var count: Int { max(start.rounds - scheduled.warmup, 1) }

    /// By default, the multiple depends on the round alone.
    var followsRunLength: Bool { false }

    /// By default, a schedule warns of a rate of 0.
    var warning: String? { zeroWarning }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.choosesRates) = (scheduled.target, true)
        needs.holdsLocalRate = !changes && scheduled.warmup < 2
        needs.followsRunLength = followsRunLength
        return needs
    }

    var startProblems: [StartProblem] {
        let late: StartProblem? =
            scheduled.warmup > start.rounds
            ? .incompatible(
                "expected a warmup of at most \(counted(start.rounds, "round"))"
                    + " (training.rounds), after which the rate is the start rate, found"
                    + " \(scheduled.warmup); lower warmup"
            )
            : nil
        return [late, warning.map { .warning($0) }].compactMap(\.self)
    }

    /// Returns the multiple of the start rates in a round of the run.
    private func multiple(_ round: Int) -> Double {
        let warmup = scheduled.warmup
        return round < warmup
            ? Double(round + 1) / Double(warmup) : multiple(after: round - warmup)
    }

    func localRate(round: Int) -> Double {
        scheduled.target.isLocal ? start.localRate * multiple(round) : start.localRate
    }

    func decideRates(after summary: RoundSummary) -> RateDecision {
        RateDecision(
            globalRate: scheduled.target.isGlobal
                ? start.globalRate * multiple(summary.round) : start.globalRate)
    }

    /// The warning about a rate of 0 at the end. It is nil if the rate stays above 0 or has no
    /// effect.
    var zeroWarning: String? {
        let last = start.rounds - 1
        guard changes, start.rounds > scheduled.warmup, isZero(last) else { return nil }
        var first = last
        while first > scheduled.warmup, isZero(first - 1) { first -= 1 }
        let effect: String
        switch (scheduled.target, start.use) {
        case (.local, .ignored): return nil
        case (.global, _), (.both, .ignored): effect = "the model does not change then"
        case (_, .everyStep): effect = "clients train nothing then"
        case (_, .roundStart): effect = "the clients' own schedulers start from 0 then"
        }
        let rounds =
            first == last
            ? "in round \(last), the last one" : "from round \(first) on, in single precision"
        return "expected a rate above 0 in all rounds, found 0 \(rounds); \(effect); let the"
            + " schedule end above 0"
    }

    /// Returns whether a scheduled rate is 0 in the single precision of the weights.
    private func isZero(_ round: Int) -> Bool {
        let multiple = multiple(round)
        return scheduled.target.isGlobal && Float(start.globalRate * multiple) == 0
            || scheduled.target.isLocal && Float(start.localRate * multiple) == 0
    }
}
