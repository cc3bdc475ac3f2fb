import Bytes
import LinearAlgebra
import Settings

/// FedSPS: each client takes stochastic Polyak steps, as long as the batch's loss is above what it can
/// come down to.
///
///     β_k = min((f_k(w_k) − ℓ*) / (c ‖g_k‖²), β_max),   w_{k+1} = w_k − β_k g_k
///
/// - f_k is the batch's loss with the weight decay's term λ ‖w‖² / 2, which is part of g_k; a drift
///   correction is part of g_k alone.
/// - `smallest_loss` ℓ* is a lower bound of every batch's loss: 0 for the losses of this program.
/// - `largest_rate` β_max is the rate that the server sent where not given, so that
///   `client.learning_rate` and the server's schedulers say it. Steps held there are counted, and
///   those with a loss below ℓ*, which have the rate 0.
/// - ‖g_k‖ = 0: no step. What is not finite leaves the rate as it was and is counted.
/// - Plain gradient descent only. Stateless. Costs the squared norm of the gradient, taken while it is
///   computed; keeps nothing.
/// - Source: Mukherjee, Loizou, Stich 2023, "Locally Adaptive Federated Learning", arXiv 2307.06306:
///   c = 0.5, ℓ* = 0, β_max about 1.
struct FedSPS: ClientScheduler {
    static let facts = RuleFacts(
        "fedsps", "Polyak steps from each batch's own loss (FedSPS)",
        paper: "Mukherjee et al. 2023", adapts: "rate", gradients: "1")

    private let scale: Double
    private let smallestLoss: Double
    private let largestRate: Double?
    /// 0 and the largest rate.
    private let bounds = RateBounds(floor: 0, ceiling: 1)
    /// β_t of the round.
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
        return needs
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        optimizer.isPlainDescent ? nil : optimizer.plainDescentProblem("fedsps")
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        localRate = step.rate
    }

    /// The gradient's squared norm.
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
