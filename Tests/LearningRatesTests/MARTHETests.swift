import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite struct `MARTHE` {
    private let oracle: Oracle

    init() throws {
        oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/unrolled-quadratic.json")
    }

    private func run(
        _ scheduler: String, _ optimizer: String = "sgd", rate: Double = 0.02, steps: Int = 8,
        weightDecay: Double = 0
    ) throws -> (hypergradients: [Double], rates: [Double], events: RateEvents) {
        var replay = try Replay<Double>(
            oracle, scheduler: scheduler, optimizer: optimizer, rate: rate,
            weightDecay: weightDecay)
        try replay.restart(at: oracle.start, rate: rate, count: steps, batches: nil)
        var (hypergradients, rates): ([Double], [Double]) = ([], [])
        for _ in 0..<steps {
            _ = replay.take()
            hypergradients.append(replay.steps.step.hypergradients[0])
            rates.append(replay.steps.step.rate)
        }
        return (hypergradients, rates, replay.steps.step.events)
    }

    /// Without a change of the rate, RTHO's D is the derivative of E along the steps.
    @Test(arguments: `Tangents of optimizers`.all)
    func `RTHO at a hyper-rate of 0 is the exact derivative so far`(kind: String) throws {
        let got = try run("{ kind: rtho, hyper_rate: 0 }", kind, weightDecay: 0.01)
        let optimizer = try optimizer(kind)
        var layout = BlockLayout()
        var problem = try OracleProblem<Double>(oracle, in: &layout)
        problem.weightDecay = 0.01
        let places = StepContext<Double>.Vectors(
            in: &layout, problem.groups, UnrolledSteps.needs, optimizer)
        var step = StepContext<Double>(layout, places)
        let start = problem.flat(oracle.start)
        step.slots.copy(start.span, to: step.vector(.weights))
        let truth = try #require(
            UnrolledSteps(optimizer: optimizer, rate: 0.02, count: 8)
                .running(.rate, &step, &problem))
        #expect(relativeError(got.hypergradients, [0] + truth.derivatives.dropLast()) < 1e-10)
    }

    /// f(w) = w²/2 from w = 1, E = f, rate 0.1, κ = 0.1, μ = 0.5:
    /// t = 0: D = 0, Z = −1, w = 0.9. t = 1: D = 0.9 · −1, η = 0.1 + 0.09 = 0.19,
    /// Z = 0.5 (−1 + 0.19) − 0.9 = −1.305, w = 0.9 − 0.171 = 0.729. t = 2: D = 0.729 · −1.305.
    @Test func `worked by hand`() throws {
        var bowl = Bowl()
        let (steps, weights) = try run(
            "{ kind: marthe, mu: 0.5, hyper_rate: 0.1 }", on: &bowl, steps: 3)
        let derivative = 0.729 * -1.305
        let rate = 0.19 - 0.1 * derivative
        #expect(relativeError(weights, [0.9, 0.729, 0.729 * (1 - rate)]) < 1e-14)
        #expect(abs(steps.hypergradients[0] - derivative) < 1e-14)
    }

    /// A curvature far from that of the gradients' change: Z grows 1e9-fold in a step, B does not.
    @Test func `an exploding tangent starts again from 0, counted`() throws {
        var cliff = Bowl(curvature: 1e10)
        let (steps, weights) = try run("{ kind: rtho, hyper_rate: 0 }", on: &cliff, steps: 6)
        #expect(steps.events.undefined == 3)
        #expect(weights.allSatisfy { $0.isFinite })
    }

    private func run(_ yaml: String, on problem: inout Bowl, steps count: Int) throws -> (
        (hypergradients: [Double], events: RateEvents), weights: [Double]
    ) {
        var scheduler = try component(yaml, from: clientSchedulers)
        let plain = try optimizer("sgd")
        scheduler.start(localRate: 0.1, optimizer: plain)
        var layout = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: 1), scheduler.needs, plain)
        var steps = LocalOptimization(layout, places, scheduler: scheduler, optimizer: plain)
        let start = steps.step.vector(.weights)
        steps.step.slots[start, 0] = 1
        try steps.begin(
            rate: 0.1, count: count, key: RandomKey(seed: 1, .scheduler), state: [], &problem)
        var weights: [Double] = []
        for _ in 0..<count {
            _ = steps.takeStep(&problem)
            weights.append(steps.step.slots[start, 0])
        }
        return ((steps.step.hypergradients, steps.step.events), weights)
    }

    @Test func `the floor holds the rate, and is counted`() throws {
        let got = try run("{ kind: marthe, hyper_rate: 1, floor: 0.5 }", rate: 0.3, steps: 6)
        #expect(got.rates.allSatisfy { $0 >= 0.15 && $0 <= 300 })
        #expect(got.events.lowerBoundHits + got.events.upperBoundHits > 0)
    }

    @Test func `the released code's form is for plain and heavy-ball descent`() throws {
        let scheduler = try component(
            "{ kind: marthe, form: released_code }", from: clientSchedulers)
        for kind in ["adam", "{ kind: sgd, momentum: 0.9, nesterov: true }"] {
            let reason = try scheduler.incompatibility(with: optimizer(kind), weightDecay: 0)
            #expect(reason?.contains("set form: paper") == true)
        }
        #expect(try scheduler.incompatibility(with: optimizer("sgd"), weightDecay: 0) == nil)
    }
}

/// w²/2, for training and validation, with a Hessian that need not be its own.
private struct Bowl: LocalObjective, ~Copyable {
    var weightDecay = 0.0
    let curvature: Double

    init(curvature: Double = 1) { self.curvature = curvature }

    mutating func gradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        slots.copy(weights, to: gradient)
        return BatchLoss(sum: slots[weights, 0] * slots[weights, 0] / 2, count: 1)
    }
    mutating func hessianProduct(
        _ slots: inout VectorBlock<Double>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        slots.copy(direction, to: product)
        slots.combine(product, times: curvature - 1, with: direction, times: 1)
    }
    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<Double>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) { slots.copy(direction, to: product) }
    mutating func nextValidationBatch(_ slots: inout VectorBlock<Double>) {}
    mutating func validationGradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss { self.gradient(&slots, at: weights, into: gradient) }
    mutating func validationLoss(_ slots: inout VectorBlock<Double>, at weights: Vector)
        -> BatchLoss
    {
        BatchLoss(sum: slots[weights, 0] * slots[weights, 0] / 2, count: 1)
    }
}
