import Bytes
import LinearAlgebra

/// The bottom level of a tower: the hyperparameters of the client's optimizer as the level above sees
/// them, and what they have done to the weights.
///
/// ∂w⁺/∂rate is minus the direction. For the others ∂w⁺/∂a = −rate ∂d/∂a. The optimizer records
/// ∂d/∂a as a vector before its buffers change, with the hyperparameters of the step.
struct TowerBottom: Sendable {
    /// The optimizer, where other hyperparameters than its rate are moved; nil if none are.
    private let optimizer: (any Optimizer)?
    private let names: [TunableNumbers.Name]
    private let rateForm: TowerNumber.Form
    /// The rate of each group.
    private(set) var rates: [TowerNumber] = []
    /// The others that are tuned.
    private(set) var numbers: [TowerNumber] = []

    /// That of plain gradient descent.
    init() { (optimizer, names, rateForm) = (nil, [], .plain) }

    /// The level of an optimizer.
    ///
    /// - Parameters:
    ///   - tunesAll: its other hyperparameters beside its rate.
    ///   - momentumLimit: nil lets a momentum leave 0..<1.
    init(_ optimizer: any Optimizer, tunesAll: Bool, momentumLimit: Double?) {
        let tunable = optimizer.tunable
        rateForm = tunable.movesRootOfRate ? .square : .plain
        names = tunesAll ? tunable.names : []
        self.optimizer = names.isEmpty ? nil : optimizer
        let configured = optimizer.hyperparameters
        numbers = names.map { name in
            name == .momentum
                ? TowerNumber(name.rawValue, configured[name], .plain, upTo: momentumLimit)
                : TowerNumber(name.rawValue, configured[name], .fraction)
        }
    }

    /// Whether the level above moves a momentum of gradient descent.
    var tunesMomentum: Bool { names.contains(.momentum) }

    /// How many quantities the level above moves: the rates come first.
    var count: Int { rates.count + numbers.count }

    /// Begins at these rates, unless it has as many from the round before; true if it has them.
    mutating func begin(at groupRates: [Double]) -> Bool {
        guard rates.count != groupRates.count else { return true }
        rates = groupRates.map { TowerNumber("learning_rate", $0, rateForm) }
        return false
    }

    /// Puts the tuned hyperparameters in force.
    func write<S: Scalar>(to step: inout StepContext<S>) {
        for (name, number) in zip(names, numbers) { step.hyperparameters[name] = number.value }
    }

    /// ∂loss/∂raw of all of them, from the gradient after the last step; 0 before a round's first.
    ///
    /// - Parameter moves: whether each group's rate is tuned.
    mutating func collect<S: Scalar>(_ step: inout StepContext<S>, _ moves: [Bool]) {
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
    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        guard rates.count == 1, numbers.count < 2, let direction = step.previousDirection else {
            return nil
        }
        return GradientProducts(direction, and: numbers.isEmpty ? nil : .scheduler(0))
    }

    /// ⟨g, d⟩, ⟨g, ∂d/∂a⟩ and ⟨g, ∂d/∂b⟩ over a group, as far as there are such vectors.
    private func products<S: Scalar>(
        _ step: borrowing StepContext<S>, _ direction: VectorName, _ group: Int
    ) -> (Double, Double, Double) {
        if gradientProducts(step) != nil { return (step.products.xy, step.products.xz, 0) }
        let g = step.vector(.gradient, group: group)
        let d = step.vector(direction, group: group)
        switch numbers.count {
        case 0: return (step.slots.dot(g, d), 0, 0)
        case 1:
            let products = step.slots.dots(
                of: g, with: d, and: step.vector(.scheduler(0), group: group))
            return (products.xy, products.xz, 0)
        default:
            return step.slots.dots(
                g, with: d, step.vector(.scheduler(0), group: group),
                step.vector(.scheduler(1), group: group))
        }
    }

    /// Records the slopes of this step, before the optimizer's buffers change.
    func record<S: Scalar>(_ step: inout StepContext<S>) { optimizer?.recordSlopes(&step) }

    /// Moves one of the others; true if it was held between its limits.
    mutating func move(number: Int, to raw: Double) -> Bool { numbers[number].move(to: raw) }

    /// Moves the rate of a group to a raw number, held between the bounds; nil if it did not move.
    mutating func move(
        group: Int, to raw: Double, _ bounds: RateBounds, around start: Double
    ) -> RateChange? {
        let number = rates[group]
        guard raw != number.raw else { return nil }
        let change = bounds.clip(number.value(of: raw), keeping: number.value, around: start)
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
            throw .invalid("expected rates of \(rates.count) groups, found \(count)")
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
