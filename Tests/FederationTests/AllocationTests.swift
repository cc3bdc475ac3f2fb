import AllocationCount
import ClientRules
import Datasets
import Federation
import LearningRates
import LinearAlgebra
import Models
import ServerRules
import TestSupport
import Testing

/// Every optimizer and scheduler, on models with all kinds of layer that a small table of features
/// can have.
@Suite(.release("generic code that is not specialised allocates"))
struct `In the steady state nothing is allocated` {
    @Test func `the counter counts`() {
        let before = allocation_count()
        let list = [Int](repeating: Int(before), count: 1_000 + Int(before & 1))
        #expect(allocation_count() > before && !list.isEmpty)
    }

    /// What a trainer's task asks for: the least of five, after a first one. The Swift runtime fills
    /// caches of its own whenever it likes, but what a step asks for shows in every task.
    private func taskAllocations(
        _ trainer: inout LocalTrainer, client: UInt32, _ weights: [Float]
    ) throws -> Int {
        var update = weights
        var carried = [Float](repeating: 0, count: 6 * weights.count)
        var counts: [Int] = []
        for round in 0..<6 as Range<UInt32> {
            let task = ClientTask(round: round, client: client, attempt: 1, localRate: 0.01)
            var out = update.mutableSpan
            var next = carried.mutableSpan
            let before = allocation_count()
            _ = try trainer.trainClient(
                task, weights: weights.span, previousAggregate: weights.span, server: weights.span,
                carried: Span(), into: &out, carrying: &next)
            counts.append(allocation_count() - before)
        }
        return counts.dropFirst().min() ?? -1
    }

    /// Many steps ask for no more than ten do. The runtime allocates for itself now and then, also in
    /// each of some tasks; so up to ten tries, and a difference of less than one in twenty steps is
    /// nobody's: the rarest thing that a rule does, every tenth step, would make more.
    private func expectSteady(_ allocations: (Int) throws -> Int, steps: Int) throws {
        var difference = Int.max
        for _ in 0..<10 where difference != 0 {
            difference = min(difference, abs(try allocations(steps) - allocations(10)))
        }
        #expect(difference < steps / 20, "\(difference) allocations more in \(steps) steps")
    }

    private static let plans: [Plan] =
        [
            "constant", "{ kind: fedhyper_cl, carry: lr_only }", "{ kind: marthe, mu: adaptive }",
            "{ kind: implicit, update_interval: 2, tune: [learning_rate, weight_decay] }",
            "{ kind: implicit, update_interval: 2, scope: parameter, look_back: 2 }",
            "{ kind: tower, levels: [adam, sgd], scope: tensor }",
        ]
        .flatMap { scheduler in
            [
                "sgd", "{ kind: sgd, momentum: 0.9, nesterov: true }", "adam", "adagrad", "rmsprop",
            ].map { Plan(scheduler: scheduler, optimizer: $0, weightDecay: 0.1, proximal: 0.1) }
        }
        + [
            "{ kind: hypergradient, carry: all }", "{ kind: hypergradient, rule: additive }",
            "{ kind: hypergradient, scope: layer }", "{ kind: hypergradient, scope: parameter }",
            "{ kind: fedhyper_cl, form: released_code }", "delta_sgd", "fedsps", "local_gains",
            "smd",
            "{ kind: smd, gain: exp, curvature: hessian }", "dsa",
        ].map { Plan(scheduler: $0, weightDecay: 0.1, proximal: 0.1) }
        // Without terms beside the loss, products are taken with the gradient.
        + ["{ kind: hypergradient, carry: all }", "fedhyper_cl"].map { Plan(scheduler: $0) }
        + ["scaffold", "feddyn"].map {
            Plan(scheduler: "{ kind: delta_sgd, carry: all }", correction: $0)
        }
        // Every kind, also one that no line above names.
        + clientRules.map { Plan(scheduler: $0.facts.kind, weightDecay: 0.1, proximal: 0.1) }

    @Test(
        arguments: [
            "softmax_regression", "{ kind: mlp, hidden: [20, 5] }",
            "{ kind: mlp, hidden: [17], activation: tanh }",
        ], plans)
    func `by a client's step`(model: String, plan: Plan) throws {
        let fixture = try Fixture(model: model)
        let weights = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.1)
        func allocations(_ steps: Int) throws -> Int {
            var plan = plan
            plan.length = .steps(steps)
            var trainer = try plan.trainer(fixture)
            return try taskAllocations(&trainer, client: 4, weights)
        }
        try expectSteady(allocations, steps: 500)
    }

    /// Grey images of 8 x 8 pixels, of which some are black, or texts of six symbols.
    private func dataset(_ model: String, black: Int = 0) throws -> Dataset {
        let count = 40
        let pixels = (0..<count * 64).map {
            $0 % 5 < black ? 0 : UInt8(truncatingIfNeeded: $0 * 37)
        }
        guard model.contains("char") else {
            return try Dataset(
                DecodedDataset(
                    sampleShape: [8, 8, 1], classes: 3,
                    train: .init(
                        features: .bytes(pixels), labels: (0..<count).map { Int32($0 % 3) }),
                    test: .init(features: .bytes([]), labels: [])))
        }
        let symbols = (0..<count * 6).map { UInt8($0 * 7 % 5) }
        return try Dataset(
            DecodedDataset(
                sampleShape: [6], target: .classes(5), targetWidth: 6, vocabulary: 5,
                train: .init(features: .symbols(symbols), labels: symbols.map { Int32($0) }),
                test: .init(features: .symbols([]), labels: [])))
    }

    @Test(arguments: [
        "{ kind: cnn, filters: [4, 8], kernel: 3, hidden: [20] }",
        "{ kind: cnn, filters: [4], kernel: 5, hidden: [], group_norm: 2, padding: valid }",
        "{ kind: cnn, filters: [4], stride: 2, padding: 1, hidden: [], pooling: average, pool: 1 }",
        "{ kind: resnet, width: 4 }",
        "{ kind: char_lstm, hidden: 20, layers: 2 }", "{ kind: char_gru, hidden: 9 }",
        "{ kind: mlp, hidden: [20] }",
    ])
    func `by a step of convolutions or recurrences, or on black pixels`(model: String) throws {
        let dataset = try dataset(model, black: model.contains("mlp") ? 3 : 0)
        #expect(model.contains("mlp") == (dataset.shareOfZeros() >= Network.manyZeros))
        let network = try component(model, from: models).network(for: dataset.sampleForm)
        let weights = network.initialParameters(seed: 1)
        func allocations(_ steps: Int) throws -> Int {
            var plan = Plan(scheduler: "{ kind: fedhyper_cl, carry: lr_only }")
            plan.length = .steps(steps)
            var trainer = LocalTrainer(
                try plan.made(), network: network, dataset: dataset,
                partition: Partition([(0..<40).map { Int32($0) }], of: 40))
            return try taskAllocations(&trainer, client: 0, weights)
        }
        try expectSteady(allocations, steps: 200)
    }

    @Test(arguments: [
        "{ kind: mlp, hidden: [20], activation: tanh }",
        "{ kind: cnn, filters: [4], kernel: 5, hidden: [], group_norm: 2, padding: valid }",
        "{ kind: resnet, width: 4 }",
        "{ kind: char_lstm, hidden: 20, layers: 2 }", "{ kind: char_gru, hidden: 9 }",
    ])
    func `by a product with the Hessian`(model: String) throws {
        let dataset = try dataset(model)
        let network = try component(model, from: models).network(for: dataset.sampleForm)
        var layout = BlockLayout()
        let vectors = (0..<3).map { _ in layout.vector(network.parameterCount) }
        let places = network.places(in: &layout, batch: 4, for: .tangents)
        var slots = VectorBlock<Float>(layout)
        var counts: [Int] = []
        for _ in 0..<12 {
            let before = allocation_count()
            network.hessianProductAlone(
                &slots, places, rows: 4, at: vectors[0], along: vectors[1], into: vectors[2])
            counts.append(allocation_count() - before)
        }
        // The runtime allocates for itself now and then; a product that did would do so each time.
        #expect(counts.dropFirst().min() == 0, "\(counts)")
    }

    @Test(arguments: ["sgd", "{ kind: sgd, momentum: 0.9 }", "adam", "yogi"])
    func `by the coordinator's sum and step`(optimizer: String) throws {
        let scheduler = try component("fedhyper_g", from: serverSchedulers)
        let optimizer = try component(optimizer, from: serverOptimizers)
        let start = StartRates(globalRate: 1, localRate: 1, rounds: 100, optimizer: optimizer)
        let update = Fixture.numbers(5_000, 2, scale: 0.01)
        var server = UpdateAggregator(
            ServerOptimization<Float>(
                weights: Fixture.numbers(5_000, 1), groups: ParameterGroups(count: 5_000),
                scheduler: scheduler.started(start)),
            weighting: .samples, largestWeight: 100, largestTotal: 1_000,
            correction: try component("none", from: driftCorrections), clients: 10, mostSteps: 1)
        let reports = (1..<11 as Range<UInt32>).map {
            ClientReport(
                round: 0, client: $0, attempt: 1, samples: $0, steps: 1, meanLoss: 1,
                squaredNorm: 1,
                rates: RateTrace(first: 1, last: 1, smallest: 1, largest: 1, mean: 1), seconds: 0)
        }
        var states = ClientStates<Values>()
        var disturbed = 0
        for round in 0..<20 as Range<UInt32> {
            let before = allocation_count()
            server.begin(round: round)
            for report in reports { try server.add(update.span, of: report) }
            let rate = server.commit(round: round, reports, &states).decision.globalRate
            let count = allocation_count() - before
            #expect(rate > 0)
            disturbed += count > 0 ? 1 : 0
        }
        // The first round, and whatever the runtime does for itself; not each round.
        #expect(disturbed < 10, "\(disturbed) of 20 rounds allocated")
    }
}
