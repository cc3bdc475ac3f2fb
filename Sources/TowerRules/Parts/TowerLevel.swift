import Bytes
import LearningRates
import RealModule
public import Settings

/// The kinds of a tower's levels above the client's optimizer: `client.scheduler.levels`.
public let towerLevels: [Registered<TowerLevel>] = [
    Registered("sgd", "gradient descent, with momentum") { TowerLevel(sgd: $0) },
    Registered("adam", "Adam; the level above moves its rate and both decays") {
        TowerLevel(adam: $0, isAdapted: true)
    },
    Registered("adam_alpha", "Adam; the level above moves its rate") {
        TowerLevel(adam: $0, isAdapted: false)
    },
    Registered("rmsprop", "RMSProp; the level above moves its rate and its decay") {
        TowerLevel(rmsprop: $0, isAdapted: true)
    },
    Registered("rmsprop_alpha", "RMSProp; the level above moves its rate") {
        TowerLevel(rmsprop: $0, isAdapted: false)
    },
    Registered("adagrad", "AdaGrad") { TowerLevel(adagrad: $0) },
]

/// An optimizer of the raw hyperparameters of the level below, in double precision.
///
/// `move` changes each quantity with this level's own hyperparameters, which the level above has
/// just changed. It records the derivatives of the result in these raw hyperparameters. The level
/// above needs them at the next step.
public struct TowerLevel: Sendable {
    private enum Kind { case sgd, adam, rmsprop, adagrad }

    private let kind: Kind
    /// The numbers that the level above moves. The rate comes first.
    private(set) var numbers: [TowerNumber]
    /// Decays that no level moves: β1 and β2 of Adam, γ of RMSProp, m of SGD.
    private let fixed: (Double, Double)
    /// The number of steps t so far.
    private var steps = 0
    /// The two moments of each quantity below, as far as the kind has them.
    private var memory: [(Double, Double)] = []
    /// ∂(quantity after the last move)/∂(own raw number), quantity by quantity.
    private var partials: [Double] = []

    init(sgd settings: Settings) {
        let rate = Self.rate(settings, 0.01)
        let momentum = settings.number(
            "momentum", default: 0, in: .fraction, "momentum m; the level above moves it unless 0")
        kind = .sgd
        fixed = (momentum, 0)
        numbers = [TowerNumber("learning_rate", rate, .plain)]
        if momentum > 0 { numbers.append(TowerNumber("momentum", momentum, .plain)) }
    }

    init(adam settings: Settings, isAdapted: Bool) {
        let rate = Self.rate(settings, 0.001)
        fixed = (
            settings.number("beta1", default: 0.9, in: .fraction, "decay of the mean"),
            settings.number("beta2", default: 0.999, in: .fraction, "decay of the mean of squares")
        )
        kind = .adam
        numbers = [TowerNumber("learning_rate", rate, .plain)]
        if isAdapted {
            numbers.append(TowerNumber("beta1", fixed.0, .fraction))
            numbers.append(TowerNumber("beta2", fixed.1, .fraction))
        }
    }

    init(rmsprop settings: Settings, isAdapted: Bool) {
        let rate = Self.rate(settings, 0.01)
        fixed = (
            settings.number("decay", default: 0.99, in: .fraction, "decay γ of the mean square"), 0
        )
        kind = .rmsprop
        numbers = [TowerNumber("learning_rate", rate, .square)]
        if isAdapted { numbers.append(TowerNumber("decay", fixed.0, .fraction)) }
    }

    init(adagrad settings: Settings) {
        kind = .adagrad
        fixed = (0, 0)
        numbers = [TowerNumber("learning_rate", Self.rate(settings, 0.01), .plain)]
    }

    private static func rate(_ settings: Settings, _ value: Double) -> Double {
        settings.number(
            "learning_rate", default: value, in: .nonNegative, "rate of this level's own steps")
    }

    /// Begins a round with this number of quantities below.
    ///
    /// - Parameter keepsPartials: whether the derivatives of the last round's last step are kept.
    mutating func begin(quantities: Int, keepsPartials: Bool) {
        if memory.count != quantities {
            // The start value is from the published package. With it, Adam's root is differentiable
            // at first.
            let start = (0.0, kind == .adam ? 1e-8 : kind == .adagrad ? 0.1 : 0)
            memory = [(Double, Double)](repeating: start, count: quantities)
        }
        if !keepsPartials || partials.count != quantities * numbers.count {
            partials = [Double](repeating: 0, count: quantities * numbers.count)
        }
    }

    /// Computes ∂loss/∂raw of the own numbers from that of a quantity below. Quantity 0 comes
    /// first.
    mutating func collect(_ slope: Double, quantity: Int) {
        for index in numbers.indices {
            let start = quantity == 0 ? 0 : numbers[index].slope
            numbers[index].slope = start + slope * partials[quantity * numbers.count + index]
        }
    }

    /// Moves one of the own numbers to a raw number.
    ///
    /// - Returns: whether it was clipped to its limits.
    mutating func move(number: Int, to raw: Double) -> Bool { numbers[number].move(to: raw) }

    /// Counts a step, before its moves.
    mutating func beginStep() { steps += 1 }

    /// Removes the derivatives of a quantity that was clipped, because it does not depend on this
    /// level.
    mutating func forget(_ quantity: Int) {
        for index in numbers.indices { partials[quantity * numbers.count + index] = 0 }
    }

    /// Returns the new value of a quantity. Returns nil if it is not finite; then the quantity
    /// stays.
    mutating func move(_ quantity: Int, from raw: Double, slope: Double) -> Double? {
        let before = memory[quantity]
        let (distance, after, partials) = step(slope, before)
        let moved = raw - distance
        guard moved.isFinite || moved == raw, after.0.isFinite, after.1.isFinite else {
            forget(quantity)
            return nil
        }
        memory[quantity] = after
        for index in numbers.indices {
            let partial = partials[index] * numbers[index].chain
            self.partials[quantity * numbers.count + index] = partial.isFinite ? partial : 0
        }
        return moved
    }

    /// Returns how far a quantity goes down, its moments after that, and the derivatives of the
    /// result in the values of this level's numbers.
    private func step(
        _ g: Double, _ before: (Double, Double)
    ) -> (distance: Double, after: (Double, Double), partials: SIMD3<Double>) {
        let rate = numbers[0].value
        switch kind {
        case .sgd:
            let momentum = numbers.count > 1 ? numbers[1].value : 0
            let velocity = momentum * before.0 + g
            return (rate * velocity, (velocity, 0), [-velocity, -rate * before.0, 0])
        case .adagrad:
            let sum = before.1 + g * g
            let direction = g / (sum + 1e-10).squareRoot()
            return (rate * direction, (0, sum), [-direction, 0, 0])
        case .rmsprop:
            let decay = numbers.count > 1 ? numbers[1].value : fixed.0
            let square = decay * before.1 + (1 - decay) * g * g
            let root = (square + 1e-8).squareRoot()
            let slope = rate * g * (before.1 - g * g) / (2 * root * root * root)
            return (rate * (g / root), (0, square), [-g / root, slope, 0])
        case .adam:
            return adam(rate, g, before)
        }
    }

    private func adam(
        _ rate: Double, _ g: Double, _ before: (Double, Double)
    ) -> (distance: Double, after: (Double, Double), partials: SIMD3<Double>) {
        let (beta1, beta2) = numbers.count > 1 ? (numbers[1].value, numbers[2].value) : fixed
        let t = Double(steps)
        let (c1, c2) = (1 - Double.pow(beta1, steps), 1 - Double.pow(beta2, steps))
        let mean = beta1 * before.0 + (1 - beta1) * g
        let square = beta2 * before.1 + (1 - beta2) * g * g
        let corrected = mean / c1
        let root = (square / c2).squareRoot()
        let divisor = root + 1e-8
        let direction = corrected / divisor
        let first =
            -rate / divisor
            * ((before.0 - g) / c1 + mean * t * Double.pow(beta1, steps - 1) / (c1 * c1))
        let second =
            root > 0
            ? rate * corrected / (divisor * divisor) / (2 * root)
                * ((before.1 - g * g) / c2 + square * t * Double.pow(beta2, steps - 1) / (c2 * c2))
            : 0
        return (rate * direction, (mean, square), [-direction, first, second])
    }

    func save(to writer: inout ByteWriter, withPartials: Bool) {
        for number in numbers { number.save(to: &writer) }
        writer.write(UInt64(steps))
        writer.write(memory.map(\.0))
        writer.write(memory.map(\.1))
        if withPartials { writer.write(partials) }
    }

    mutating func restore(
        from reader: inout ByteReader, withPartials: Bool
    ) throws(BytesError) {
        for index in numbers.indices { try numbers[index].restore(from: &reader) }
        // The limit is far from the largest integer, since each step adds 1.
        steps = min(Int(clamping: try reader.integer(UInt64.self)), Int.max / 2)
        let first = try reader.doubleList()
        let second = try reader.doubleList()
        // A level that has begun cannot move another number of quantities than before.
        guard first.count == second.count, memory.isEmpty || first.count == memory.count else {
            throw .invalid(
                "expected two moments of equal size, found \(first.count) and \(second.count)")
        }
        memory = Array(zip(first, second))
        guard withPartials else { return }
        let partials = try reader.doubleList()
        guard self.partials.isEmpty || partials.count == self.partials.count else {
            throw .invalid(
                "expected \(self.partials.count) derivatives, found \(partials.count)")
        }
        self.partials = partials
    }
}
