import LearningRates
import Testing

/// FedExProx, worked by hand: three parameters, two clients.
@Suite struct `FedExProx` {
    @Test func `four rounds by hand`() throws {
        var run = try ServerRun<Double>("fedexprox", start: [0, 0, 0])

        // Each client moves a parameter of its own, and the mean halves both steps:
        // Δ = (1, 2, 0), ‖Δ‖² = 5, mean ‖Δ_i‖² = (4 + 16) / 2 = 10, factor 2, which undoes it.
        run.take(updates: [[2, 0, 0], [0, 4, 0]])
        #expect(run.rates == [2])
        #expect(run.models[0] == [2, 4, 0])

        // Weights 3/4 and 1/4 on (1, 0, 0) and (−1, 4, 0): Δ = (1/2, 1, 0), ‖Δ‖² = 5/4,
        // Σ p_i ‖Δ_i‖² = 3/4 · 1 + 1/4 · 17 = 5, factor 4.
        run.take([0.5, 1, 0], UpdateStatistics(count: 2, meanSquaredNorm: 5))
        #expect(run.rates[1] == 4)
        #expect(run.models[1] == [4, 8, 0])

        // Equal updates: factor 1.
        run.take(updates: [[0, -1, 1], [0, -1, 1]])
        #expect(run.rates[2] == 1)
        #expect(run.models[2] == [4, 7, 1])

        // Updates that cancel: no factor is defined, and none moves the model.
        run.take(updates: [[1, 0, 3], [-1, 0, -3]])
        #expect(run.rates[3] == 1)
        #expect(run.models[3] == [4, 7, 1])

        // The local rate is not its business.
        #expect(run.localRates == [0.01, 0.01, 0.01, 0.01])
    }

    @Test func `the factor multiplies the server's rate, up to the cap`() throws {
        var run = try ServerRun<Double>("{ kind: fedexprox, max_factor: 3 }", rate: 0.5)
        run.take(updates: [[2, 0], [0, 4]])
        let capped = run.take([0.5, 1], UpdateStatistics(count: 2, meanSquaredNorm: 5))
        #expect(run.rates == [1, 1.5])
        #expect(capped.decision.globalChange == RateChange(rate: 1.5, bound: .upper))
    }

    @Test func `what is not finite leaves the rate`() throws {
        var scheduler = try server("fedexprox", globalRate: 0.5)
        let odd: [(squaredNorm: Double, mean: Double?)] = [
            (0, 1), (0, 0), (1, nil), (.infinity, .infinity), (.nan, 1), (1, .nan), (1, .infinity),
            (1e-300, 1e300),
        ]
        for (squaredNorm, mean) in odd {
            let summary = RoundSummary(
                round: 0, squaredNorm: squaredNorm,
                updates: UpdateStatistics(count: 2, meanSquaredNorm: mean))
            let rate = scheduler.decideRates(after: summary).globalRate
            #expect(rate == 0.5, "\(squaredNorm), \(mean ?? -1)")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `it is twice FedExP's factor without ε`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let updates = numbers.vectors(5, of: 3)
        var exprox = try ServerRun<Double>("fedexprox", start: [0, 0, 0])
        var exp = try ServerRun<Double>("{ kind: fedexp, epsilon: 0 }", start: [0, 0, 0])
        exprox.take(updates: updates)
        exp.take(updates: updates)
        #expect(exprox.rates[0] >= 1)
        #expect(isClose(exp.rates, [max(1, exprox.rates[0] / 2)]))
    }
}
