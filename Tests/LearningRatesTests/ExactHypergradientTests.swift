import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// Numbers of reverse-mode differentiation through the whole unroll, by another program.
@Suite struct `Exact hypergradients against oracles` {
    @Test(arguments: Oracle.paths(family: "unrolled"))
    func `every run of the family, in both precisions`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            try check(run, of: oracle, Double.self, within: 1e-9)
            try check(run, of: oracle, Float.self, within: 1e-3)
        }
    }

    private func check<S: Scalar>(
        _ run: Oracle.Node, of oracle: Oracle, _ type: S.Type, within tolerance: Double
    ) throws {
        let settings = run["settings"]
        try checkKeys(settings)
        let unrolled = UnrolledSteps(
            optimizer: try optimizer(base(settings)), rate: settings["lr"].number,
            count: Int(settings["steps"].number))
        var layout = BlockLayout()
        var problem = try OracleProblem<S>(oracle, in: &layout)
        problem.weightDecay = settings["weight_decay"].number
        let places = StepContext<S>.Vectors(
            in: &layout, problem.groups, UnrolledSteps.needs, unrolled.optimizer)
        var step = StepContext<S>(layout, places)
        problem.restart(batches: run["batches"].batches, validation: run["val_batches"].batches)
        let start = problem.flat(oracle.start)
        step.slots.copy(start.span, to: step.vector(.weights))
        let exact = try #require(unrolled.exact(&step, &problem))
        let want = run["hypergradient"]
        let shared = want["d_shared"].number
        func expect(_ name: String, _ got: [Double], _ want: [Double], scale: Double? = nil) {
            let error = relativeError(got, want, scale: scale)
            #expect(
                error <= tolerance, "\(oracle) \(run["id"].text) \(type) \(name): \(got), \(want)")
        }
        func inOrder(_ values: [Double]) -> [Double] { problem.inOrder(values.map { S($0) }) }
        expect("loss", exact.batchLosses, run["steps"].list.map { $0["loss"].number })
        expect("val_loss", [exact.loss], want["val_loss"].numbers)
        expect("d_schedule", exact.schedule, want["d_schedule"].numbers)
        expect("d_shared", [exact.shared], [shared])
        expect(
            "d_per_element_lr", inOrder(exact.perParameter),
            oracle.inOrder(want["d_per_element_lr"]))
        expect("d_momentum", [exact.momentum], want["d_momentum"].numbers)
        expect("d_weight_decay", [exact.weightDecay], want["d_weight_decay"].numbers)
        expect("d_init", inOrder(exact.start), oracle.inOrder(want["d_init"]))
        expect("d_final", inOrder(exact.end), oracle.inOrder(want["d_final"]))
        // The same again in forward mode.
        for (hyperparameter, key) in [
            (SharedHyperparameter.rate, "d_shared"), (.momentum, "d_momentum"),
            (.weightDecay, "d_weight_decay"),
        ] {
            step.slots.copy(start.span, to: step.vector(.weights))
            let running = try #require(unrolled.running(hyperparameter, &step, &problem))
            expect("forward \(key)", [running.derivatives.last ?? .nan], want[key].numbers)
        }
        if case .object(let final) = run["final"], let params = final["params"] {
            expect(
                "params", inOrder(step.slots.values(step.vector(.weights)).map { Double($0) }),
                oracle.inOrder(params))
        }
    }

    private func checkKeys(_ settings: Oracle.Node) throws {
        guard case .object(let keys) = settings else {
            throw CannotReplay(reason: "a run without settings")
        }
        let known: Set = [
            "base", "lr", "momentum", "dampening", "weight_decay", "steps", "adam_beta1",
            "adam_beta2",
            "adam_eps", "adam_form",
        ]
        if let key = keys.keys.first(where: { !known.contains($0) }) {
            throw CannotReplay(reason: "unknown setting '\(key)'")
        }
    }

    /// Forward mode after k steps is reverse mode of k steps.
    @Test(arguments: `Tangents of optimizers`.all)
    func `both modes agree on every optimizer`(kind: String) throws {
        let oracle = try Oracle(path: "\(SourceTree.root)/Tests/Oracles/unrolled-mlp.json")
        let optimizer = try optimizer(kind)
        var layout = BlockLayout()
        var problem = try OracleProblem<Double>(oracle, in: &layout)
        problem.weightDecay = 0.01
        let places = StepContext<Double>.Vectors(
            in: &layout, problem.groups, UnrolledSteps.needs, optimizer)
        var step = StepContext<Double>(layout, places)
        problem.restart(batches: try oracle.runs[0]["batches"].batches, validation: nil)
        let start = problem.flat(oracle.start)
        step.slots.copy(start.span, to: step.vector(.weights))
        let running = try #require(
            UnrolledSteps(optimizer: optimizer, rate: 0.02, count: 5)
                .running(.rate, &step, &problem))
        for count in 1...5 {
            step.slots.copy(start.span, to: step.vector(.weights))
            let exact = try #require(
                UnrolledSteps(optimizer: optimizer, rate: 0.02, count: count)
                    .exact(&step, &problem))
            #expect(
                relativeError([running.derivatives[count - 1]], [exact.shared]) < 1e-10)
            #expect(relativeError([running.losses[count - 1]], [exact.loss]) < 1e-12)
            #expect(relativeError([exact.perParameter.reduce(0, +)], [exact.shared]) < 1e-10)
            for (hyperparameter, value) in [
                (SharedHyperparameter.momentum, exact.momentum), (.weightDecay, exact.weightDecay),
            ] where count == 5 {
                step.slots.copy(start.span, to: step.vector(.weights))
                let other = try #require(
                    UnrolledSteps(optimizer: optimizer, rate: 0.02, count: count)
                        .running(hyperparameter, &step, &problem))
                #expect(relativeError([other.derivatives[4]], [value]) < 1e-10)
            }
        }
    }
}
