import Bytes
import Settings

/// FedExProx: extrapolation of proximal steps, the more the further the clients' steps point apart
/// (the adaptive rule GraDS, gradient diversity).
///
///     e_t = max(1, Σ p_i ‖Δ_i‖² / ‖Δ_t‖²),      Δ_i = prox_{f_i / μ}(w_t) − w_t
///     α_t = α_0 min(e_t, max_factor),    w_{t+1} = w_t + α_t d(Δ_t)
///
/// - The proximal step is the clients' local training with
///   `training.correction: { kind: fedprox, mu: … }`, where μ is the paper's 1/γ. It is as exact as the
///   local steps are many. Without the correction the same factor applies to plain local training.
/// - The p_i are the aggregate's weights; the paper's are equal, `server.weighting: uniform`. With
///   weights that sum to 1 the quotient is never below 1 but for rounding.
/// - server.learning_rate α_0 multiplies the factor; the method itself has α_0 = 1.
/// - Left out of the paper: the constant factor, which is server.learning_rate with the scheduler
///   `constant`, and StoPS, the stochastic Polyak step, which needs each client's smallest loss.
/// - Where the aggregate is near 0 the factor can be large; `max_factor` is not the authors'.
///   `max_factor: 1` is FedAvg (with the correction FedProx), bit for bit.
/// - A round with one update has a factor of 1: it is FedAvg's, which is said before the run where
///   all rounds are like that.
/// - Sums that are not finite, an aggregate of 0, or no updates: a factor of 1.
/// - No state between rounds. Sends nothing extra.
/// - Source: Li, Acharya, Richtárik 2024, "The Power of Extrapolation in Federated Learning",
///   arXiv 2405.13766.
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
