import Bytes
import LinearAlgebra
import Settings

/// FedHyper-CL: the local rate grows while a client's gradients agree with each other and with the
/// last movement of the global model.
///
///     h_k = ⟨g_k, g_{k−1}⟩ − (λ) ⟨g_k, Δ_{t−1}⟩                          (paper)
///     c_k = cos(g_k, g_{k−1}) − λ cos(g_k, Δ_{t−1})                     (normalized)
///     β_k = clip(β_{k−1} + κ h_k, β_0/γ, β_0 γ)   or   clip(β_{k−1} (1 + κ c_k), …)
///     w_{k+1} = w_k − β_k g_k,      λ = 1/K by default, K this client's steps in this round
///
/// `form: released_code` is the authors' program, another method. With s the movements of the
/// parameters, so with the rate, momentum and scaling in them:
///
///     s_k = w_{k+1} − w_k = −β_k d_k,   h = ⟨s_k, s⟩ + λ ⟨s_k, Δ_{t−1}⟩,   λ = 0.01 by default
///     β_{k+1} = clip(β_k min(1.1, 1 + κ h), β_0/γ, β_0 γ),   s ← s_k
///
/// - s is Δ_{t−1} at the first comparison of a round, 0 in the first round. The first step of each
///   local epoch is left out of all this. λ is 0.1 over the clients per round there: 0.01 for ten.
/// - The program forgets a client's last rate and reports its first; here both are as they are.
///
/// The other forms:
///
/// - First step of a round: β unchanged. First round: no movement yet, the second term is 0.
/// - A cosine that is not defined (a norm below 1e-12) counts as 0; where the first one is, the
///   rate stays and it is counted. K = 1: nothing changes.
/// - The new rate is used in the same step. Each round starts from the rate the server sent, or
///   with `carry` from the rate the client ended its previous round with.
/// - Products are of gradients, also with momentum. Bounds lie around β_0, not around β_t.
/// - Costs the products of three vectors, taken while the gradient is computed; keeps one number. The released code's form also copies
///   the direction.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form), and its
///   released code.
struct FedHyperCL: ClientScheduler {
    static let facts = RuleFacts(
        "fedhyper_cl", "hypergradient on each client's local rate (FedHyper-CL)",
        paper: "FedHyper, ICLR 2024", adapts: "rate", gradients: "1", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true)

    private let rule: HypergradientRule
    private let usesMovement: Bool
    /// λ; 1/K where nil.
    private let movementWeight: Double?
    private let carry: CarryOver
    private var startRate = 0.0
    private var carriedRate: Double?
    private var movementSquaredNorm = 0.0
    private var previousSquaredNorm = 0.0
    /// The rate of the step whose direction the released code's form compares with; nil where that is
    /// still Δ_{t−1}.
    private var comparedRate: Double?
    /// The direction of this step, where it is compared.
    private var compared: VectorName?

    private static let comparedDirection = VectorName.scheduler(0)

    init(_ settings: Settings) {
        rule = HypergradientRule(settings, bound: 10, hasReleasedCode: true)
        usesMovement = settings.flag(
            "global_term", default: true, "whether the last global movement takes part")
        let weight = settings.optionalNumber(
            "global_weight", in: .nonNegative,
            "its weight λ; 1/K where not given, 0.01 in the released code's form")
        if !usesMovement {
            settings.warnUnused("global_weight", "global_weight has no effect without global_term")
        }
        movementWeight = weight ?? (rule.form == .releasedCode ? 0.01 : nil)
        carry = CarryOver(settings, default: .reset)
    }

    private var carries: Bool { carry != .reset }
    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        (needs.carry, needs.form) = (carry, rule.form)
        needs.previousAggregate = usesMovement
        if rule.form == .releasedCode { needs.vectors = 1 } else { needs.previousGradient = true }
        return needs
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if carries, let carriedRate { step.start(at: carriedRate) }
        movementSquaredNorm =
            rule.form == .normalized && usesMovement && step.hasPreviousAggregate
            ? step.dot(.previousAggregate, .previousAggregate) : 0
        previousSquaredNorm = 0
        (comparedRate, compared) = (nil, nil)
    }

    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        guard rule.form != .releasedCode else { return nil }
        // The first gradient has nothing to agree with; its norm counts in the second's cosine.
        guard step.index > 0 else { return rule.form == .normalized ? GradientProducts() : nil }
        return GradientProducts(
            .previousGradient,
            and: usesMovement && step.hasPreviousAggregate ? .previousAggregate : nil)
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard rule.form != .releasedCode else { return }
        defer { if carries { carriedRate = step.rate } }
        let hasPreviousAggregate = usesMovement && step.hasPreviousAggregate
        guard step.index > 0 else {
            previousSquaredNorm = step.products.xx
            return
        }
        let (square, agreement, drift) = (step.products.xx, step.products.xy, step.products.xz)
        let weight = movementWeight ?? 1 / Double(step.count)
        let own = cosine(agreement, square, previousSquaredNorm)
        let global = hasPreviousAggregate ? cosine(drift, square, movementSquaredNorm) ?? 0 : 0
        step.setRate(
            to: rule.next(
                step.rate, product: agreement - (hasPreviousAggregate ? weight * drift : 0),
                cosine: own.map { $0 - weight * global }, around: startRate))
        step.hypergradients[0] = -agreement + (hasPreviousAggregate ? weight * drift : 0)
        previousSquaredNorm = square
    }

    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        compared = rule.form == .releasedCode && !step.startsEpoch ? direction : nil
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard let compared else { return }
        // The movements are minus the directions times their rates.
        let rate = step.rates[0]
        let hasPreviousAggregate = usesMovement && step.hasPreviousAggregate
        let other = Self.comparedDirection
        let (_, own, global) = step.dots(
            of: compared, with: other, and: hasPreviousAggregate ? .previousAggregate : other)
        let drift = hasPreviousAggregate ? -rate * global : 0
        let agreement = comparedRate.map { $0 * rate * own } ?? drift
        let product = agreement + (movementWeight ?? 0) * drift
        step.hypergradients[0] = rate > 0 ? -product / (rate * rate) : 0
        step.setRate(
            to: rule.next(rate, product: product, cosine: nil, around: startRate))
        step.copy(compared, to: other)
        comparedRate = rate
        if carries { carriedRate = step.rate }
    }

    func save(to writer: inout ByteWriter) {
        if carries { writer.write(carriedRate) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        // Empty at a client's first round.
        if carries { carriedRate = try reader.optionalDouble() }
    }
}
