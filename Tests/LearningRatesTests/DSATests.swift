import ClientRules
import Glibc
import LearningRates
import LinearAlgebra
import RandomStreams
import Settings
import TestSupport
import Testing

@Suite struct `DSA (reconstruction)` {
    private func replay<S: Scalar>(_ type: S.Type, _ words: String, rate: Double = 0.05) throws
        -> Replay<S>
    {
        try Replay<S>(
            Oracle(path: "\(SourceTree.root)/Tests/Oracles/local-softmax.json"),
            scheduler: "{ kind: dsa, \(words) }", rate: rate, weightDecay: 0.01)
    }

    private func readings<S: Scalar>(_ replay: borrowing Replay<S>) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: replay.steps.readings.map { ($0.name, $0.value) })
    }

    /// Two gradients of a parabola a/2 w² at w = 1: g = a, w̃ = 1 − r a, g̃ = a (1 − r a).
    @Test func `a step by hand`() throws {
        // exp, r = 0.1, a = 2: ∂L/∂γ = −1.6 · 2 · 0.1 = −0.32; κ = 0.5: γ = ln 0.1 + 0.16,
        // r = 0.1 e^0.16 and w = 1 − 2 r.
        let round = try run(
            client("{ kind: dsa, structure: exp, hyper_rate: 0.5 }", localRate: 0.1),
            [[2], [1.6]], rate: 0.1, steps: 1)
        let expected = 0.1 * exp(0.16)
        #expect(abs(round.rate - expected) < 1e-15)
        #expect(abs(round.weight + 2 * expected) < 1e-15)
    }

    /// One step on given gradients: the first at w, the second after the tentative step.
    private func run(
        _ scheduler: any ClientScheduler, _ gradients: [[Double]], rate: Double, steps: Int
    ) throws -> (rate: Double, weight: Double) {
        var layout = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: 1), scheduler.needs, try optimizer("sgd"))
        var local = LocalOptimization(
            layout, places, scheduler: scheduler, optimizer: try optimizer("sgd"))
        var problem = GivenGradients(gradients)
        try local.begin(
            rate: rate, count: steps, key: .init(seed: 1, .scheduler), state: [], &problem)
        for _ in 0..<steps { _ = local.takeStep(&problem) }
        return (local.step.rate, local.step.slots.values(local.step.vector(.weights))[0])
    }

    @Test(arguments: ["structure: sigmoid", "structure: exp", "structure: sigmoid, redo: false"])
    func `without a hyper-rate the first step moves each number by 0.05 in the mean`(
        words: String
    ) throws {
        var replay = try replay(Double.self, words)
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/local-softmax.json")
        try replay.restart(at: oracle.start, rate: 0.05, count: 2, batches: nil)
        let start = replay.values(.scheduler(0))
        _ = replay.take()
        let moved = zip(replay.values(.scheduler(0)), start).map { abs($0 - $1) }
        #expect(abs(moved.reduce(0, +) / Double(moved.count) - 0.05) < 1e-12)
        let kappa = try #require(readings(replay)["kappa"])
        _ = replay.take()
        #expect(readings(replay)["kappa"] == kappa && kappa > 0)
    }

    @Test(arguments: ["structure: sigmoid", "structure: exp"])
    func `without gradients nothing moves, and κ waits`(words: String) throws {
        let scheduler = try client("{ kind: dsa, \(words) }", localRate: 0.1)
        let round = try run(scheduler, [[0], [0], [0], [0]], rate: 0.1, steps: 2)
        #expect(round.rate == 0.1 && round.weight == 0)
    }

    @Test(arguments: ["structure: sigmoid", "structure: exp"])
    func `rates are held between their bounds`(words: String) throws {
        var replay = try replay(Float.self, "\(words), hyper_rate: 1e6, floor: 0.5, ceiling: 2")
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/local-softmax.json")
        try replay.restart(at: oracle.start, rate: 0.05, count: 3, batches: nil)
        _ = replay.take()
        let (rates, events) = (replay.values(.rates), replay.steps.step.events)
        #expect(rates.allSatisfy { $0 >= 0.025 * (1 - 1e-5) && $0 <= 0.1 * (1 + 1e-5) })
        #expect(events.lowerBoundHits + events.upperBoundHits >= rates.count - 1)
    }

    /// γ that is not held may saturate; nothing becomes NaN.
    @Test(arguments: ["sigmoid", "exp"])
    func `however large the steps of γ, rates are numbers`(structure: String) throws {
        var replay = try replay(
            Float.self, "structure: \(structure), hyper_rate: 1e30")
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/local-softmax.json")
        try replay.restart(at: oracle.start, rate: 0.05, count: 20, batches: nil)
        for _ in 0..<20 { _ = replay.take() }
        #expect(replay.values(.rates).allSatisfy { $0.isFinite && $0 >= 0 })
    }

    @Test func `a gradient that is not finite leaves the rates and is counted`() throws {
        let scheduler = try client("{ kind: dsa, hyper_rate: 1 }", localRate: 0.1)
        let round = try run(scheduler, [[1], [.infinity]], rate: 0.1, steps: 1)
        #expect(round.rate == 0.1 && round.weight == -0.1)
    }

    @Test(arguments: ["adam", "{ kind: sgd, momentum: 0.5 }"])
    func `other optimizers are refused with what would do`(words: String) throws {
        let dsa = try component("dsa", from: clientSchedulers)
        let reason = dsa.incompatibility(with: try optimizer(words), weightDecay: 0)
        #expect(reason?.contains("set client.optimizer: sgd") == true)
        #expect(dsa.incompatibility(with: try optimizer("sgd"), weightDecay: 0.1) == nil)
    }

    /// What was learnt survives, whatever rate the server sends next.
    @Test func `γ is carried over with the scale it belongs to`() throws {
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/local-softmax.json")
        var replay = try replay(Float.self, "hyper_rate: 20")
        try replay.restart(at: oracle.start, rate: 0.05, count: 3, batches: nil)
        for _ in 0..<3 { _ = replay.take() }
        let (rates, state) = (replay.values(.rates), replay.steps.carried)
        try replay.restart(at: oracle.start, rate: 0.01, count: 1, batches: nil, state: state)
        #expect(replay.values(.rates) == rates)
    }

    @Test func `is a reconstruction wherever a user sees it`() {
        let row = clientSchedulers.first { $0.kind == "dsa" }
        #expect(row?.summary.hasPrefix("DSA (reconstruction)") == true)
    }
}
