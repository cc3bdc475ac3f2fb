import Bytes
import LinearAlgebra
import Settings

/// Hypergradient descent: a rate grows while gradients agree with the direction taken before, and
/// shrinks while they oppose it.
///
///     h_k = −⟨g_k, d_{k−1}⟩,   the derivative of this loss in the rate of the step before
///     β_k = β_{k−1} − κ h_k                                        (additive)
///     β_k = β_{k−1} (1 − κ h_k / (‖g_k‖ ‖d_{k−1}‖))                 (multiplicative)
///     w_{k+1} = w_k − β_k d_k
///
/// - d is the optimizer's direction, with momentum or scaled: it does not depend on the rate, so
///   the rule is the same for every optimizer. g includes weight decay.
/// - With `scope` each layer, tensor or parameter has its rate and the products of its own numbers;
///   of single parameters the multiplicative rule is β (1 + κ sign(g d)).
/// - `form: released_code` is the published loop for Adam, where one rate is refreshed before each
///   tensor's step in turn: each tensor moves with another rate, the last one's is carried on.
/// - First step: β unchanged. κ = 0: the optimizer alone. A norm of 0 (multiplicative): β
///   unchanged, counted; of single parameters not counted.
/// - κ of the additive rule has units of β/‖g‖²: the authors use 1e-3 for gradient descent and 1e-7
///   for Adam; the multiplicative rule is free of units.
/// - Carried: `lr_only` the rates (the old direction belongs to another point), `all` also d_{k−1}
///   and the optimizer's buffers.
/// - Costs one gradient a step and one product over two vectors, with one rate for all taken while
///   the gradient is computed; keeps d_{k−1}, for which plain
///   descent needs a second gradient vector.
/// - Source: Baydin et al. 2018, arXiv 1703.04782, and its released code; the multiplicative rule
///   as others relate it.
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
    /// ‖g‖² of the last step, where its products were taken.
    private var previousSquare: Double?

    /// Reads the rule.
    ///
    /// - Parameter carries: whether it reads what to carry between rounds. On the server all rounds
    ///   are one, so that its saved state is all of its state.
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
        var needs = SchedulerNeeds()
        needs.carry = carry
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
        // A direction that is not a gradient has a norm of its own to take: one pass takes all
        // three.
        guard scope == .global, !isReleasedCode, !multiplies || previous.bufferCount == 0
        else { return nil }
        // A first gradient's norm counts in the second's cosine.
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

    /// All parameters have one rate: the products were taken with the gradient.
    private func adaptOne<S: Scalar>(
        _ step: inout StepContext<S>, _ direction: VectorName, _ squareBefore: Double?
    ) {
        let (square, product) = (step.products.xx, step.products.xy)
        let other = multiplies ? squareBefore ?? step.dot(direction, direction) : 0
        change(
            &step, group: 0, from: step.rates[0], product: product, squares: (square, other))
    }

    /// Applies the rule to a group's rate.
    ///
    /// - Parameters:
    ///   - product: ⟨g_k, d_{k−1}⟩.
    ///   - squares: ‖g_k‖² and ‖d_{k−1}‖², of which the additive rule makes no use.
    private func change<S: Scalar>(
        _ step: inout StepContext<S>, group: Int, from rate: Double, product: Double,
        squares: (Double, Double) = (0, 0)
    ) {
        step.hypergradients[group] = -product
        guard hyperRate > 0 else { return }
        // Not finite where a norm is 0: then the rate stays, and it is counted.
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
