import Bytes
import ClientRules
import LearningRates
import Settings

/// Hypergradient descent on the server (HD-SGD, HD-Adam and so on), with any server optimizer.
///
///     h_t = −⟨g_t, d_{t−1}⟩,   g_t = −Δ_t,    d the server optimizer's direction
///     α_t = α_{t−1} − κ h_t                                        (additive)
///     α_t = α_{t−1} (1 − κ h_t / (‖g_t‖ ‖d_{t−1}‖))                 (multiplicative)
///     w_{t+1} = w_t − α_t d_t
///
/// - It is the clients' `hypergradient`: a round is a step, and minus the aggregate is the
///   gradient. Edge cases, `scope` and forms are the same. Bounds are relative to
///   server.learning_rate. The rate of round t uses the aggregate of round t.
/// - With plain gradient descent, h_t is −⟨Δ_t, Δ_{t−1}⟩: FedHyper-G with other bounds. With
///   momentum it is the product with the velocity, and with Adam the product with its scaled
///   direction.
/// - Edge cases: the first round uses α_0. With κ = 0, only the optimizer acts, bit for bit.
/// - The local rate stays the same.
/// - Cost: one product of two vectors per round. Plain descent keeps no vector beside the last
///   aggregate.
/// - Source: Baydin et al. 2018, arXiv 1703.04782, with the aggregate for the gradient as in Wang
///   et al., ICLR 2024, arXiv 2310.03156.
struct ServerHypergradient: ClientRuleOnServer {
    static let facts = RuleFacts(
        "hypergradient", "hypergradient descent above the server's optimizer (HD-SGD, HD-Adam)",
        paper: "Baydin et al. 2018", adapts: "global rate",
        from: "product with the optimizer's last direction", neutral: ["hyper_rate": "0"])

    let rule: any ClientScheduler
    var start = StartRates()

    init(_ settings: Settings) { rule = hypergradient(forServer: settings) }
}
