import LearningRates

/// A server scheduler that is a client rule inside the server step: −Δ_t is the gradient and a
/// round is a step.
///
/// The scheduler contains the rule as in the settings. The server step changes its own copy.
protocol ClientRuleOnServer: ServerScheduler {
    /// The rule as in the settings.
    var rule: any ClientScheduler { get }
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

    /// Returns the start rate. The rule changes the rate inside the step.
    func decideRates(after summary: RoundSummary) -> RateDecision {
        RateDecision(globalRate: start.globalRate)
    }
}
