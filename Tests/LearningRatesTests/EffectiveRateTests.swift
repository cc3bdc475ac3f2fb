import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import Testing

/// A problem with one gradient everywhere, and a proximal term around the weights 0.
private struct ConstantGradient: GradientObjective, ~Copyable {
    let value: [Double]
    let pull: Double
    var weightDecay = 0.0

    mutating func gradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        slots.copy(value.span, to: gradient)
        if pull > 0 { slots.add(weights, times: pull, to: gradient) }
        return BatchLoss(sum: 1, count: 1)
    }
}

@Suite struct `Effective rates` {
    private static let gradient = [1.0, -0.5, 0.25]

    /// A round on one gradient everywhere: the update, what the client reports, and the rates.
    private func round(
        _ scheduler: String, _ optimizerWords: String, pull: Double = 0, steps: Int = 12,
        rate: Double = 0.01
    ) throws -> (update: [Double], reported: Double?, effective: Double) {
        let made = try optimizer(optimizerWords)
        var rule = try component(scheduler, from: clientSchedulers)
        rule.start(localRate: rate, optimizer: made)
        var plan = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: 3), rule.needs, made)
        var local = LocalOptimization(plan, places, scheduler: rule, optimizer: made, pull: pull)
        var problem = ConstantGradient(value: Self.gradient, pull: pull)
        try local.begin(
            rate: rate, count: steps, key: RandomKey(seed: 1, .scheduler), state: [], &problem)
        for _ in 0..<steps { _ = local.takeStep(&problem) }
        let weights = local.step.slots.values(local.step.vector(.weights))
        let even = try #require(EffectiveRate(made, pull: pull)).sum(steps: steps, rate: rate)
        return (weights, local.effectiveRate, local.effectiveRate ?? even)
    }

    private static let optimizers = [
        "sgd", "{ kind: sgd, momentum: 0.9 }", "{ kind: sgd, momentum: 0.5, dampening: 0.3 }",
        "{ kind: sgd, momentum: 0.7, nesterov: true }",
    ]
    private static let movers = [
        "constant", "{ kind: hypergradient, hyper_rate: 0.1 }", "fedhyper_cl",
        "{ kind: tower, tune: all, levels: [{ kind: adam, learning_rate: 0.02 }] }",
        "{ kind: tower, tune: learning_rate, levels: [{ kind: sgd, learning_rate: 0.001 }] }",
    ]

    @Test(arguments: movers, optimizers)
    func `times a constant gradient they are the update, whatever moves rate and momentum`(
        scheduler: String, optimizer: String
    ) throws {
        for pull in [0, 3.0] {
            let round = try round(scheduler, optimizer, pull: pull)
            for (got, g) in zip(round.update, Self.gradient) {
                #expect(abs(got + round.effective * g) <= 1e-12 * abs(got), "\(pull)")
            }
            // Only what steps and rate don't say is reported.
            #expect((round.reported == nil) == (scheduler == "constant"))
        }
    }

    @Test func `a momentum that moves is not what its start says`() throws {
        let words = "{ kind: sgd, momentum: 0.5 }"
        let moved = try round(Self.movers[3], words, steps: 34).effective
        let still = try #require(EffectiveRate(optimizer(words))).sum(steps: 34, rate: 0.01)
        #expect(abs(moved / still - 1) > 0.3)
    }

    @Test func `closed forms: golden 12.7 of the reference`() throws {
        let heavy = try #require(EffectiveRate(optimizer("{ kind: sgd, momentum: 0.9 }")))
        for (steps, expected) in [(0, 0), (1, 1), (2, 2.9), (10, 41.381059609)] {
            #expect(abs(heavy.sum(steps: steps, rate: 1) - expected) < 1e-9)
        }
        let proximal = try #require(EffectiveRate(optimizer("sgd"), pull: 0.1))
        #expect(abs(proximal.sum(steps: 10, rate: 0.01) / 0.01 - 9.955119790) < 1e-8)
    }

    @Test func `are not defined where directions are quotients, or rates are several`() throws {
        for kind in ["adam", "adagrad", "rmsprop"] {
            #expect(EffectiveRate(try optimizer(kind)) == nil)
        }
        #expect(try round("{ kind: hypergradient, scope: parameter }", "sgd").reported == nil)
    }

    @Test func `FedNova divides by what a client counted, and by closed forms otherwise`() throws {
        func steps(_ correction: String, _ words: String, _ work: LocalWork) throws -> Double? {
            var it = try component(correction, from: driftCorrections)
            it.start(optimizer: try optimizer(words))
            return it.effectiveSteps(work)
        }
        let momentum = "{ kind: sgd, momentum: 0.5 }"
        var work = LocalWork(steps: 34, meanRate: 0.01, localRate: 0.01)
        let even = try #require(try steps("fednova", momentum, work))
        #expect(even > 65 && even < 67)
        work.effectiveRate = 0.34
        #expect(try steps("fednova", momentum, work) == 34)
        #expect(try steps("{ kind: fednova, mu: 0.1 }", "sgd", work) == 34)
        // Of plain gradient descent the mean rate says as much, to the bit as before.
        #expect(try steps("fednova", "sgd", work) == 34)
        // What can't be divided by counts as 1.
        for nothing in [0, -1, .infinity, .nan] as [Double] {
            work.effectiveRate = nothing
            #expect(try steps("fednova", momentum, work) == 1)
        }
    }

    @Test func `a velocity that is carried over is refused`() throws {
        let words = "{ kind: sgd, momentum: 0.9 }"
        for correction in ["fednova", "{ kind: scaffold, divide_by: effective_steps }"] {
            let it = try component(correction, from: driftCorrections)
            for (carry, isRefused) in [("all", true), ("lr_only", false), ("reset", false)] {
                let made = try optimizer(words)
                var rule = try component(
                    "{ kind: hypergradient, carry: \(carry) }", from: clientSchedulers)
                rule.start(localRate: 0.1, optimizer: made)
                let reason = it.incompatibility(with: made, rule)
                #expect((reason?.contains("set carry: lr_only") == true) == isRefused)
                #expect((reason == nil) == !isRefused)
            }
        }
    }

    @Test func `who moves the momentum says so`() throws {
        func moves(_ scheduler: String, _ words: String) throws -> Bool {
            var rule = try component(scheduler, from: clientSchedulers)
            rule.start(localRate: 0.1, optimizer: try optimizer(words))
            return rule.needs.adaptsMomentum
        }
        let momentum = "{ kind: sgd, momentum: 0.5 }"
        #expect(
            try moves("tower", momentum) && moves("{ kind: implicit, tune: [momentum] }", momentum))
        #expect(try !moves("tower", "sgd") && !moves("implicit", momentum))
        #expect(try !moves("{ kind: tower, levels: [] }", momentum))
        #expect(try !moves("{ kind: tower, tune: learning_rate }", momentum))
        #expect(try !moves("hypergradient", momentum))
        let correction = try component("fednova", from: driftCorrections)
        var tower = try component("tower", from: clientSchedulers)
        tower.start(localRate: 0.1, optimizer: try optimizer(momentum))
        #expect(
            correction.rateWarning(try optimizer(momentum), tower)?.contains(
                "momentum of each step")
                == true)
    }
}
