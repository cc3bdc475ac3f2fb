import Bytes
import Settings

/// A tower of optimizers on the server: levels above the server's optimizer move its learning rate
/// and its other hyperparameters, round by round.
///
///     G_0 = −Δ_t,    G_{k+1}[a] = Σ_x G_k[x] ∂x_new/∂a      over what level k moved in the last round
///     top down: level k+1 moves level k's hyperparameters; at last level 0 moves the model
///
/// - It is the clients' `tower` with rounds for steps and minus the aggregate for the gradient: the
///   same code, with its levels, `tune`, `scope`, `tensors` and bounds around server.learning_rate.
/// - No levels, or levels with rates of 0: the optimizer alone, bit for bit.
/// - First round: all G above 0 are 0.
/// - The local rate stays. Costs and vectors are the clients' tower's, once a round.
/// - Source: Chandra, Xie, Ragan-Kelley, Meijer, NeurIPS 2022, arXiv 1909.13371, with the aggregate
///   for the gradient.
struct ServerTower: ClientRuleOnServer {
    static let facts = RuleFacts(
        "tower", "optimizers above the server's optimizer move its hyperparameters",
        paper: "Chandra et al. 2022", adapts: "global rate, momentum, decays",
        from: "derivatives of the optimizer's last step", neutral: ["levels": "[]"],
        isNeutralAlone: true)

    let rule: Tower
    var start = StartRates()

    init(_ settings: Settings) { rule = Tower(settings, carries: false) }
}
