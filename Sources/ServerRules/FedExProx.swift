import Bytes
import LearningRates
import Settings

/// FedExProx: extrapolation of proximal steps. The global rate grows when the clients' steps point
/// in different directions (the adaptive rule GraDS, gradient diversity).
///
///     e_t = max(1, Σ p_i ‖Δ_i‖² / ‖Δ_t‖²),      Δ_i = prox_{f_i / μ}(w_t) − w_t
///     α_t = α_0 min(e_t, max_factor),    w_{t+1} = w_t + α_t d(Δ_t)
///
/// - The proximal step is local training with `training.correction: { kind: fedprox, mu: … }`,
///   where μ is the paper's 1/γ. More local steps make it more exact. Without the correction, the
///   same factor is used with plain local training.
/// - Settings: the p_i are the aggregate's weights. The paper's are equal (`server.weighting:
///   uniform`). With weights that sum to 1, the quotient is at least 1, except for rounding.
///   server.learning_rate α_0 multiplies the factor; the method itself has α_0 = 1.
/// - Edge cases: if the aggregate is near 0, the factor can be large. `max_factor` limits it and is
///   not from the authors. `max_factor: 1` is FedAvg (with the correction FedProx), bit for bit. A
///   round with one update has a factor of 1 and is a round of FedAvg; if all rounds are, a warning
///   is given before the run. Without updates, with an aggregate of 0, or with sums that are not
///   finite, the factor is 1.
/// - Keeps no state between rounds. Sends nothing extra.
/// - Differences from the paper: the constant factor is server.learning_rate with the scheduler
///   `constant`. StoPS, the stochastic Polyak step, is left out, because it needs each client's
///   smallest loss.
/// - Source: Li, Acharya, Richtárik 2024, "The Power of Extrapolation in Federated Learning", arXiv
///   2405.13766.
struct FedExProx: ServerScheduler {
    static let facts = RuleFacts(
        "fedexprox", "global rate from how much proximal steps differ (FedExProx, GraDS)",
        paper: "Li et al. 2024", adapts: "global rate",
        from: "how much the updates of proximal steps differ", neutral: ["max_factor": "1"],
        trials: ["max_factor: 1.5"])

    private let extrapolation: Extrapolation
    var start = StartRates()

    init(_ settings: Settings) {
        extrapolation = Extrapolation(settings)
    }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.quantities) = (.global, [.updateNorms])
        return needs
    }

    var startProblems: [StartProblem] { extrapolation.startProblems }

    func decideRates(after summary: RoundSummary) -> RateDecision {
        extrapolation.decision(start.globalRate, times: summary.diversity)
    }
}
