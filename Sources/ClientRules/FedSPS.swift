import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// FedSPS: each client computes its local rate from the loss and the gradient of each batch
/// (stochastic Polyak steps).
///
///     β_k = min((f_k(w_k) − ℓ*) / (c ‖g_k‖²), β_max),   w_{k+1} = w_k − β_k g_k
///
/// - Symbols: f_k is the batch loss with the weight decay term λ/2 ‖w‖², and g_k is its gradient. A
///   drift correction changes g_k but not f_k.
/// - Settings: ℓ* is `smallest_loss`, a lower bound of every batch loss; the losses of this program
///   have
///   0. β_max is `largest_rate`. Without `largest_rate`, β_max is the sent rate, so that
///      `client.learning_rate` and server schedulers set it.
/// - Edge cases: if ‖g_k‖ = 0, there is no step. If a value is not finite, the rate stays the same
///   and the event is counted. If f_k < ℓ*, the rate is 0. Clips at 0 and at β_max are counted.
/// - Requires plain gradient descent. Keeps no state between rounds. Computes ‖g_k‖² together with
///   the gradient.
/// - Source: Mukherjee, Loizou, Stich 2023, "Locally Adaptive Federated Learning", arXiv
///   2307.06306: c = 0.5, ℓ* = 0, β_max about 1.
struct FedSPS: ClientScheduler {
    static let facts = RuleFacts(
        "fedsps", "Polyak steps from each batch's own loss (FedSPS)",
        paper: "Mukherjee et al. 2023", adapts: "rate", gradients: "1")

    private let scale: Double
    private let smallestLoss: Double
    private let largestRate: Double?
    /// The bounds 0 and β_max.
    private let bounds = RateBounds(floor: 0, ceiling: 1)
    /// The local rate β_t of the round.
    private var localRate = 0.0

    init(_ settings: Settings) {
        scale = settings.number(
            "scale", default: 0.5, in: .positive,
            "c, which the gradient's squared norm is multiplied with")
        smallestLoss = settings.number(
            "smallest_loss", default: 0, in: .any, "lower bound ℓ* of every batch's loss")
        largestRate = settings.optionalNumber(
            "largest_rate", in: .positive,
            "largest rate β_max; the one that the server sent where not given")
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        needs.ignoresSentRate = largestRate != nil
        needs.plainDescentKind = "fedsps"
        return needs
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        localRate = step.rate
    }

    /// Names the squared norm of the gradient, the only product that the rule needs.
    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        GradientProducts()
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let square = step.products.xx
        guard square != 0 else { return }
        let decay = problem.weightDecay
        let loss = step.loss + (decay > 0 ? decay / 2 * step.dot(.weights, .weights) : 0)
        let proposed = square.isFinite ? (loss - smallestLoss) / (scale * square) : .nan
        step.setRate(
            to: bounds.clip(proposed, keeping: step.rate, around: largestRate ?? localRate))
    }
}
