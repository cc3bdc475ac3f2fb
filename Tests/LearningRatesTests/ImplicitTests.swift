import ClientRules
import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// Implicit differentiation beyond what the oracles cover.
@Suite struct `Implicit differentiation of the weight update` {
    private static func oracle(_ name: String) throws -> Oracle {
        try Oracle(path: "\(SourceTree.root)/Tests/Oracles/\(name).json")
    }

    /// Two parameters on Rosenbrock's function, or another problem of two parameters.
    private struct Run: Sendable {
        var problem = "marthe-rosenbrock"
        var keys = ""
        var optimizer = "sgd"
        var rate = 0.002
        var weightDecay = 0.1
        var steps = 3
        var start = [-0.7, 0.9]

        func replay(state: Carried = []) throws -> Replay<Double> {
            let oracle = try `Implicit differentiation of the weight update`.oracle(problem)
            var replay = try Replay<Double>(
                oracle, scheduler: "{ kind: implicit\(keys.isEmpty ? "" : ", ")\(keys) }",
                optimizer: optimizer, rate: rate, weightDecay: weightDecay)
            try replay.restart(
                at: start, rate: rate, count: steps, batches: nil, state: state)
            return replay
        }

        /// The weights' update in a last step from here, with hyperparameters of its own.
        func update(
            at weights: [Double], rate: Double, momentum: Double, weightDecay: Double
        ) throws -> [Double] {
            var replay = try replay()
            for _ in 1..<steps { _ = replay.take() }
            replay.steps.step.slots.copy(weights.span, to: replay.steps.step.vector(.weights))
            replay.steps.step.start(at: rate)
            replay.steps.step.hyperparameters.momentum = momentum
            replay.problem.weightDecay = weightDecay
            _ = replay.take()
            return zip(weights, replay.values(.weights)).map { $0 - $1 }
        }

        /// ∂E/∂w at the weights of a replay.
        func validationGradient(_ replay: inout Replay<Double>) -> [Double] {
            let weights = replay.steps.step.vector(.weights)
            let gradient = replay.steps.step.vector(.gradient)
            _ = replay.problem.validationGradient(
                &replay.steps.step.slots, at: weights, into: gradient)
            return replay.values(.gradient)
        }
    }

    private static let optimizers = [
        "sgd", "{ kind: sgd, momentum: 0.6 }", "{ kind: sgd, momentum: 0.6, nesterov: true }",
        "adam", "{ kind: adam, bias_correction: false, epsilon: 0.01 }", "adagrad",
        "{ kind: adagrad, initial_accumulator: 0.5 }", "rmsprop",
    ]

    @Test(arguments: optimizers)
    func `the series is that of the update's own derivatives`(optimizer: String) throws {
        // Central differences of the whole third step, with what the optimizer remembers constant.
        var run = Run(optimizer: optimizer)
        let hasMomentum = optimizer.contains("momentum")
        let tuned = ["learning_rate", "weight_decay"] + (hasMomentum ? ["momentum"] : [])
        run.keys =
            "update_interval: 3, look_back: 3, hyper_rate: 0, tune: [\(tuned.joined(separator: ", "))]"
        var replay = try run.replay()
        for _ in 1..<run.steps { _ = replay.take() }
        let weights = replay.values(.weights)
        let momentum = replay.steps.step.hyperparameters.momentum
        _ = replay.take()
        let gradient = run.validationGradient(&replay)

        func difference(_ change: (Double) throws -> [Double]) throws -> [Double] {
            let h = 1e-6
            return zip(try change(h), try change(-h)).map { ($0 - $1) / (2 * h) }
        }
        let byWeight = try weights.indices.map { index in
            try difference { h in
                var moved = weights
                moved[index] += h
                return try run.update(
                    at: moved, rate: run.rate, momentum: momentum, weightDecay: run.weightDecay)
            }
        }
        var (term, sum) = (gradient, gradient)
        for _ in 1..<3 {
            term = zip(term, byWeight).map { $0 - dot($1, term) }
            sum = zip(sum, term).map { $0 + $1 }
        }
        func expected(_ rate: Double, _ m: Double, _ decay: Double) throws -> Double {
            let slope = try difference { h in
                try run.update(
                    at: weights, rate: run.rate + rate * h, momentum: momentum + m * h,
                    weightDecay: run.weightDecay + decay * h)
            }
            return -dot(slope, sum)
        }
        func isClose(_ got: Double, _ want: Double) -> Bool { abs(got - want) <= 1e-4 * abs(want) }
        let readings = Dictionary(
            uniqueKeysWithValues: replay.steps.readings.map { ($0.name, $0.value) })
        let byRate = replay.steps.step.hypergradients[0]
        let wantByRate = try expected(1, 0, 0)
        #expect(isClose(byRate, wantByRate), "\(byRate), not \(wantByRate)")
        let (byDecay, wantByDecay) = (
            readings["weight_decay_hypergradient"] ?? .nan, try expected(0, 0, 1)
        )
        #expect(isClose(byDecay, wantByDecay), "\(byDecay), not \(wantByDecay)")
        guard hasMomentum else { return }
        let (byMomentum, wantByMomentum) = (
            readings["momentum_hypergradient"] ?? .nan, try expected(0, 1, 0)
        )
        #expect(isClose(byMomentum, wantByMomentum), "\(byMomentum), not \(wantByMomentum)")
    }

    @Test func `one term is the hypergradient of the step alone`() throws {
        let run = Run(keys: "update_interval: 1, look_back: 1", steps: 1)
        var replay = try run.replay()
        _ = replay.take()
        let trained = replay.values(.gradient)
        let got = replay.steps.step.hypergradients[0]
        let want = -dot(run.validationGradient(&replay), trained)
        #expect(abs(got - want) <= 1e-15 * abs(want))
    }

    @Test func `many terms on a quadratic solve with its Hessian`() throws {
        // −(∂E/∂w · H⁻¹ g) / β for β λ_max < 1, with H = A + λ.
        let run = Run(
            problem: "clarke-quadratic", keys: "update_interval: 1, look_back: 5000", rate: 0.05,
            steps: 1, start: [1, -2])
        var replay = try run.replay()
        _ = replay.take()
        let g = replay.values(.gradient)
        var a = try Self.oracle("clarke-quadratic")["problem"]["train"]["A"].numbers
        (a[0], a[3]) = (a[0] + run.weightDecay, a[3] + run.weightDecay)
        let determinant = a[0] * a[3] - a[1] * a[2]
        let solved = [a[3] * g[0] - a[1] * g[1], a[0] * g[1] - a[2] * g[0]].map { $0 / determinant }
        let got = replay.steps.step.hypergradients[0]
        let want = -dot(run.validationGradient(&replay), solved) / run.rate
        #expect(abs(got - want) <= 1e-9 * abs(want), "\(got), not \(want)")
    }

    @Test func `groups and parameters share out the hypergradient of one rate`() throws {
        func sum(_ scope: String) throws -> Double {
            let oracle = try Self.oracle("clarke-mlp")
            var replay = try Replay<Double>(
                oracle, scheduler: "{ kind: implicit, update_interval: 2, scope: \(scope) }",
                rate: 0.05)
            try replay.restart(at: oracle.start, rate: 0.05, count: 2, batches: nil)
            for _ in 0..<2 { _ = replay.take() }
            let groups = replay.steps.step.hypergradients
            #expect(groups.count == ["layer": 2, "tensor": 4][scope] ?? 1)
            return groups.reduce(0, +)
        }
        let whole = try sum("global")
        for scope in ["layer", "tensor", "parameter"] {
            #expect(abs(try sum(scope) - whole) <= 1e-12 * abs(whole), "\(scope)")
        }
    }

    @Test(arguments: [
        ("carry: lr_only", [false, true, false, true]),
        ("carry: reset", [false, true, false, true]),
        ("carry: all", [false, false, true, false]),
    ])
    func `short rounds update after their last step, or count on`(
        carry: String, moved: [Bool]
    ) throws {
        // Rounds of two steps with an interval of three.
        let run = Run(keys: "update_interval: 3, \(carry)", steps: 2)
        var state: Carried = []
        var moves: [Bool] = []
        for _ in 0..<2 {
            var replay = try run.replay(state: state)
            for _ in 0..<2 {
                let before = replay.steps.step.rate
                _ = replay.take()
                moves.append(replay.steps.step.rate != before)
            }
            replay.steps.finish(&replay.problem)
            state = replay.steps.carried
        }
        #expect(moves == moved)
        #expect(state.isEmpty == (carry == "carry: reset"))
    }

    @Test func `what is tuned beside the rate is carried, and lost with reset`() throws {
        let tuned = "tune: [learning_rate, momentum, weight_decay], update_interval: 2"
        for (carry, isKept) in [("all", true), ("lr_only", true), ("reset", false)] {
            let run = Run(
                keys: "\(tuned), carry: \(carry)", optimizer: "{ kind: sgd, momentum: 0.6 }",
                steps: 2)
            var first = try run.replay()
            for _ in 0..<2 { _ = first.take() }
            first.steps.finish(&first.problem)
            let learnt = [
                first.steps.step.rate, first.steps.step.hyperparameters.momentum,
                first.problem.weightDecay,
            ]
            let configured = [run.rate, 0.6, run.weightDecay]
            #expect(zip(learnt, configured).allSatisfy { $0 != $1 })
            #expect(
                first.steps.readings.map(\.name) == [
                    "momentum", "momentum_hypergradient", "weight_decay",
                    "weight_decay_hypergradient",
                ])
            let second = try run.replay(state: first.steps.carried)
            let started = [
                second.steps.step.rate, second.steps.step.hyperparameters.momentum,
                second.problem.weightDecay,
            ]
            #expect(started == (isKept ? learnt : configured), "\(carry)")
        }
    }

    @Test(arguments: ["global", "parameter"])
    func `rates are held at their bounds, and that is counted`(scope: String) throws {
        let run = Run(
            keys: "update_interval: 1, scope: \(scope), highest_rate: 0.00201, lowest_rate: 0.0019",
            steps: 4)
        var replay = try run.replay()
        for _ in 0..<4 { _ = replay.take() }
        let events = replay.steps.step.events
        #expect(events.lowerBoundHits + events.upperBoundHits > 0)
        #expect(events.smallest >= 0.0019 && events.largest <= 0.00201)
    }

    @Test(arguments: ["global", "parameter"], ["log", "natural"])
    func `zero gradients change nothing and make no NaN`(scope: String, transform: String) throws {
        for optimizer in Self.optimizers {
            var run = Run(
                keys: "update_interval: 1, scope: \(scope), transform: \(transform)",
                optimizer: optimizer, weightDecay: 0)
            let oracle = try Self.oracle("marthe-rosenbrock")
            let a = oracle["problem"]["train"]["a"].number
            run.start = [a, a * a]
            var replay = try run.replay()
            for _ in 0..<3 { _ = replay.take() }
            #expect(replay.values(.weights) == run.start)
            let step = replay.steps.step.rate
            #expect(step == run.rate, "\(optimizer)")
            let events = replay.steps.step.events
            #expect(events.undefined == 0)
        }
    }

    @Test(arguments: ["global", "parameter"])
    func `what is not finite leaves the rate, and that is counted`(scope: String) throws {
        // Powers of a matrix far above 1: the series overflows.
        let run = Run(
            problem: "clarke-quadratic",
            keys: "update_interval: 1, look_back: 2000, scope: \(scope)", rate: 0.9, steps: 1,
            start: [1, -2])
        var replay = try run.replay()
        _ = replay.take()
        let step = replay.steps.step.rate
        #expect(step == 0.9)
        let events = replay.steps.step.events
        #expect(events.undefined == (scope == "global" ? 1 : 2))
    }

    @Test(arguments: [
        ("tune: momentum", "sgd", 0.0, "set client.optimizer.momentum"),
        ("tune: momentum", "adam", 0, "remove momentum from tune"),
        ("tune: weight_decay", "sgd", 0, "set client.weight_decay"),
        (
            "tune: [learning_rate, momentum, weight_decay]", "{ kind: sgd, momentum: 0.5 }", 0,
            "set client.weight_decay"
        ),
    ])
    func `what can't be tuned is refused with a remedy`(
        keys: String, optimizer: String, weightDecay: Double, remedy: String
    ) throws {
        let scheduler = try component("{ kind: implicit, \(keys) }", from: clientSchedulers)
        let reason = scheduler.incompatibility(
            with: try LearningRatesTests.optimizer(optimizer), weightDecay: weightDecay)
        #expect(reason?.contains(remedy) ?? false, "\(reason ?? "no reason")")
    }

    @Test(arguments: ["tune: [learning_rate, rate]", "tune: [momentum, momentum]", "tune: []"])
    func `a list of what is tuned has known words once`(keys: String) {
        #expect(throws: (any Error).self) {
            _ = try component("{ kind: implicit, \(keys) }", from: clientSchedulers)
        }
    }
}
