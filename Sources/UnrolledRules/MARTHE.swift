import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// RTHO and MARTHE: the local rate descends along the derivative of the validation loss in the
/// rate. The derivative is computed forward through all steps of the round and damped by μ. RTHO
/// has μ = 1.
///
///     D_t = ⟨∇E(w_t), Z_t⟩,  η_t = clip(η_{t−1} − κ D_t)              (D_0 = 0 since Z_0 = 0)
///     Z_{t+1} = μ A_t Z_t + B_t,   w_{t+1} = w_t − η_t d_t
///     A_t Z_t = Z_t − η_t ∂d_t/∂(w, buffers) · tangents,   B_t = −d_t
///
/// The optimizer's buffers have tangents too, so the derivative is exact for every optimizer. μ
/// multiplies the inherited part only, never B. With μ = 1, κ = 0 and all validation samples in one
/// batch, D_t is the derivative of E(w_t) in one constant rate. Weight decay is part of all
/// derivatives.
///
/// - μ and κ adapt by the rules of `Damping` and `HyperRate`.
/// - Edge cases: a D that is not finite leaves the rate unchanged and is counted. With κ = 0, only
///   the optimizer acts. Zero gradients change nothing. If Z is not finite, it starts again
///   from 0 and the event is counted. The same happens if its norm is above 1e8 times that of the
///   largest B of the round.
/// - Validation: one batch per step of the client's held-out samples. Clients with fewer than two
///   such samples use training samples.
/// - State: `all` carries over the rate, κ, μ, c, Z, the buffers and D_{t−1}. `lr_only` carries
///   over the rate, κ, μ and c, because Z is a derivative along a path that the averaging cuts.
/// - Cost per step: one gradient, one H v (2 gradients; none if μ = 0) and one validation gradient
///   (two if μ adapts). Keeps 2 vectors, one per buffer with a tangent, and one more with a clip.
/// - Source: Franceschi et al. 2017, arXiv 1703.01785 (RTHO); Donini et al. 2020, arXiv 1910.08525
///   (MARTHE), by its authors' two implementations. The product rule of κ is from this project.
///
/// `form: released_code` has the order and the deviations of the class for SGD in awslabs/adatune:
///
/// - The rate changes after the weights, with the validation gradient at the new weights.
/// - Z is always computed with the start rate.
/// - Weight decay is only in the step of the weights.
/// - With momentum, the first step of a round is skipped.
/// - `gradient_clip` clamps the entries of the gradient (also for the weights), of H Z and of ∇E.
///   The product H Z differentiates through the first clamp.
/// - `first_order` replaces Z by B.
struct MARTHE: ClientScheduler {
    static let factsOfRTHO = RuleFacts(
        "rtho", "descent on the exact derivative of the validation loss in the rate (RTHO)",
        paper: "Franceschi et al. 2017", adapts: "rate", gradients: "4",
        neutral: ["hyper_rate": "0"], estimatesHypergradient: true)

    static let facts = RuleFacts(
        "marthe", "RTHO with a damped memory of past steps (MARTHE)", paper: "Donini et al. 2020",
        adapts: "rate, its own κ and μ", gradients: "4", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true,
        trials: [
            "mu: adaptive, kappa_rule: product, kappa_step: 0.01, carry: all",
            "mu: 0",
            "tangent_rate: initial",
            "form: released_code, first_order: true",
            "form: released_code, mu: -0.5, kappa_rule: released_code, carry: all",
        ])

    // The vectors of the rule: Z, then scratch, then the buffers' tangents, then Z after the clip.
    static let tangent = VectorName.scheduler(0)
    static let scratch = VectorName.scheduler(1)
    static let firstState = 2

    let isReleasedCode: Bool
    let gradientClip: Double?
    private let hypergradientClip: Double?
    private let isFirstOrder: Bool
    private let usesStartRate: Bool
    private let bounds: RateBounds
    private let carry: CarryOver
    private(set) var hyperRate: HyperRate
    private(set) var damping: Damping
    private(set) var startRate = 0.0
    private var stateTangents = 0
    private(set) var hasMomentum = false
    private var carriedRate: Double?
    var hasTangent = false
    var estimate = 0.0
    var direction = VectorName.gradient
    /// The weight decay λ, if this form keeps it out of the derivatives.
    var ownDecay = 0.0
    private var largestSquare = 0.0
    private var resets = 0

    /// Reads the settings of the rule.
    ///
    /// - Parameter mu: the constant μ; nil means that `mu` is read.
    init(_ settings: Settings, mu: Double? = nil) {
        isReleasedCode = settings.choice(
            "form", of: ["paper": false, "released_code": true], default: "paper",
            "the published equations, or the order and deviations of the released code")
        damping =
            mu.map { Damping(constant: $0) }
            ?? Damping(settings, isReleasedCode: isReleasedCode)
        hyperRate = HyperRate(settings, isReleasedCode: isReleasedCode)
        usesStartRate = settings.choice(
            "tangent_rate", of: ["current": false, "initial": true],
            default: isReleasedCode ? "initial" : "current",
            "the rate in the tangent's step: that of the step, or the start rate for ever")
        if isReleasedCode {
            gradientClip = settings.numberOrNone(
                "gradient_clip", default: 100, in: .positive,
                "entries of gradients and Hessian products are held within plus and minus this")
            isFirstOrder = settings.flag(
                "first_order", default: false, "forget the tangent in every step")
            hypergradientClip = nil
        } else {
            hypergradientClip = settings.numberOrNone(
                "hypergradient_clip", default: nil, in: .positive,
                "D is held within plus and minus this where it moves the rate")
            (gradientClip, isFirstOrder) = (nil, false)
        }
        bounds = RateBounds(settings, floor: 0)
        carry = CarryOver(settings, default: .ratesOnly)
    }

    /// The number of vectors of the rule.
    var vectorCount: Int { Self.firstState + stateTangents + (gradientClip == nil ? 0 : 1) }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        if isReleasedCode { needs.ownDetail = HypergradientForm.releasedCode.rawValue }
        needs.vectors = vectorCount
        needs.validation = true
        needs.secondDerivatives = !isFirstOrder && (damping.isAdaptive || damping.value != 0)
        return needs
    }

    var readings: [(name: String, value: Double)] {
        damping.readings + [("kappa", hyperRate.value), ("resets", Double(resets))]
    }

    var carried: CarriedVectors {
        var carried = CarriedVectors()
        guard carry == .all else { return carried }
        carried.slots =
            [Self.tangent] + (0..<stateTangents).map { .scheduler(Self.firstState + $0) }
        carried.includesOptimizer = true
        return carried
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        guard isReleasedCode else { return nil }
        guard optimizer.heavyBall?.isPlain == true else {
            return "expected client.optimizer: sgd without nesterov and dampening for form:"
                + " released_code, found another optimizer; change it, or set form: paper, which is"
                + " exact for all optimizers"
        }
        return nil
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) {
        startRate = localRate
        stateTangents = optimizer.stateTangents
        hasMomentum = optimizer.heavyBall.map { $0.momentum > 0 } ?? false
        self.optimizer = optimizer
        hyperRate.start(for: optimizer)
    }
    private var optimizer: (any Optimizer)?

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if let carriedRate { step.start(at: carriedRate) }
        hasTangent = carry == .all && carriedRate != nil
        if !hasTangent { hyperRate.forgetEstimate() }
        largestSquare = 0
        if isReleasedCode {
            ownDecay = problem.weightDecay
            problem.weightDecay = 0
        }
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        problem.nextValidationBatch(&step.slots)
        guard !isReleasedCode else { return differentiateClipped(&step, &problem) }
        validate(&step, &problem)
        moveRate(&step)
        guard inherits else { return }
        let (weights, along, product) = (
            step.vector(.weights), step.vector(Self.tangent), step.vector(Self.scratch)
        )
        problem.hessianProduct(&step.slots, at: weights, along: along, into: product)
    }

    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        self.direction = direction
        if isReleasedCode, skipsStep(step) { return }
        if inherits { inherit(direction, &step) } else { forget(direction, &step) }
        hasTangent = true
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard !isReleasedCode else { return moveRateAfterwards(&step, &problem) }
        guard damping.isAdaptive else { return }
        // The batch is still that of the step.
        let (weights, gradient) = (step.vector(.weights), step.vector(Self.scratch))
        _ = problem.validationGradient(&step.slots, at: weights, into: gradient)
        damping.adapt(to: estimate, over: -step.dot(Self.scratch, direction))
    }

    mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if isReleasedCode { problem.weightDecay = ownDecay }
    }

    /// Whether the Z of the step before is part of the new Z.
    var inherits: Bool { hasTangent && !isFirstOrder && damping.value != 0 }

    /// Computes the derivative D of the validation loss in the rate, at the current weights.
    mutating func validate<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let (weights, gradient) = (step.vector(.weights), step.vector(Self.scratch))
        _ = problem.validationGradient(&step.slots, at: weights, into: gradient)
        if let gradientClip { step.slots.clip(gradient, to: gradientClip) }
        estimate = hasTangent ? step.dot(Self.scratch, Self.tangent) : 0
    }

    /// Moves the rate down along D.
    mutating func moveRate<S: Scalar>(_ step: inout StepContext<S>) {
        step.hypergradients[0] = estimate
        let used = hypergradientClip.map { min(max(estimate, -$0), $0) } ?? estimate
        hyperRate.adaptBefore(used)
        step.setRate(
            to: bounds.clip(
                step.rate - hyperRate.value * used, keeping: step.rate, around: startRate))
        hyperRate.adaptAfter(used, rate: step.rate)
        if carry != .reset { carriedRate = step.rate }
    }

    mutating func adaptDamping(to numerator: Double, over denominator: Double) {
        damping.adapt(to: numerator, over: denominator)
    }

    /// Computes Z ← μ A Z + B, with H Z in the scratch vector.
    private mutating func inherit<S: Scalar>(_ direction: VectorName, _ step: inout StepContext<S>)
    {
        let mu = damping.value
        optimizer?.directionTangent(&step, Self.scratch, states: Self.firstState, times: mu)
        let (tangent, product, d) = (
            step.vector(Self.tangent), step.vector(Self.scratch), step.vector(direction)
        )
        let squares = step.slots.advanceTangent(
            tangent, along: product, minus: d, times: mu,
            rate: usesStartRate ? startRate : step.rate)
        largestSquare = max(largestSquare, squares.direction)
        addDecay(&step)
        let isLarge = !isReleasedCode && squares.tangent > 1e16 * largestSquare
        guard isLarge || !squares.tangent.isFinite else { return }
        step.slots.fill(tangent, with: 0)
        clearStates(&step)
        resets += 1
        step.countRateEvents(lowerBoundHits: 0, upperBoundHits: 0, undefined: 1)
    }

    /// Sets Z ← B, without an inherited part.
    private mutating func forget<S: Scalar>(_ direction: VectorName, _ step: inout StepContext<S>) {
        step.combine(Self.tangent, times: 0, with: direction, times: -1)
        largestSquare = max(largestSquare, step.dot(Self.tangent, Self.tangent))
        addDecay(&step)
        clearStates(&step)
    }

    // B has no weight decay if the form keeps it out of the derivatives.
    private mutating func addDecay<S: Scalar>(_ step: inout StepContext<S>) {
        guard ownDecay != 0 else { return }
        step.combine(Self.tangent, times: 1, with: .weights, times: S(ownDecay))
    }

    private func clearStates<S: Scalar>(_ step: inout StepContext<S>) {
        for index in 0..<stateTangents {
            let state = step.vector(.scheduler(Self.firstState + index))
            step.slots.fill(state, with: 0)
        }
    }

    func save(to writer: inout ByteWriter) {
        guard carry != .reset else { return }
        writer.write(carriedRate)
        hyperRate.save(to: &writer)
        damping.save(to: &writer)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard carry != .reset else { return }
        carriedRate = try reader.optionalDouble()
        try hyperRate.restore(from: &reader)
        try damping.restore(from: &reader)
    }
}
