import Bytes
import LearningRates
import RealModule
import Settings

/// FedExP: the global rate grows with the difference of the clients' updates.
///
///     e_t = max(1, Σ p_i ‖Δ_i‖² / (2 (‖Δ_t‖² + ε_t))),      ε_t = ε · epsilon_decay^t
///     α_t = α_0 min(e_t, max_factor),    w_{t+1} = w_t + α_t d(Δ_t)
///
/// - Settings: server.learning_rate α_0 multiplies the factor; the method itself has α_0 = 1. The
///   p_i are uniform with `server.weighting: uniform`. With `average_last_two`, the evaluated and
///   written model is the mean of the last two models. Training continues from the last one.
/// - Edge cases: if the aggregate is near 0, the factor can be large. `max_factor` limits it and is
///   not from the authors. `max_factor: 1, average_last_two: false` is FedAvg. A round with one
///   update has a factor of 1 and is a round of FedAvg; if all rounds are, a warning is given
///   before the run. Without updates, or with sums that are not finite, the factor is 1.
/// - State: only the model before, if two models are averaged. Sends nothing extra.
/// - Source: Jhunjhunwala, Wang, Joshi 2023, arXiv 2301.09604, and its code. The code has ε = 1e-3
///   (1e-1 for EMNIST) and multiplies it by 0.998² in every round. It multiplies the local rate by
///   0.998 (`combined` with `exponential`).
struct FedExP: ServerScheduler {
    static let facts = RuleFacts(
        "fedexp", "global rate from how much the updates differ (FedExP)",
        paper: "Jhunjhunwala et al. 2023", adapts: "global rate",
        from: "how much the updates differ",
        neutral: ["max_factor": "1", "average_last_two": "false"],
        trials: ["max_factor: 1.5, average_last_two: false"])

    private let epsilon: Double
    private let epsilonDecay: Double
    private let extrapolation: Extrapolation
    private let evaluatesMeanOfTwo: Bool
    var start = StartRates()

    init(_ settings: Settings) {
        epsilon = settings.number(
            "epsilon", default: 1e-3, in: .nonNegative, "ε, added to the aggregate's squared norm")
        epsilonDecay = settings.number(
            "epsilon_decay", default: 1, in: .positiveUpTo(1), "what multiplies ε in each round")
        extrapolation = Extrapolation(settings)
        evaluatesMeanOfTwo = settings.flag(
            "average_last_two", default: true,
            "evaluate, and write at the end, the mean of the last two models")
    }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.quantities) = (.global, [.updateNorms])
        needs.evaluatesMeanOfTwo = evaluatesMeanOfTwo
        return needs
    }

    var startProblems: [StartProblem] { extrapolation.startProblems }

    func decideRates(after summary: RoundSummary) -> RateDecision {
        let added = epsilon * Double.pow(epsilonDecay, Int(summary.round))
        let mean = summary.updates.meanSquaredNorm ?? 0
        let factor = mean / (2 * (summary.squaredNorm + added))
        return extrapolation.decision(start.globalRate, times: factor)
    }
}
