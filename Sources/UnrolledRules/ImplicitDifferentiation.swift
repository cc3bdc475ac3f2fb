import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// Implicit differentiation tunes rate, momentum and weight decay during one training. The weight
/// update is u = w − w⁺ = β d. After every T-th step the hyperparameters change along a gradient of
/// the validation loss E. It is the gradient that E would have if u had converged.
///
///     p_0 = v_0 = ∂E/∂w at the new weights w⁺
///     v_j = v_{j−1} − (∂u/∂w)ᵀ v_{j−1},   p_j = p_{j−1} + v_j              j = 1 … i − 1
///     h = −(∂u/∂λ)ᵀ p_{i−1},   x ← meta-optimizer's step along h ∂λ/∂x,   λ = λ(x)
///
///     (∂u/∂w)ᵀ v = (H + λ_wd I)(β D ∘ v)      H at w, the old weights, on the step's batch
///     h = −⟨p, d⟩ for a rate,   −⟨β D ∘ p, w⟩ for the weight decay,
///     −⟨β p, ∂d/∂m⟩ for the momentum:   v_old (heavy ball),   v_new + m v_old (Nesterov)
///
/// - Symbols: D = ∂d/∂g with constant optimizer buffers. It is 1 for gradient descent and the heavy
///   ball, 1 + m for Nesterov, and elementwise for optimizers that divide by a root.
/// - Settings: `transform: log` uses x = log10 of rates and weight decay, and the logit of the
///   momentum. `natural` uses x = λ. Bounds clip what an update proposes.
/// - Edge cases: a value that is not finite, or such a validation loss, changes nothing and is
///   counted. If the root in D is 0, its derivative is left out. At a first step v_old = 0. E has
///   no other terms, so no hyperparameter has a direct gradient. Rounds with fewer than T steps
///   update once, after the last step.
/// - State: `lr_only` carries over tuned values and the moments and counts of the meta-optimizer.
///   These are three vectors with one rate per parameter. `all` also carries over the optimizer's
///   buffers and the count of steps towards T.
/// - `readings` contains the values that are tuned beside the rate and their hypergradients, both
///   from the last update.
/// - Cost: i − 1 Hessian products and one validation gradient every T steps. Keeps 6 vectors, or 1
///   if i = 1 and only the rate is tuned. The momentum needs 1 more. Adam's moments of one rate per
///   parameter need 2 more.
/// - Source: Clarke, Oldewage, Hernández-Lobato, ICLR 2022, arXiv 2110.10461, with i terms as in
///   its code. This project derived Nesterov, optimizers that divide by a root, groups of layers
///   and tensors, and the carried state.
struct ImplicitDifferentiation: ClientScheduler {
    static let facts = RuleFacts(
        "implicit",
        "rate, momentum and weight decay along the implicit gradient of validation loss",
        paper: "Clarke et al. 2022", adapts: "rate, momentum, weight decay",
        gradients: "1 + (2 (i − 1) + 1) / T", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true,
        trials: ["update_interval: 4, tune: [momentum, weight_decay]"])

    private let interval: Int
    private let lookBack: Int
    private let tuning: HyperparameterTuning
    private let scope: RateScope
    private let carry: CarryOver
    private let vectors: ImplicitVectors

    private var optimizer: (any Optimizer)?
    private var isNesterov = false
    private var direction = VectorName.gradient
    private var isDue = false
    /// The steps since the last update, which only `carry: all` keeps between rounds.
    private var stepsSinceUpdate = 0
    /// The tuned rates of the groups. It is empty if each parameter has its own rate.
    private var rates: [TunedNumber] = []
    private var momentum: TunedNumber?
    private var decay: TunedNumber?
    /// How often the rates of single parameters were updated.
    private var parameterUpdates = 0

    init(_ settings: Settings) {
        tuning = HyperparameterTuning(settings)
        interval = settings.integer(
            "update_interval", default: 10, in: .between(1, 1_000_000),
            "weight steps between two updates, T")
        lookBack = settings.integer(
            "look_back", default: 5, in: .between(1, 10_000), "terms of the series, i")
        let scope = RateScope(settings)
        self.scope = tuning.tunes(.learningRate) ? scope : .global
        carry = CarryOver(settings, default: .ratesOnly)
        vectors = ImplicitVectors(
            hasSeries: lookBack > 1, velocity: tuning.tunes(.momentum),
            old: tuning.tunes(.weightDecay),
            moments: self.scope == .parameter && tuning.isAdam)
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        needs.adaptsRate = tuning.tunes(.learningRate)
        needs.adaptsMomentum = tuning.tunes(.momentum)
        needs.validation = true
        needs.secondDerivatives = lookBack > 1
        needs.scope = scope
        needs.vectors = vectors.count
        return needs
    }

    var readings: [(name: String, value: Double)] {
        [("momentum", momentum), ("weight_decay", decay)].flatMap { name, number in
            number.map {
                [(name, $0.value), ("\(name)_hypergradient", $0.hypergradient)]
            } ?? []
        }
    }

    var carried: CarriedVectors {
        guard carry != .reset else { return CarriedVectors() }
        let moments = vectors.moments.map { [$0.mean, $0.square] } ?? []
        return CarriedVectors(
            slots: scope == .parameter ? [.rates] + moments : [], optimizer: carry == .all)
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        tuning.incompatibility(with: optimizer, weightDecay: weightDecay)
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) {
        self.optimizer = optimizer
        isNesterov = optimizer.heavyBall?.isNesterov ?? false
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        isDue = false
        if tuning.tunes(.learningRate), scope != .parameter {
            if rates.count == step.groupCount {
                step.start(at: rates.map(\.value))
            } else {
                rates = step.rates.map { TunedNumber($0) }
            }
        }
        if tuning.tunes(.momentum) {
            let number = momentum ?? TunedNumber(step.hyperparameters.momentum)
            (momentum, step.hyperparameters.momentum) = (number, number.value)
        }
        if tuning.tunes(.weightDecay) {
            let number = decay ?? TunedNumber(problem.weightDecay)
            (decay, problem.weightDecay) = (number, number.value)
        }
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        if carry == .all {
            stepsSinceUpdate += 1
            isDue = stepsSinceUpdate == interval
            if isDue { stepsSinceUpdate = 0 }
        } else {
            let taken = step.index + 1
            isDue = taken % interval == 0 || taken == step.count && step.count < interval
        }
        guard isDue else { return }
        if let old = vectors.old { step.copy(.weights, to: old) }
        if let velocity = vectors.velocity { step.copy(.buffer(0), to: velocity) }
    }

    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        self.direction = direction
        if isDue, let gain = vectors.gain { writeGain(to: gain, &step) }
    }

    /// Computes gain ← β D. The slope of a direction is its tangent along the gradient, with
    /// constant optimizer buffers. It is elementwise, so it multiplies the rates that are in its
    /// vector.
    private func writeGain<S: Scalar>(to gain: VectorName, _ step: inout StepContext<S>) {
        if scope == .parameter {
            step.copy(.rates, to: gain)
        } else {
            for group in step.rates.indices {
                let part = step.vector(gain, group: group)
                step.slots.fill(part, with: S(step.rates[group]))
            }
        }
        guard let optimizer else { return }
        for index in 0..<optimizer.stateTangents {
            let state = step.vector(.scheduler(vectors.states + index))
            step.slots.fill(state, with: 0)
        }
        optimizer.directionTangent(&step, gain, states: vectors.states, times: 0)
    }

    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard isDue else { return }
        isDue = false
        problem.nextValidationBatch(&step.slots)
        let (weights, sum) = (step.vector(.weights), step.vector(vectors.sum))
        let loss = problem.validationGradient(&step.slots, at: weights, into: sum)
        guard loss.sum.isFinite else {
            step.events.add(RateChange(rate: step.rate, wasUndefined: true))
            return
        }
        addSeries(&step, &problem)
        // All hypergradients use the values of the step, before any of them changes.
        let byMomentum = momentumHypergradient(step)
        let byDecay = decayHypergradient(step)
        tuneRates(&step)
        let tuning = tuning
        if let change = momentum?.update(byMomentum, .momentum, tuning) {
            step.events.add(change)
            step.hyperparameters.momentum = change.rate
        }
        if let change = decay?.update(byDecay, .weightDecay, tuning) {
            step.events.add(change)
            problem.weightDecay = change.rate
        }
    }

    /// Adds the powers 1 … i − 1 of the series to its first term in `vectors.sum`.
    private func addSeries<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard let series = vectors.series, let gainSlot = vectors.gain, let oldSlot = vectors.old
        else { return }
        let (gain, sum, old) = (
            step.vector(gainSlot), step.vector(vectors.sum), step.vector(oldSlot)
        )
        let (term, product) = (step.vector(series.term), step.vector(series.product))
        let scaled = step.vector(series.scaled)
        step.slots.firstTerm(sum, gain: gain, into: term, scaled: scaled)
        for _ in 1..<lookBack {
            problem.hessianProduct(&step.slots, at: old, along: scaled, into: product)
            step.slots.nextTerm(minus: product, gain: gain, term, addedTo: sum, scaled: scaled)
        }
    }

    private func momentumHypergradient<S: Scalar>(_ step: borrowing StepContext<S>) -> Double {
        guard let velocity = vectors.velocity else { return 0 }
        let byOld = ratedDot(velocity, step)
        guard isNesterov else { return -byOld }
        return -(ratedDot(.buffer(0), step) + step.hyperparameters.momentum * byOld)
    }

    /// Computes ⟨β p, x⟩ in double precision.
    private func ratedDot<S: Scalar>(_ x: VectorName, _ step: borrowing StepContext<S>) -> Double {
        guard scope != .parameter else {
            return step.slots.dot(step.vector(.rates), step.vector(vectors.sum), step.vector(x))
        }
        var sum = 0.0
        for group in step.rates.indices {
            sum += step.rates[group] * step.dot(vectors.sum, x, group: group)
        }
        return sum
    }

    private func decayHypergradient<S: Scalar>(_ step: borrowing StepContext<S>) -> Double {
        guard decay != nil, let old = vectors.old, let gain = vectors.gain else { return 0 }
        return -step.slots.dot(step.vector(gain), step.vector(vectors.sum), step.vector(old))
    }

    private mutating func tuneRates<S: Scalar>(_ step: inout StepContext<S>) {
        for group in step.rates.indices {
            step.hypergradients[group] = -step.dot(vectors.sum, direction, group: group)
        }
        guard scope == .parameter else {
            for group in rates.indices {
                let h = step.hypergradients[group]
                step.setRate(to: rates[group].update(h, .learningRate, tuning), group: group)
            }
            return
        }
        parameterUpdates += 1
        let (each, p, d) = (
            step.vector(.rates), step.vector(vectors.sum), step.vector(direction)
        )
        let moments = vectors.moments.map { (step.vector($0.mean), step.vector($0.square)) }
        let events = step.slots.tune(
            each, by: p, along: d, moments: moments, tuning.factors(count: parameterUpdates))
        step.countRateEvents(
            lowerBoundHits: events.lowerBoundHits, upperBoundHits: events.upperBoundHits,
            undefined: events.undefined)
    }

    func save(to writer: inout ByteWriter) {
        guard carry != .reset else { return }
        if carry == .all { writer.write(UInt64(stepsSinceUpdate)) }
        if scope == .parameter {
            writer.write(UInt64(parameterUpdates))
        } else {
            writer.write(UInt32(rates.count))
            for rate in rates { rate.save(to: &writer) }
        }
        momentum?.save(to: &writer)
        decay?.save(to: &writer)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard carry != .reset else { return }
        if carry == .all { stepsSinceUpdate = Int(clamping: try reader.integer(UInt64.self)) }
        if scope == .parameter {
            parameterUpdates = Int(clamping: try reader.integer(UInt64.self))
        } else {
            for _ in 0..<(try reader.integer(UInt32.self)) {
                rates.append(try TunedNumber(from: &reader))
            }
        }
        if tuning.tunes(.momentum) { momentum = try TunedNumber(from: &reader) }
        if tuning.tunes(.weightDecay) { decay = try TunedNumber(from: &reader) }
    }
}
