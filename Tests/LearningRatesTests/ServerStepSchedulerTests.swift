import LearningRates
import LinearAlgebra
import ServerRules
import Settings
import Testing

/// The clients' rules above the server's optimizers.
@Suite struct `Hypergradients and towers on the server` {
    private static let optimizers = [
        "sgd", "momentum", "{ kind: momentum, nesterov: true }", "adagrad",
        "{ kind: adagrad, beta1: 0.5 }", "adam", "yogi", "rmsprop",
    ]

    private let groups = ParameterGroups(
        count: 5, tensors: [Vector(start: 0, count: 2), Vector(start: 2, count: 3)])

    private func run<S: Scalar>(
        _ scheduler: String, _ optimizer: String, rate: Double, _ type: S.Type, seed: UInt64 = 3
    ) throws -> [[S]] {
        var numbers = Numbers(state: seed)
        var run = try ServerRun<S>(
            scheduler, optimizer: optimizer, rate: rate, start: [1, -2, 0.5, 0.25, 3],
            groups: groups)
        run.take(all: numbers.vectors(6, of: 5))
        #expect(run.rates.allSatisfy { $0.isFinite && $0 >= 0 })
        return run.models
    }

    @Test func `HD-SGD on the golden aggregates is the additive rule`() throws {
        var run = try ServerRun<Double>("{ kind: hypergradient, rule: additive, hyper_rate: 1 }")
        run.take(all: goldenAggregates)
        #expect(isClose(run.rates, [1, 1.14, 0.86, 1.26, 14.26]))
        let expected = [
            [0.3, -0.4], [0.984, -0.286], [0.554, -0.114], [-1.966, -3.894],
            [-1.966 - 28.52, -3.894 - 42.78],
        ]
        for (model, expected) in zip(run.models, expected) { #expect(isClose(model, expected)) }
        // Which is FedHyper-G without bounds.
        var other = try ServerRun<Double>("{ kind: fedhyper_g, form: paper, bound: 1.0e300 }")
        other.take(all: goldenAggregates)
        #expect(run.rates == other.rates && run.models == other.models)
    }

    @Test func `the multiplicative rule is FedHyper-G's normalized form`() throws {
        var run = try ServerRun<Double>("{ kind: hypergradient, hyper_rate: 0.5 }")
        run.take(all: goldenAggregates)
        var other = try ServerRun<Double>("{ kind: fedhyper_g, hyper_rate: 0.5, bound: 1.0e8 }")
        other.take(all: goldenAggregates)
        #expect(isClose(run.rates, other.rates))
        #expect(run.rates[1] != 1)
    }

    @Test func `HD-Adam, two rounds by hand`() throws {
        var run = try ServerRun<Double>(
            "{ kind: hypergradient, rule: additive, hyper_rate: 0.01 }", optimizer: "adam",
            rate: 0.1)
        run.take(all: Array(goldenAggregates.prefix(2)))
        let (first, second) = (goldenAggregates[0], goldenAggregates[1])
        // d0 = 0.1 Δ0 / (0.1 |Δ0| + 0.001), nearly the signs: (0.967742, −0.975610).
        let d0 = first.map { 0.1 * $0 / (0.1 * abs($0) + 0.001) }
        let rate = 0.1 + 0.01 * dot(second, d0)
        #expect(isClose(run.rates, [0.1, rate]))
        #expect(abs(rate - 0.1048308) < 1e-6)
        let d1 = zip(first, second).map { x, y in
            (0.09 * x + 0.1 * y) / ((0.0099 * x * x + 0.01 * y * y).squareRoot() + 0.001)
        }
        #expect(isClose(run.models[0], d0.map { 0.1 * $0 }))
        #expect(isClose(run.models[1], zip(d0, d1).map { 0.1 * $0 + rate * $1 }))
    }

    @Test func `a rate per parameter, by hand`() throws {
        var run = try ServerRun<Double>(
            "{ kind: hypergradient, rule: additive, scope: parameter, hyper_rate: 1 }")
        run.take(all: Array(goldenAggregates.prefix(2)))
        // 1 + 0.6 · 0.3 and 1 − 0.1 · 0.4.
        #expect(isClose(run.models[1], [0.3 + 1.18 * 0.6, -0.4 + 0.96 * 0.1]))
        #expect(isClose(run.rates, [1, 1.07]))
    }

    @Test func `a rate per tensor, by hand`() throws {
        var run = try ServerRun<Double>(
            "{ kind: hypergradient, rule: additive, scope: tensor, hyper_rate: 1 }",
            start: [0, 0, 0],
            groups: ParameterGroups(
                count: 3, tensors: [Vector(start: 0, count: 2), Vector(start: 2, count: 1)]))
        run.take(all: [[0.3, -0.4, 1], [0.6, 0.1, -0.25]])
        // The first two share 1.14; the third has 1 − 0.25.
        #expect(isClose(run.models[1], [0.984, -0.286, 1 - 0.75 * 0.25]))
    }

    @Test(arguments: optimizers)
    func `a hyper-rate of 0 is the optimizer alone, bit for bit`(optimizer: String) throws {
        let expected = try run("constant", optimizer, rate: 0.3, Float.self)
        for rule in ["additive", "multiplicative"] {
            for scope in ["global", "layer", "tensor", "parameter"] {
                let words = "kind: hypergradient, rule: \(rule), scope: \(scope)"
                let still = try run(
                    "{ \(words), hyper_rate: 0 }", optimizer, rate: 0.3, Float.self)
                #expect(still == expected, "\(words)")
                let moving = try run(
                    "{ \(words), hyper_rate: 0.01 }", optimizer, rate: 0.3, Float.self)
                #expect(moving != expected, "\(words)")
            }
        }
        for words in [
            "levels: []", "tune: learning_rate, levels: [{ kind: sgd, learning_rate: 0 }]",
            "scope: tensor, tune: learning_rate, levels: [{ kind: adam, learning_rate: 0 }]",
        ] {
            let still = try run("{ kind: tower, \(words) }", optimizer, rate: 0.3, Float.self)
            #expect(still == expected, "\(words)")
        }
    }

    @Test(arguments: optimizers)
    func `a tower of one level of gradient descent is the additive rule`(optimizer: String) throws {
        let tower = try run(
            "{ kind: tower, tune: learning_rate, levels: [{ kind: sgd, learning_rate: 0.01 }] }",
            optimizer, rate: 0.3, Double.self)
        let rule = try run(
            "{ kind: hypergradient, rule: additive, hyper_rate: 0.01 }", optimizer, rate: 0.3,
            Double.self)
        // RMSProp's rate is moved as its root.
        if optimizer == "rmsprop" {
            #expect(tower != rule)
        } else {
            for (one, other) in zip(tower, rule) { #expect(isClose(one, other)) }
        }
    }

    @Test func `what is not defined is refused with a remedy`() throws {
        func incompatibility(_ scheduler: String, _ optimizer: String) throws -> String? {
            try server(scheduler, optimizer: optimizer).incompatibility
        }
        let released = "{ kind: hypergradient, form: released_code }"
        #expect(
            try incompatibility(released, "adam")
                == "expected { kind: adam, bias_correction: true, epsilon_place: before_correction } for"
                + " form: released_code, found another optimizer; change the optimizer, or set"
                + " form: paper")
        #expect(
            try incompatibility(
                released,
                "{ kind: adam, bias_correction: true, epsilon_place: before_correction }") == nil)
        for optimizer in ["yogi", "{ kind: adagrad, beta1: 0.5 }"] {
            #expect(
                try incompatibility("tower", optimizer)
                    == "expected tune: learning_rate with this optimizer, whose decays tower cannot"
                    + " tune, found tune: all; set tune: learning_rate")
            #expect(try incompatibility("{ kind: tower, tune: learning_rate }", optimizer) == nil)
            #expect(try incompatibility("{ kind: tower, levels: [] }", optimizer) == nil)
        }
        for optimizer in ["sgd", "momentum", "adam", "adagrad", "rmsprop"] {
            #expect(try incompatibility("tower", optimizer) == nil)
        }
    }

    /// What server_traces.csv shows.
    @Test func `readings are what the rules go by`() throws {
        func last(_ scheduler: String, _ optimizer: String, _ count: Int = 2) throws -> [String:
            Double]
        {
            var run = try ServerRun<Double>(
                scheduler, optimizer: optimizer, start: [0, 0],
                groups: ParameterGroups(
                    count: 2, tensors: [Vector(start: 0, count: 1), Vector(start: 1, count: 1)]))
            run.take(all: Array(goldenAggregates.prefix(count)))
            return Dictionary(uniqueKeysWithValues: run.readings)
        }
        // v0 = Δ0 and Δ1: 0.18 − 0.04.
        let momentum = try last("fedhyper_g", "momentum")
        #expect(isClose([momentum["memory_product"] ?? .nan], [0.14]))
        #expect(
            isClose([momentum["memory_cosine"] ?? .nan], [0.14 / (0.25 * 0.37).squareRoot()]))
        #expect(try last("fedhyper_g", "sgd").isEmpty)
        // G1 = (0.15, −0.2) and Δ1.
        #expect(try isClose([last("fathom", "sgd")["memory_product"] ?? .nan], [0.07]))
        // The derivative in the rate is minus the product.
        let rule = "{ kind: hypergradient, rule: additive, hyper_rate: 1 }"
        #expect(try isClose([last(rule, "sgd")["hypergradient"] ?? .nan], [-0.14]))
        let tensors = try last(
            "{ kind: hypergradient, rule: additive, hyper_rate: 1, scope: tensor }", "sgd")
        #expect(
            isClose(
                ["hypergradient[0]", "hypergradient[1]", "rate[0]", "rate[1]"].map {
                    tensors[$0] ?? .nan
                }, [-0.18, 0.04, 1.18, 0.96]))
        let tower = try last(
            "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0.1 }] }", "momentum", 4)
        #expect(tower["level0.momentum"].map { $0 != 0.9 } == true)
    }

    @Test func `the server has nothing to carry`() throws {
        for kind in ["hypergradient", "tower"] {
            let keys = try #require(serverSchedulers.first { $0.kind == kind }).keys.map(\.key)
            #expect(!keys.contains("carry") && keys.contains("scope"))
        }
    }
}
