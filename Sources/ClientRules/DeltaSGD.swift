import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// Delta-SGD: the local rate follows the smoothness that the client's own gradients show. The
/// growth of the rate is limited by its growth in the step before.
///
///     β_k = min(γ ‖w_k − w_{k−1}‖ / (2 ‖∇L_k(w_k) − ∇L_k(w_{k−1})‖),  √(1 + δ θ_{k−1}) β_{k−1})
///     θ_k = β_k / β_{k−1},   w_{k+1} = w_k − β_k ∇L_k(w_k),   θ_0 = 1
///
/// - Both gradients are computed on the batch of step k.
/// - Edge cases: the first step of a round keeps β. If weights or gradients are equal, only the
///   second bound is used. A value that is not finite leaves β unchanged and is counted.
/// - The reported hypergradient is ⟨∇L_k(w_k), w_k − w_{k−1}⟩ / β_{k−1}. It is the exact derivative
///   of this batch's loss in the last rate. The rule does not use it.
/// - State: `lr_only` carries over β and θ, and `all` also w_{k−1}. The default is `reset`, as
///   published.
/// - Requires plain gradient descent.
/// - Cost: two gradients and one pass over four vectors per step. Keeps two vectors.
/// - Differences from the released code: it has δ = 0.02 by default and adds 1e-8 to the rate.
/// - Source: Kim et al., ICLR 2024, arXiv 2306.11201.
struct DeltaSGD: ClientScheduler {
    static let facts = RuleFacts(
        "delta_sgd", "the local rate follows the smoothness that gradients show (Delta-SGD)",
        paper: "Kim et al. 2024", adapts: "rate", gradients: "2")

    private let smoothness: Double
    private let growth: Double
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    /// The ratio θ of the last step.
    private var ratio = 1.0
    /// Whether w_{k−1} is stored.
    private var hasPoint = false

    private static let point = VectorName.scheduler(0)
    private static let pointGradient = VectorName.scheduler(1)

    init(_ settings: Settings) {
        smoothness = settings.number(
            "smoothness_factor", default: 2, in: .positive,
            "factor γ of the bound by the gradients' smoothness")
        growth = settings.number(
            "growth", default: 0.1, in: .nonNegative,
            "factor δ of the bound by the rate's own growth")
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .reset)
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        if carry == .all { needs.mayCarry = CarriedVectors(rates: true, slots: [Self.point]) }
        needs.vectors = 2
        needs.plainDescentKind = "delta_sgd"
        return needs
    }

    var readings: [(name: String, value: Double)] { [("theta", ratio)] }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard hasPoint else {
            hasPoint = true
            return step.copy(.weights, to: Self.point)
        }
        let (w, g) = (step.vector(.weights), step.vector(.gradient))
        let (before, old) = (step.vector(Self.point), step.vector(Self.pointGradient))
        _ = problem.gradient(&step.slots, at: before, into: old)
        let (moved, bent, along) = step.slots.distances(w, before: before, g, before: old)
        let rate = step.rate
        step.hypergradients[0] = rate > 0 ? along / rate : 0
        var proposed = Double.nan
        if moved.isFinite, bent.isFinite {
            proposed = (1 + growth * ratio).squareRoot() * rate
            if moved > 0, bent > 0 {
                proposed = min(
                    proposed, smoothness * moved.squareRoot() / (2 * bent.squareRoot()))
            }
        }
        step.setRate(to: bounds.clip(proposed, keeping: rate, around: startRate))
        ratio = rate > 0 ? step.rate / rate : 1
    }

    var carried: CarriedVectors {
        CarriedVectors(
            rates: carry != .reset,
            slots: carry == .all && hasPoint ? [Self.point] : [])
    }

    func save(to writer: inout ByteWriter) {
        if carry != .reset { writer.write(ratio) }
        if carry == .all { writer.write(hasPoint) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        if carry != .reset { ratio = try reader.double() }
        if carry == .all { hasPoint = try reader.flag() }
    }
}
