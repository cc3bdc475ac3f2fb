import Federation
import LearningRates
import LinearAlgebra
import ServerRules
import Settings
import Testing

@Suite struct `The server's step` {
    @Test func `moves the model by the global rate times the weighted mean, exactly`() throws {
        // All of these are multiples of 1/16, so nothing is rounded: mean = (1·u + 3·v) / 4.
        let server = try Server([1, -2, 0.5], globalRate: 0.5)
        #expect(!server.hasPreviousAggregate)
        let outcome = try server.round(0, [([1, 2, -4], 1), ([0.5, -2, 4], 3)])
        let mean: [Float] = [0.625, -1, 2]
        #expect(outcome.decision.globalRate == 0.5)
        #expect(server.weights == [1.3125, -2.5, 1.5])
        #expect(server.hasPreviousAggregate)
        #expect(server.previousAggregate(3) == mean)
        #expect(server.written(3) == server.weights)
        let last = server.step.withWeights { $0[2] }
        #expect(last == 1.5)
        #expect(outcome.summary.squaredNorm == 0.625 * 0.625 + 1 + 4)
        #expect(outcome.summary.productWithPrevious == nil && outcome.summary.cosine == nil)
    }

    @Test func `weights count samples, or all clients alike`() {
        #expect(Weighting.samples.weight(samples: 17) == 17)
        #expect(Weighting.uniform.weight(samples: 17) == 1)
        #expect(Weighting(rawValue: "samples") == .samples)
    }

    @Test func `weights count clients as often as they were drawn`() throws {
        let bySize = try component("by_size", from: cohortSamplings())
        let replaced = try component("with_replacement", from: cohortSamplings())
        for sampling in [bySize, replaced, UniformSampling()] {
            #expect(Weighting.samples.weight(samples: 17, times: 3, sampling) == 51)
            #expect(Weighting.uniform.weight(samples: 17, times: 3, sampling) == 3)
        }
        // n_i / q_i: drawn by size, all count alike; drawn alike, by size.
        #expect(Weighting.importance.weight(samples: 17, times: 3, bySize) == 3)
        #expect(Weighting.importance.weight(samples: 17, times: 3, replaced) == 51)
        #expect(Weighting.importance.weight(samples: 17) == 17)
        // No trap; a run whose weights could come to that is refused before.
        #expect(Weighting.samples.weight(samples: 1 << 20, times: 1 << 20) == .max)
    }

    @Test func `a refused update leaves the sum, and the round goes on without it`() throws {
        let server = try Server([0, 0])
        try server.add([1, 2], weight: 3)
        #expect(throws: ExactSum.OutOfGrid.self) { try server.add([.nan, 1], weight: 5) }
        #expect(throws: ExactSum.OutOfGrid.self) { try server.add([-1e9, 1], weight: 1) }
        _ = try server.round(0, [([5, -2], 1)])
        #expect(server.weights == [2, 1])
    }

    /// All schedulers above all optimizers, but for those that do not work together.
    private static let pairs: [(scheduler: String, optimizer: String)] =
        serverSchedulers.map(\.kind).flatMap { scheduler in
            (serverOptimizers.map(\.kind) + [
                "{ kind: sgd, momentum: 0.9 }", "{ kind: adam, epsilon_place: before_correction }",
            ]).filter { works(scheduler, above: $0) }.map { (scheduler, $0) }
        }

    private static func works(_ scheduler: String, above optimizer: String) -> Bool {
        // What can't be made is left to the test, which fails of it.
        guard let scheduler = try? component(scheduler, from: serverSchedulers),
            let optimizer = try? component(optimizer, from: serverOptimizers)
        else { return true }
        return scheduler.started(StartRates(optimizer: optimizer)).incompatibility == nil
    }

    @Test func `every scheduler works above some optimizer, and every optimizer below some`() {
        let (schedulers, optimizers) = (Self.pairs.map(\.scheduler), Self.pairs.map(\.optimizer))
        #expect(Set(schedulers) == Set(serverSchedulers.map(\.kind)))
        #expect(Set(optimizers).isSuperset(of: serverOptimizers.map(\.kind)))
    }

    @Test(arguments: pairs)
    func `updates of zeros in the first rounds move nothing and break nothing`(
        scheduler: String, optimizer: String
    ) throws {
        let server = try Server([1, -2, 3], scheduler: scheduler, optimizer: optimizer)
        for round in 0..<3 as Range<UInt32> {
            let outcome = try server.round(round, [([0, 0, 0], 7)])
            #expect(server.weights == [1, -2, 3])
            #expect(outcome.decision.globalRate.isFinite && outcome.decision.globalRate > 0)
            #expect(outcome.decision.aggregateScale.isFinite)
            server.begin(round: round + 1)
            let localRate = server.step.localRate
            #expect(localRate.isFinite && localRate > 0)
        }
        let outcome = try server.round(3, [([0.5, 0, 0], 7)])
        #expect(outcome.decision.globalRate.isFinite && server.weights.allSatisfy(\.isFinite))
        #expect(server.weights[0] > 1)
    }

    @Test func `each round has a sum of its own, and the previousAggregate is the last one's`()
        throws
    {
        let server = try Server([0, 0])
        _ = try server.round(0, [([1, 2], 5)])
        let outcome = try server.round(1, [([-3, 0.5], 2)])
        #expect(server.weights == [-2, 2.5])
        #expect(server.previousAggregate(2) == [-3, 0.5])
        #expect(outcome.summary.productWithPrevious == -2)
        #expect(outcome.summary.previousSquaredNorm == 5)
        #expect(outcome.summary.squaredNorm == 9.25)
    }

    @Test func `the order of the updates changes no bit`() throws {
        let count = 1000
        var updates = (0..<12).map { index in
            // Magnitudes from 1e-4 to 1e2: a plain sum would differ.
            let scale = [1e-4, 1e-2, 1, 1e2][index % 4]
            return (Fixture.numbers(count, UInt32(index), scale: scale), UInt32(1 + 7 * index))
        }
        let start = Fixture.numbers(count, 50)
        var expected: [UInt32] = []
        for order in 0..<12 {
            let server = try Server(start, scheduler: "fedhyper_g")
            _ = try server.round(0, updates)
            let bits = (server.weights + server.previousAggregate(count)).map(\.bitPattern)
            if order == 0 { expected = bits }
            #expect(bits == expected, "order \(order)")
            updates = Array(updates[1...] + [updates[0]])
            updates.swapAt(order % 12, 3)
        }
    }

    @Test(arguments: [Float.nan, .infinity, 1025, -3e38])
    func `an update that is not finite or too large is refused`(value: Float) throws {
        let server = try Server([0, 0, 0])
        try server.add([1, 1, 1], weight: 1)
        #expect(throws: ExactSum.OutOfGrid.self) {
            try server.add([0, value, 0], weight: 1)
        }
    }

    @Test func `12.6 FedAvgM with momentum 0.9`() throws {
        let server = try Server([0, 0], optimizer: "{ kind: sgd, momentum: 0.9 }")
        _ = try server.round(0, [([0.3, -0.4], 10)])
        #expect(isClose(server.weights, [0.3, -0.4]))
        _ = try server.round(1, [([0.6, 0.1], 10)])
        #expect(isClose(server.weights, [1.17, -0.66]))
        // The movement is the aggregate, not the velocity.
        #expect(isClose(server.previousAggregate(2), [0.6, 0.1]))
    }

    @Test(arguments: [(3, 3.0), (5, 5.0)])
    func `12.1 FedHyper-G, paper form`(bound: Int, last: Double) throws {
        let server = try Server(
            [0, 0], scheduler: "{ kind: fedhyper_g, form: paper, bound: \(bound) }")
        let aggregates: [[Float]] = [[0.3, -0.4], [0.6, 0.1], [-0.5, 0.2], [-2, -3], [-2, -3]]
        let models: [[Double]] = [
            [0.3, -0.4], [0.984, -0.286], [0.554, -0.114], [-1.966, -3.894],
            [-1.966 - 2 * last, -3.894 - 3 * last],
        ]
        let products: [Double?] = [nil, 0.14, -0.28, 0.4, 13]
        for (round, rate) in [1, 1.14, 0.86, 1.26, last].enumerated() {
            // Two clients whose mean is the aggregate.
            let delta = aggregates[round]
            let outcome = try server.round(
                UInt32(round), [(delta.map { $0 * 2 }, 30), ([0, 0], 30)])
            #expect(abs(outcome.decision.globalRate - rate) < 1e-6)
            #expect(abs((outcome.summary.productWithPrevious ?? 0) - (products[round] ?? 0)) < 1e-6)
            #expect((outcome.summary.productWithPrevious == nil) == (round == 0))
            #expect((outcome.decision.globalChange?.bound != nil) == (round == 4))
            #expect(isClose(server.weights, models[round]), "round \(round)")
        }
    }

    /// What leaves the global model as FedAvg has it: the neutral settings of each rule, the rules
    /// that leave the global rate, and a few more.
    private static let neutral: [(scheduler: String, optimizer: String)] = {
        var schedulers = serverRules.compactMap(\.facts.neutralText)
        for rule in serverRules {
            let scheduler = try? component(rule.facts.kind, from: serverSchedulers)
            if scheduler?.needs.leavesGlobalRate == true { schedulers.append(rule.facts.kind) }
        }
        schedulers += [
            "{ kind: hypergradient, hyper_rate: 0, scope: parameter }",
            "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0 }] }",
        ]
        return schedulers.map { ($0, "sgd") } + [("constant", "{ kind: momentum, momentum: 0 }")]
    }()

    @Test func `every rule has neutral settings, or leaves the global rate`() throws {
        let names = Self.neutral.map(\.scheduler)
        for kind in serverSchedulers.map(\.kind) {
            #expect(names.contains { $0 == kind || $0.hasPrefix("{ kind: \(kind)") }, "\(kind)")
        }
    }

    @Test(arguments: neutral)
    func `neutral settings are FedAvg, bit for bit`(scheduler: String, optimizer: String) throws {
        let start = Fixture.numbers(200, 50)
        let fedavg = try Server(start, globalRate: 0.7)
        let neutral = try Server(
            start, scheduler: scheduler, optimizer: optimizer, globalRate: 0.7)
        for round in 0..<5 as Range<UInt32> {
            let updates = (0..<3 as Range<UInt32>).map {
                (Fixture.numbers(200, 10 * round + $0), 3 + 5 * $0)
            }
            #expect(try fedavg.round(round, updates).decision.globalRate == 0.7)
            // A rate per parameter is a Float.
            let rate = try neutral.round(round, updates).decision.globalRate
            #expect(rate == 0.7 || rate == Double(Float(0.7)) && scheduler.contains("parameter"))
            #expect(neutral.weights.map(\.bitPattern) == fedavg.weights.map(\.bitPattern))
            let (evaluated, isAnother) = (neutral.step.evaluated, neutral.step.evaluatesAnother)
            #expect(evaluated == neutral.weights && !isAnother)
        }
    }

    private func isClose(_ x: [Float], _ y: [Double]) -> Bool {
        zip(x, y).allSatisfy { abs(Double($0) - $1) < 1e-6 * max(1, abs($1)) }
    }
}
