import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// Hypergradient descent: a rate grows while gradients agree with the direction of the step before.
/// It shrinks while they point against this direction.
///
///     h_k = −⟨g_k, d_{k−1}⟩,   the derivative of this loss in the rate of the step before
///     β_k = β_{k−1} − κ h_k                                        (additive)
///     β_k = β_{k−1} (1 − κ h_k / (‖g_k‖ ‖d_{k−1}‖))                 (multiplicative)
///     w_{k+1} = w_k − β_k d_k
///
/// - Symbols: d is the optimizer's direction. It does not depend on the rate, so the rule is the
///   same for every optimizer. The gradient g includes weight decay.
/// - Settings: `scope` gives each layer, tensor or parameter its own rate, which uses its own
///   products. For single parameters the multiplicative rule is β (1 + κ sign(g d)). The κ of the
///   additive rule has the unit of β/‖g‖²; the authors use 1e-3 for gradient descent and 1e-7 for
///   Adam. The multiplicative rule has no units.
/// - `form: released_code` is the published loop for Adam. It changes one rate before the step of
///   each tensor in turn, so each tensor uses another rate. The rate of the last tensor is kept.
/// - Edge cases: the first step keeps β. With κ = 0, only the optimizer acts. If a norm is 0, the
///   multiplicative rule keeps β and counts the event; for single parameters it is not counted.
/// - State: `lr_only` carries over the rates. The old direction belongs to other weights, so only
///   `all` carries over d_{k−1} and the optimizer's buffers.
/// - Cost: one gradient per step and one product of two vectors. With one rate for all parameters,
///   the product is computed together with the gradient. Keeps d_{k−1}. Plain gradient descent
///   needs a second gradient vector for it.
/// - Source: Baydin et al. 2018, arXiv 1703.04782, and its released code. The multiplicative rule
///   is as other authors describe it.
struct Hypergradient: ClientScheduler {
    static let facts = RuleFacts(
        "hypergradient", "rates follow the gradient's product with the last direction (HD)",
        paper: "Baydin et al. 2018", adapts: "rate", gradients: "1", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true)

    private let isReleasedCode: Bool
    private let multiplies: Bool
    private let scope: RateScope
    private let hyperRate: Double
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    private var previous = PreviousDirection()
    /// The squared norm ‖g‖² of the last step, if its products were computed.
    private var previousSquare: Double?

    /// Reads the settings of the rule.
    ///
    /// - Parameter carries: whether the key `carry` is read. On the server all rounds are one, so
    ///   the saved state is the whole state.
    init(_ settings: Settings, carries: Bool = true) {
        isReleasedCode = settings.choice(
            "form", of: ["paper": false, "released_code": true], default: "paper",
            "the rule, or the published loop for Adam")
        multiplies = settings.choice(
            "rule", of: ["multiplicative": true, "additive": false],
            default: isReleasedCode ? "additive" : "multiplicative",
            "scale the rate by the cosine (free of units), or add the inner product")
        scope = RateScope(settings)
        hyperRate = settings.number(
            "hyper_rate", default: multiplies ? 0.02 : 0.001, in: .nonNegative,
            "hyper-rate κ: how far one hypergradient moves the rate")
        warnOfCosineRate(hyperRate, multiplies, settings)
        bounds = RateBounds(settings, floor: multiplies ? 1e-8 : 0)
        carry = carries ? CarryOver(settings, default: .ratesOnly) : .all
        if isReleasedCode, multiplies {
            settings.reject(
                "rule", expected: "additive with form: released_code", advice: "set rule: additive")
        }
        if isReleasedCode, scope != .global {
            settings.reject(
                "scope", expected: "global with form: released_code", advice: "set scope: global")
        }
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        needs.form = isReleasedCode ? .releasedCode : nil
        if !isReleasedCode, !multiplies { needs.ownDetail = "additive" }
        if carry == .all {
            needs.mayCarry = CarriedVectors(
                rates: true, slots: previous.mayCarry, optimizer: true)
        }
        needs.previousDirection = true
        needs.scope = isReleasedCode ? .tensor : scope
        return needs
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        guard isReleasedCode else { return nil }
        if optimizer.addsEpsilonBeforeCorrection { return nil }
        return
            "expected { kind: adam, bias_correction: true, epsilon_place: before_correction } for"
            + " form: released_code, found another optimizer; change the optimizer, or set form:"
            + " paper"
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) {
        startRate = localRate
        previous.bufferCount = optimizer.buffers
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        previous.begin(&step)
    }

    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        // If the direction is not a gradient, its norm is needed too. One pass computes all three.
        guard scope == .global, !isReleasedCode, !multiplies || previous.bufferCount == 0
        else { return nil }
        // The norm of the first gradient is needed for the cosine of the second.
        guard let direction = step.previousDirection else {
            return multiplies ? GradientProducts() : nil
        }
        return GradientProducts(direction)
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let hasProducts = gradientProducts(step) != nil
        let squareBefore = previousSquare
        previousSquare = hasProducts ? step.products.xx : nil
        guard let direction = step.previousDirection else { return }
        guard scope != .parameter else { return adaptEach(&step, direction) }
        guard !hasProducts else { return adaptOne(&step, direction, squareBefore) }
        var rate = step.rates[step.groupCount - 1]
        for group in 0..<step.groupCount {
            if !isReleasedCode { rate = step.rates[group] }
            if multiplies {
                let (gg, gd, dd) = step.products(.gradient, direction, group: group)
                change(&step, group: group, from: rate, product: gd, squares: (gg, dd))
            } else {
                let product = step.dot(.gradient, direction, group: group)
                change(&step, group: group, from: rate, product: product)
            }
            rate = step.rates[group]
        }
    }

    /// Changes the one rate of all parameters. The products were computed together with the
    /// gradient.
    private func adaptOne<S: Scalar>(
        _ step: inout StepContext<S>, _ direction: VectorName, _ squareBefore: Double?
    ) {
        let (square, product) = (step.products.xx, step.products.xy)
        let other = multiplies ? squareBefore ?? step.dot(direction, direction) : 0
        change(
            &step, group: 0, from: step.rates[0], product: product, squares: (square, other))
    }

    /// Applies the rule to the rate of a group.
    ///
    /// - Parameters:
    ///   - product: ⟨g_k, d_{k−1}⟩.
    ///   - squares: ‖g_k‖² and ‖d_{k−1}‖². The additive rule does not use them.
    private func change<S: Scalar>(
        _ step: inout StepContext<S>, group: Int, from rate: Double, product: Double,
        squares: (Double, Double) = (0, 0)
    ) {
        step.hypergradients[group] = -product
        guard hyperRate > 0 else { return }
        // The quotient is not finite if a norm is 0. Then the rate stays, and the event is counted.
        let norms = squares.0.squareRoot() * squares.1.squareRoot()
        let proposed =
            multiplies ? rate * (1 + hyperRate * (product / norms)) : rate + hyperRate * product
        step.setRate(to: bounds.clip(proposed, keeping: rate, around: startRate), group: group)
    }

    private func adaptEach<S: Scalar>(_ step: inout StepContext<S>, _ direction: VectorName) {
        guard hyperRate > 0 else {
            return step.hypergradients[0] = -step.dot(.gradient, direction)
        }
        let (rates, g, d) = (step.vector(.rates), step.vector(.gradient), step.vector(direction))
        let tally = step.slots.moveRates(
            rates, by: g, d, hyperRate: hyperRate, multiplies: multiplies,
            limits: bounds.limits(around: startRate, as: S.self))
        step.countRateEvents(tally)
        step.hypergradients[0] = -tally.sums.0
    }

    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        previous.slot = direction
    }

    var carried: CarriedVectors {
        CarriedVectors(
            rates: carry != .reset, slots: carry == .all ? previous.carried : [],
            optimizer: carry == .all)
    }

    func save(to writer: inout ByteWriter) {
        guard carry == .all else { return }
        previous.save(to: &writer)
        writer.write(previousSquare)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard carry == .all else { return }
        try previous.restore(from: &reader)
        previousSquare = try reader.optionalDouble()
    }
}
