import Bytes
import LinearAlgebra
import RealModule

/// The bottom level of a tower: the hyperparameters of the client's optimizer as the level above sees
/// them, and what they have done to the weights.
///
/// ∂w⁺/∂rate is minus the direction. For the others ∂w⁺/∂a = −rate ∂d/∂a, where ∂d/∂a is recorded
/// as a vector before the optimizer's buffers change, with the hyperparameters of the step:
///
///     momentum (heavy ball)   v_old
///     momentum (Nesterov)     2 m v_old + g
///     β1 of Adam              [(m_old − g) / c1 + m t β1^(t−1) / c1²] / (r + ε),      c = 1 − β^t
///     β2 of Adam              −m̂ / ((r + ε)² 2 r) [(v_old − g²) / c2 + v t β2^(t−1) / c2²],   r = √v̂
///     γ of RMSProp            −g / ((r + ε)² 2 r) (s_old − g²)
struct TowerBottom: Sendable {
    private enum Rule {
        case momentum(isNesterov: Bool)
        case adam(Adam)
        case rmsprop(RMSProp)
    }

    /// Whose hyperparameters beside the rate are tuned; nil if none are.
    private let rule: Rule?
    private let rateForm: TowerNumber.Form
    /// The rate of each group.
    private(set) var rates: [TowerNumber] = []
    /// The others that are tuned.
    private(set) var numbers: [TowerNumber] = []

    /// That of plain gradient descent.
    init() { (rule, rateForm) = (nil, .plain) }

    /// The level of an optimizer.
    ///
    /// - Parameters:
    ///   - tunesAll: its other hyperparameters beside its rate.
    ///   - momentumLimit: nil lets a momentum leave 0..<1.
    init(_ optimizer: any Optimizer, tunesAll: Bool, momentumLimit: Double?) {
        rateForm = optimizer is RMSProp ? .square : .plain
        switch optimizer {
        case let sgd as SGD where tunesAll && sgd.momentum > 0:
            rule = .momentum(isNesterov: sgd.isNesterov)
            numbers = [TowerNumber("momentum", sgd.momentum, .plain, upTo: momentumLimit)]
        case let adam as Adam where tunesAll && !adam.sumsSquares:
            rule = .adam(adam)
            numbers = [
                TowerNumber("beta1", adam.beta1, .fraction),
                TowerNumber("beta2", adam.beta2, .fraction),
            ]
        case let rmsprop as RMSProp where tunesAll:
            rule = .rmsprop(rmsprop)
            numbers = [TowerNumber("decay", rmsprop.decay, .fraction)]
        default:
            rule = nil
        }
    }

    /// Whether the optimizer has decays that no level can move.
    static func tunesRateAlone(_ optimizer: any Optimizer) -> Bool {
        optimizer is Yogi || (optimizer as? Adam)?.sumsSquares == true
    }

    /// Whether the level above moves a momentum of gradient descent.
    var tunesMomentum: Bool { if case .momentum = rule { true } else { false } }

    /// How many quantities the level above moves: the rates come first.
    var count: Int { rates.count + numbers.count }

    /// Begins at these rates, unless it has as many from the round before; true if it has them.
    mutating func begin(at groupRates: [Double]) -> Bool {
        guard rates.count != groupRates.count else { return true }
        rates = groupRates.map { TowerNumber("learning_rate", $0, rateForm) }
        return false
    }

    /// Puts the tuned hyperparameters in force.
    func write<S: Scalar>(to step: inout Step<S>) {
        switch rule {
        case .momentum: step.hyperparameters.momentum = numbers[0].value
        case .adam:
            (step.hyperparameters.beta1, step.hyperparameters.beta2) = (
                numbers[0].value, numbers[1].value
            )
        case .rmsprop: step.hyperparameters.decay = numbers[0].value
        case nil: break
        }
    }

    /// ∂loss/∂raw of all of them, from the gradient after the last step; 0 before a round's first.
    ///
    /// - Parameter moves: whether each group's rate is tuned.
    mutating func collect<S: Scalar>(_ step: inout Step<S>, _ moves: [Bool]) {
        for index in numbers.indices { numbers[index].slope = 0 }
        guard let direction = step.previousDirection else {
            for index in rates.indices { rates[index].slope = 0 }
            return
        }
        for group in rates.indices {
            let (own, first, second) = products(step, direction, group)
            let rate = rates[group].value
            step.hypergradients[group] = moves[group] ? -own : 0
            rates[group].slope = moves[group] ? -own * rates[group].chain : 0
            if !numbers.isEmpty { numbers[0].slope -= rate * first * numbers[0].chain }
            if numbers.count > 1 { numbers[1].slope -= rate * second * numbers[1].chain }
        }
    }

    /// d and ∂d/∂a, where there is one rate and no ∂d/∂b: their products are taken with the gradient.
    func partners<S: Scalar>(_ step: borrowing Step<S>) -> GradientPartners? {
        guard rates.count == 1, numbers.count < 2, let direction = step.previousDirection else {
            return nil
        }
        return GradientPartners(direction, and: numbers.isEmpty ? nil : .own(0))
    }

    /// ⟨g, d⟩, ⟨g, ∂d/∂a⟩ and ⟨g, ∂d/∂b⟩ over a group, as far as there are such vectors.
    private func products<S: Scalar>(
        _ step: borrowing Step<S>, _ direction: Slot, _ group: Int
    ) -> (Double, Double, Double) {
        if partners(step) != nil { return (step.products.xy, step.products.xz, 0) }
        let g = step.place(.gradient, group: group)
        let d = step.place(direction, group: group)
        switch numbers.count {
        case 0: return (step.slots.dot(g, d), 0, 0)
        case 1:
            let products = step.slots.dots(of: g, with: d, and: step.place(.own(0), group: group))
            return (products.xy, products.xz, 0)
        default:
            return step.slots.dots(
                g, with: d, step.place(.own(0), group: group), step.place(.own(1), group: group))
        }
    }

    /// Records the vectors of this step, before the optimizer sees its gradient.
    func record<S: Scalar>(_ step: inout Step<S>) {
        switch rule {
        case .momentum(isNesterov: false):
            step.copy(.buffer(0), to: .own(0))
        case .momentum(isNesterov: true):
            step.copy(.gradient, to: .own(0))
            step.combine(
                .own(0), times: 1, with: .buffer(0), times: S(2 * step.hyperparameters.momentum))
        case .adam(let adam):
            adam.prepare(&step)
            let slopes = adam.slopes(step)
            let (g, m, v) = (
                step.place(.gradient), step.place(.buffer(0)), step.place(.buffer(1))
            )
            let (first, second) = (step.place(.own(0)), step.place(.own(1)))
            step.slots.adamSlopes(g, mean: m, square: v, into: first, second, slopes)
        case .rmsprop(let rmsprop):
            let (g, s, slope) = (
                step.place(.gradient), step.place(.buffer(0)), step.place(.own(0))
            )
            let factors = rmsprop.factors(step.hyperparameters.decay)
            step.slots.scaledGradientSlope(g, squares: s, into: slope, factors)
        case nil: break
        }
    }

    /// Moves one of the others; true if it was held between its limits.
    mutating func move(number: Int, to raw: Double) -> Bool { numbers[number].move(to: raw) }

    /// Moves the rate of a group to a raw number, held between the bounds; nil if it did not move.
    mutating func move(
        group: Int, to raw: Double, _ bounds: RateBounds, around start: Double
    ) -> RateChange? {
        let number = rates[group]
        guard raw != number.raw else { return nil }
        let change = bounds.hold(number.value(of: raw), was: number.value, around: start)
        if !change.wasUndefined {
            rates[group].move(to: raw, held: change.rate, isHeld: change.bound != nil)
        }
        return change
    }

    func save(to writer: inout ByteWriter) {
        writer.write(UInt32(rates.count))
        for rate in rates { rate.save(to: &writer) }
        for number in numbers { number.save(to: &writer) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        let count = Int(try reader.integer(UInt32.self))
        guard rates.isEmpty || count == rates.count else {
            throw .invalid("rates of \(count) groups where there are \(rates.count)")
        }
        rates = []
        for _ in 0..<count {
            var rate = TowerNumber("learning_rate", 0, rateForm)
            try rate.restore(from: &reader)
            rates.append(rate)
        }
        for index in numbers.indices { try numbers[index].restore(from: &reader) }
    }
}

extension Adam {
    /// What the direction of this step does in β1 and β2.
    fileprivate func slopes<S: Scalar>(_ step: borrowing Step<S>) -> AdamSlopes {
        let factors = factors(step)
        guard correctsBias else { return AdamSlopes(factors, mean: 0, square: 0) }
        let t = Double(step.stepsOfBuffers + 1)
        let square =
            t * Double.pow(factors.beta2, step.stepsOfBuffers) * factors.square * factors.square
        return AdamSlopes(
            factors,
            mean: t * Double.pow(factors.beta1, step.stepsOfBuffers) * factors.mean * factors.mean,
            square: square,
            // ε √(1 / (1 − β2^t)) where ε is added to the uncorrected root.
            epsilon: correctsEpsilon ? epsilon * square / (2 * factors.square.squareRoot()) : 0)
    }
}
