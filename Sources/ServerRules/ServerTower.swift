import Bytes
import LearningRates
import Settings
import TowerRules

/// A tower of optimizers on the server: levels above the server optimizer change its learning rate
/// and its other hyperparameters, round by round.
///
///     G_0 = −Δ_t,    G_{k+1}[a] = Σ_x G_k[x] ∂x_new/∂a   over what level k moved last
///     top down: level k+1 moves level k's hyperparameters; at last level 0 moves the model
///
/// - It is the clients' `tower`: a round is a step, and minus the aggregate is the gradient.
///   Levels, `tune`, `scope` and `tensors` are the same. Bounds are relative to
///   server.learning_rate.
/// - Edge cases: without levels, or with levels of rate 0, only the optimizer acts, bit for bit. In
///   the first round, all G above 0 are 0.
/// - The local rate stays the same. Cost and vectors are those of the clients' tower, once a round.
/// - Source: Chandra, Xie, Ragan-Kelley, Meijer, NeurIPS 2022, arXiv 1909.13371, with the aggregate
///   for the gradient.
struct ServerTower: ClientRuleOnServer {
    static let facts = RuleFacts(
        "tower", "optimizers above the server's optimizer move its hyperparameters",
        paper: "Chandra et al. 2022", adapts: "global rate, momentum, decays",
        from: "derivatives of the optimizer's last step", neutral: ["levels": "[]"],
        isNeutralAlone: true)

    let rule: any ClientScheduler
    var start = StartRates()

    init(_ settings: Settings) { rule = tower(forServer: settings) }
}
