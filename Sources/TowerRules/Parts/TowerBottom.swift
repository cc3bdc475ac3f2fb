import Bytes
import LearningRates
import LinearAlgebra

/// The bottom level of a tower: the hyperparameters of the client's optimizer as the level above
/// sees them, and their effect on the weights.
///
/// The derivative ∂w⁺/∂rate is minus the direction. For other hyperparameters a, ∂w⁺/∂a = −rate
/// ∂d/∂a. The optimizer records ∂d/∂a as a vector, with the hyperparameters of the step, before its
/// buffers change.
struct TowerBottom: Sendable {
    /// The optimizer, if hyperparameters other than its rate are tuned; else nil.
    private let optimizer: (any Optimizer)?
    private let names: [TunableNumbers.Name]
    private let rateForm: TowerNumber.Form
    /// The rates of the groups.
    private(set) var rates: [TowerNumber] = []
    /// The other tuned hyperparameters.
    private(set) var numbers: [TowerNumber] = []

    /// Creates the bottom level of plain gradient descent.
    init() { (optimizer, names, rateForm) = (nil, [], .plain) }

    /// Creates the bottom level of an optimizer.
    ///
    /// - Parameters:
    ///   - tunesAll: whether hyperparameters beside the rate are tuned.
    ///   - momentumLimit: the largest momentum; nil means no limit.
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

    /// Whether the level above tunes a momentum of gradient descent.
    var tunesMomentum: Bool { names.contains(.momentum) }

    /// The number of quantities that the level above moves. The rates come first.
    var count: Int { rates.count + numbers.count }

    /// Begins a round with these rates, unless the level has as many rates from the round before.
    /// Returns whether it has them.
    mutating func begin(at groupRates: [Double]) -> Bool {
        guard rates.count != groupRates.count else { return true }
        rates = groupRates.map { TowerNumber("learning_rate", $0, rateForm) }
        return false
    }

    /// Writes the tuned hyperparameters into the step.
    func write<S: Scalar>(to step: inout StepContext<S>) {
        for (name, number) in zip(names, numbers) { step.hyperparameters[name] = number.value }
    }

    /// Computes ∂loss/∂raw of all quantities, from the gradient after the last step. The
    /// derivatives are 0 before the first step of a round.
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

    /// Names d and ∂d/∂a, if there is one rate and no ∂d/∂b. Their products are computed together
    /// with the gradient.
    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        guard rates.count == 1, numbers.count < 2, let direction = step.previousDirection else {
            return nil
        }
        return GradientProducts(direction, and: numbers.isEmpty ? nil : .scheduler(0))
    }

    /// Returns ⟨g, d⟩, ⟨g, ∂d/∂a⟩ and ⟨g, ∂d/∂b⟩ over a group, for the vectors that exist.
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

    /// Moves a hyperparameter beside the rate. Returns whether it was clipped to its limits.
    mutating func move(number: Int, to raw: Double) -> Bool { numbers[number].move(to: raw) }

    /// Moves the rate of a group to a raw number, clipped to the bounds. Returns nil if the rate
    /// did not change.
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
