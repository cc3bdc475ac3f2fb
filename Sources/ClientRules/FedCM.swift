import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// FedCM, client-level momentum. Each local step mixes the client's gradient with the last movement
/// of the global model. So all clients share a momentum without keeping one.
///
///     v_k = a g_k − (1 − a) Δ_{t−1} / (K β_t),   w_{k+1} = w_k − β_t v_k
///
/// - Symbols: K is the number of this client's local steps in the round. All steps together move
///   the weights by (1 − a) Δ_{t−1}, and by a times the sum of the gradient steps. The paper has
///   equal K and a constant rate for all clients. There −Δ_{t−1} / (K β) is the mean gradient of
///   the last round.
/// - Changing rates: the paper divides by the rate of the last round, which clients do not have.
///   Here the shared movement is the same at every rate.
/// - Edge cases: in the first round Δ is 0, so v = a g, as in the paper. If the quotient is
///   infinite, for example at a rate of 0, v = a g too.
/// - Neutral: `gradient_weight: 1` is FedAvg, bit for bit. Then clients receive no Δ.
/// - g contains the terms of weight decay and of FedProx. The paper averages uniformly, as with
///   server.weighting: uniform.
/// - Unchecked: the scaling follows a public reimplementation. What is said of the paper here was
///   not compared with its text.
/// - It works with plain gradient descent only, keeps the sent rate, and has no client state. A
///   step needs one pass over two vectors. A client receives one vector more, Δ_{t−1}.
/// - Source: Xu et al. 2021, "FedCM: Federated Learning with Client-level Momentum",
///   arXiv 2106.10874; a = 0.1 as there.
struct FedCM: ClientScheduler {
    static let facts = RuleFacts(
        "fedcm", "local steps along gradient and last aggregate, mixed (FedCM)",
        paper: "Xu et al. 2021", adapts: "direction", gradients: "1",
        neutral: ["gradient_weight": "1"])

    private let gradientWeight: Double

    init(_ settings: Settings) {
        gradientWeight = settings.number(
            "gradient_weight", default: 0.1, in: .positiveUpTo(1),
            "weight a of the client's own gradient; the last aggregate has the rest")
    }

    private var isNeutral: Bool { gradientWeight == 1 }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        needs.adaptsRate = false
        needs.plainDescentKind = "fedcm"
        (needs.previousAggregate, needs.rewritesGradient) = (!isNeutral, !isNeutral)
        return needs
    }

    func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard !isNeutral else { return }
        let scale = P.S(-(1 - gradientWeight) / (Double(step.count) * step.rate))
        let isDefined = step.hasPreviousAggregate && scale.isFinite
        step.combine(
            .gradient, times: P.S(gradientWeight), with: .previousAggregate,
            times: isDefined ? scale : 0)
    }
}
