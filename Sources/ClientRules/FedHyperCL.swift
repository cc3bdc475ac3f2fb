import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// FedHyper-CL: the local rate grows while the client's gradients agree with each other and with
/// the previous aggregate.
///
///     h_k = ⟨g_k, g_{k−1}⟩ − (λ) ⟨g_k, Δ_{t−1}⟩                          (paper)
///     c_k = cos(g_k, g_{k−1}) − λ cos(g_k, Δ_{t−1})                     (normalized)
///     β_k = clip(β_{k−1} + κ h_k, β_0/γ, β_0 γ)   or   clip(β_{k−1} (1 + κ c_k), …)
///     w_{k+1} = w_k − β_k g_k,      λ = 1/K by default, K this client's steps in this round
///
/// The form `released_code` is the authors' program, which is another method. Its vectors s are the
/// changes of the parameters, so they contain the rate, momentum and scaling:
///
///     s_k = w_{k+1} − w_k = −β_k d_k,   h = ⟨s_k, s⟩ + λ ⟨s_k, Δ_{t−1}⟩,   λ = 0.01 by default
///     β_{k+1} = clip(β_k min(1.1, 1 + κ h), β_0/γ, β_0 γ),   s ← s_k
///
/// - At the first comparison of a round, s is Δ_{t−1}, or 0 in the first round. The first step of
///   each local epoch is not used in these formulas. The authors' λ is 0.1 divided by the clients
///   per round, which is 0.01 for ten clients.
/// - The authors' program loses a client's last rate and reports its first rate. This form does
///   not.
///
/// The other forms:
///
/// - Edge cases: the first step of a round keeps β. In the first round there is no previous
///   aggregate, so the second term is 0. A cosine is not defined if a norm is below 1e-12. Such a
///   cosine counts as 0. If it is the first cosine, the rate stays the same and the event is
///   counted. With K = 1, the rate never changes.
/// - The new rate is used in the same step. Each round starts from the sent rate. With `carry`, it
///   starts from the rate at the end of the client's previous round.
/// - With momentum, products are of gradients too. Bounds are relative to β_0, not to β_t.
/// - Cost: the products of three vectors, computed together with the gradient. Keeps one number.
///   The form `released_code` also copies the direction.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form), and its released code.
struct FedHyperCL: ClientScheduler {
    static let facts = RuleFacts(
        "fedhyper_cl", "hypergradient on each client's local rate (FedHyper-CL)",
        paper: "FedHyper, ICLR 2024", adapts: "rate", gradients: "1", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true)

    private let rule: HypergradientRule
    private let usesMovement: Bool
    /// The weight λ; nil means 1/K.
    private let movementWeight: Double?
    private let carry: CarryOver
    private var startRate = 0.0
    private var carriedRate: Double?
    private var movementSquaredNorm = 0.0
    private var previousSquaredNorm = 0.0
    /// The rate of the step whose direction is compared next in the form `released_code`. It is nil
    /// if Δ_{t−1} is compared.
    private var comparedRate: Double?
    /// The direction of this step, if it is compared.
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
        // There is no gradient before the first one. Its norm is needed for the cosine of the
        // second.
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
        // The changes of the parameters are minus the directions times their rates.
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
        // The state is empty in a client's first round.
        if carries { carriedRate = try reader.optionalDouble() }
    }
}
