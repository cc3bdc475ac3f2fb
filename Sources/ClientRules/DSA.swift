import Bytes
import LearningRates
import LinearAlgebra
import RealModule
import Settings

/// DSA (reconstruction): each parameter has its own rate, which follows from a number γ. The number
/// is trained on the loss after the step.
///
///     r = r_max sigmoid(γ)   (sigmoid)       r = e^γ   (exp)
///     w̃ = w − r ∘ g,   g̃ = ∂loss/∂w at w̃ on the same batch
///     ∂loss/∂γ = −g̃ ∘ g ∘ r (1 − r / r_max)   (sigmoid)      −g̃ ∘ g ∘ r   (exp)
///     γ ← γ − κ ∂loss/∂γ
///     w ← w − r(new γ) ∘ g   (redo)
///     w ← w̃, and the next step uses the new rates   (redo: false)
///
/// - Settings: without `hyper_rate`, κ is chosen so that the first step changes γ by 0.05 in the
///   mean. If the first step has no gradient, the next step chooses κ. r_max is `eta_max` times the
///   rate that γ started from.
/// - Requires plain gradient descent, because the method does not define other directions. Weight
///   decay is part of both gradients.
/// - Bounds: γ is clipped where it changes, so that rates stay between `floor` and `ceiling`. The
///   sigmoid rate is at most 1 − 1e-6 of r_max. With `none`, γ is not clipped.
/// - Edge cases: a derivative that is not finite leaves its γ unchanged and is counted. A tentative
///   loss that is not finite leaves all γ unchanged and is counted. A γ that never changed has
///   exactly its start rate, so κ = 0 is plain gradient descent, bit for bit.
/// - State: `lr_only` and `all` carry over γ, κ and r_max; there is no other state. With `reset`, γ
///   starts from the sent rate.
/// - Cost: two gradients per step, and three vectors beside weights, gradient and rates (two
///   without redo). One pass changes γ, the rates and the weights.
/// - Source: reconstruction from the abstract of Chen, Wang, Ba 2022, arXiv 2210.10290. No code was
///   published. The structure, defaults and bounds are from this project.
struct DSA: ClientScheduler {
    static let facts = RuleFacts(
        "dsa", "DSA (reconstruction): a rate per parameter, judged by the step it made",
        paper: "Chen et al. 2022 (reconstruction)", adapts: "rate", gradients: "2",
        neutral: ["hyper_rate": "0"], estimatesHypergradient: true)

    private let isSigmoid: Bool
    private let redoes: Bool
    private let largestMultiple: Double
    private let hyperRate: Double?
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    /// The rate that γ started from.
    private var base: Double?
    /// The hyper-rate κ; nil until it is chosen.
    private var kappa: Double?
    private var form = SelfAdaptiveRates()
    private var last = SelfAdaptiveSummary()
    private var tentativeLoss = 0.0

    init(_ settings: Settings) {
        isSigmoid = settings.choice(
            "structure", of: ["sigmoid": true, "exp": false], default: "sigmoid",
            "how a rate is made: bounded, or the exponential")
        redoes = settings.flag(
            "redo", default: true, "take the step again with the rates that it led to")
        largestMultiple = settings.number(
            "eta_max", default: 10, in: .between(1.000001, 1e6),
            "largest rate of the sigmoid, as a multiple of the start rate")
        hyperRate = settings.optionalNumber(
            "hyper_rate", in: .nonNegative,
            "hyper-rate κ; such that the first step moves γ by 0.05 where not given")
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .ratesOnly)
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        (needs.scope, needs.vectors) = (.parameter, redoes ? 3 : 2)
        needs.plainDescentKind = "dsa"
        return needs
    }

    var readings: [(name: String, value: Double)] {
        [
            ("kappa", kappa ?? 0), ("tentative_loss", tentativeLoss),
            ("gamma_hypergradient", last.slope),
            ("gamma_hypergradient_squares", last.slopeSquares),
        ]
    }

    private var carries: Bool { carry != .reset }

    var carried: CarriedVectors {
        var carried = CarriedVectors()
        if carries { carried.slots = [.scheduler(0)] }
        return carried
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) {
        startRate = localRate
        kappa = hyperRate
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let isNew = base == nil
        let base = base ?? step.rates[0]
        self.base = base
        shape(around: base)
        let (gamma, rates) = (step.vector(.scheduler(0)), step.vector(.rates))
        if isNew {
            step.slots.fill(gamma, with: P.S(form.startGamma))
        } else {
            step.slots.setRates(rates, of: gamma, form)
        }
    }

    /// Sets the meaning of γ, which started from this rate.
    private mutating func shape(around base: Double) {
        form = SelfAdaptiveRates()
        form.startRate = base
        form.largest = isSigmoid ? largestMultiple * base : 0
        form.startGamma = isSigmoid ? -Double.log(largestMultiple - 1) : Double.log(base)
        let (lower, upper) = bounds.limits(around: startRate)
        // The server may have sent a rate beyond the bounds. This rate stays allowed.
        form.lower = min(gamma(of: max(lower, 0)), form.startGamma)
        form.upper = max(gamma(of: upper), form.startGamma)
    }

    private func gamma(of rate: Double) -> Double {
        guard isSigmoid else { return Double.log(rate) }
        guard rate < .infinity else { return .infinity }
        // Beyond this share the sigmoid is flat in Float, so γ could never return.
        let share = min(rate / form.largest, 1 - 1e-6)
        return Double.log(share / (1 - share))
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard redoes else { return }
        let (w, g) = (step.vector(.weights), step.vector(.gradient))
        let (rates, tentative) = (step.vector(.rates), step.vector(.scheduler(2)))
        step.slots.step(w, along: g, rates: rates, into: tentative)
        learn(from: tentative, &step, &problem)
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        // The weights are at w̃, after the tentative step.
        if !redoes { learn(from: step.vector(.weights), &step, &problem) }
    }

    private mutating func learn<P: LocalObjective & ~Copyable>(
        from weights: Vector, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let (gamma, after) = (step.vector(.scheduler(0)), step.vector(.scheduler(1)))
        let (g, rates) = (step.vector(.gradient), step.vector(.rates))
        let loss = problem.gradient(&step.slots, at: weights, into: after)
        tentativeLoss = loss.mean
        guard tentativeLoss.isFinite else {
            step.countRateEvents(lowerBoundHits: 0, upperBoundHits: 0, undefined: g.count)
            return
        }
        if kappa == nil {
            let magnitude = step.slots.slopeMagnitude(
                rates: rates, gradient: g, after: after, form)
            let kappa = 0.05 * Double(g.count) / magnitude
            if kappa.isFinite { self.kappa = kappa }
        }
        form.hyperRate = kappa ?? 0
        let moving = redoes ? step.vector(.weights) : nil
        last = step.slots.selfAdapt(
            gamma: gamma, rates: rates, gradient: g, after: after, moving: moving, form)
        if redoes { step.fusedUpdateRates = last.rates }
        step.hypergradients[0] = last.rateSlope
        step.countRateEvents(
            lowerBoundHits: last.lowerBoundHits, upperBoundHits: last.upperBoundHits,
            undefined: last.undefined)
    }

    func save(to writer: inout ByteWriter) {
        guard carries else { return }
        writer.write(base)
        writer.write(kappa)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard carries else { return }
        base = try reader.optionalDouble()
        kappa = try reader.optionalDouble()
    }
}
