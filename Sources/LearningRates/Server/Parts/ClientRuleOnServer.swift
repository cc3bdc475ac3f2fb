/// A server scheduler that is a client rule inside the server step: −Δ_t is the gradient and a round
/// is a step.
///
/// The scheduler holds the rule as configured. The server step moves a copy of its own.
protocol ClientRuleOnServer: ServerScheduler {
    /// The kind of rule.
    associatedtype Rule: ClientScheduler
    /// The rule as configured.
    var rule: Rule { get }
}

extension ClientRuleOnServer {
    var needs: ServerNeeds {
        var started = rule
        started.start(localRate: start.globalRate, optimizer: start.optimizer)
        var needs = ServerNeeds()
        (needs.moves, needs.clientRule, needs.form) = (.global, started, started.needs.form)
        return needs
    }

    var startProblems: [StartProblem] {
        rule.incompatibility(with: start.optimizer, weightDecay: 0).map { [.incompatible($0)] }
            ?? []
    }

    /// The start rate: the rule moves it from there inside the step.
    func decideRates(after summary: RoundSummary) -> RateDecision {
        RateDecision(globalRate: start.globalRate)
    }
}
