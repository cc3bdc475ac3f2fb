import LearningRates
import LinearAlgebra
import Testing

/// Every optimizer as a scenario names it, and where four steps from 0 at rate 0.1 lead, by PyTorch's
/// optimizers of the same settings in float64; with epsilon before the correction by its equations.
private let steps: [(optimizer: String, weights: [Double])] = [
    ("{ kind: sgd, momentum: 0.9 }", [-0.0622, 0.3468, -0.308625]),
    ("{ kind: sgd, momentum: 0.9, nesterov: true }", [-0.04348, 0.38712, -0.5402625]),
    ("adam", [-0.16208628742562045, 0.14408312916778232, -0.04905474459515429]),
    (
        "{ kind: adam, beta1: 0.5, beta2: 0.75, epsilon: 0.001 }",
        [-0.10491626963386574, 0.0758695548868846, -0.08953354778471963]
    ),
    ("adagrad", [-0.06828072632520953, 0.04430337431481957, -0.09211239049979057]),
    (
        "{ kind: adagrad, initial_accumulator: 0.1, epsilon: 0.001 }",
        [-0.04961848871801733, 0.04359675481543303, -0.1467389316728273]
    ),
    ("rmsprop", [-0.6835090648188331, 0.4408186202951955, -0.921864423666198]),
    (
        "{ kind: rmsprop, decay: 0.5, epsilon: 0.001 }",
        [-0.11089013863264299, 0.04280479615321549, -0.1368892231329696]
    ),
    (
        "{ kind: sgd, momentum: 0.9, dampening: 0.25 }",
        [-0.0896375, 0.43205000000000005, -0.23146875000000003]
    ),
    (
        "{ kind: adam, epsilon: 0.1, epsilon_place: before_correction }",
        [-0.019362300059639622, 0.05711466185913035, -0.03576315088287538]
    ),
]

@Suite struct `Optimizers` {
    private static let gradients: [[Double]] = [
        [0.5, -2, 0], [0.25, 1, -0.125], [-1, 0.5, 0.75], [0.125, -0.25, 2],
    ]

    private func step<S: Scalar>(_ optimizer: any Optimizer, _ type: S.Type) -> StepContext<S> {
        var plan = BlockLayout()
        let places = StepContext<S>.Vectors(
            in: &plan, ParameterGroups(count: 3), SchedulerNeeds(), optimizer)
        return StepContext<S>(plan, places)
    }

    /// A round of steps on the gradients above; the parameters after each.
    private func run<S: Scalar>(
        _ optimizer: any Optimizer, _ step: inout StepContext<S>, rate: Double
    )
        -> [[Double]]
    {
        step.slots.fill(step.vector(.weights), with: 0)
        step.clearBuffers()
        step.begin(rate: rate, count: 4, optimizer.hyperparameters)
        return Self.gradients.map { gradient in
            let numbers = gradient.map { S($0) }
            step.slots.copy(numbers.span, to: step.vector(.gradient))
            step.move(along: optimizer.direction(&step))
            return step.slots.values(step.vector(.weights)).map { Double($0) }
        }
    }

    private func isClose(_ x: [Double], _ y: [Double], _ tolerance: Double) -> Bool {
        zip(x, y).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-3) }
    }

    @Test(arguments: steps)
    func `move as PyTorch's do, and again in the next round`(kind: String, weights: [Double]) throws
    {
        let optimizer = try optimizer(kind)
        var wide = step(optimizer, Double.self)
        var narrow = step(optimizer, Float.self)
        for _ in 0..<2 {
            let end = run(optimizer, &wide, rate: 0.1)[3]
            #expect(isClose(end, weights, 1e-12), "\(end)")
            #expect(isClose(run(optimizer, &narrow, rate: 0.1)[3], weights, 1e-5))
        }
    }

    /// The promise of the protocol: ∂w⁺/∂rate = −direction, also in the later steps of a round
    /// where only the last rate changes.
    @Test(arguments: steps.map(\.optimizer))
    func `minus the direction is the derivative in the rate`(kind: String) throws {
        let optimizer = try optimizer(kind)
        func last(rate: Double) throws -> (weights: [Double], direction: [Double]) {
            var step = step(optimizer, Double.self)
            _ = run(optimizer, &step, rate: 0.1)
            step.begin(rate: rate, count: 1, optimizer.hyperparameters)
            step.slots.copy(([0.3, -0.7, 0.2] as [Double]).span, to: step.vector(.gradient))
            let slot = optimizer.direction(&step)
            step.move(along: slot)
            return (step.slots.values(step.vector(.weights)), step.slots.values(step.vector(slot)))
        }
        let (above, direction) = try last(rate: 0.2)
        let below = try last(rate: 0.1).weights
        let slope = zip(above, below).map { ($0 - $1) / 0.1 }
        #expect(isClose(slope, direction.map { -$0 }, 1e-9))
    }

    @Test func `without bias correction Adam is the server's FedAdam`() throws {
        let optimizer = try optimizer(
            "{ kind: adam, beta2: 0.99, epsilon: 0.001, bias_correction: false }")
        var step = step(optimizer, Double.self)
        // As a server does: a new round for each aggregate, buffers kept.
        for aggregate in [[0.3, -0.4, 0], [0.6, 0.1, 0]] {
            step.begin(rate: 0.1, count: 1, optimizer.hyperparameters)
            let gradient = aggregate.map { -$0 }
            step.slots.copy(gradient.span, to: step.vector(.gradient))
            step.move(along: optimizer.direction(&step))
        }
        // Reddi et al. with b1 0.9, b2 0.99, tau 1e-3, eta 0.1, worked in plain numbers.
        #expect(
            isClose(
                step.slots.values(step.vector(.weights)), [0.2246872974, -0.1594118844, 0], 1e-9))
    }

    @Test func `on the server Adam counts rounds, not the steps of one`() throws {
        let optimizer = try optimizer("adam")
        var server = step(optimizer, Double.self)
        for gradient in Self.gradients {
            server.begin(rate: 0.1, count: 1, optimizer.hyperparameters)
            server.slots.copy(gradient.span, to: server.vector(.gradient))
            server.move(along: optimizer.direction(&server))
        }
        #expect(isClose(server.slots.values(server.vector(.weights)), steps[2].weights, 1e-12))
    }

    /// 1 − β must not lose its digits to a rounded β.
    @Test func `in Float, Adam keeps the digits of small complements`() throws {
        let optimizer = try optimizer("{ kind: adam, beta2: 0.9999 }")
        var wide = step(optimizer, Double.self)
        var narrow = step(optimizer, Float.self)
        let expected = run(optimizer, &wide, rate: 0.1)[3]
        #expect(isClose(run(optimizer, &narrow, rate: 0.1)[3], expected, 1e-6))
    }

    @Test func `nesterov without momentum is refused`() {
        #expect(throws: (any Error).self) { try optimizer("{ kind: sgd, nesterov: true }") }
    }
}
