import Foundation
import LearningRates
import Testing

/// FedExP, plateau and FATHOM, worked by hand.
@Suite struct `Server methods` {
    @Test func `12.4 FedExP`() throws {
        var run = try ServerRun<Double>("fedexp")
        run.take(updates: [[1, 0], [0, 1], [-0.5, 0.5]])
        #expect(isClose(run.rates, [1.494619370], within: 1e-9))
        #expect(isClose(run.models[0], [1.494619370 / 6, 1.494619370 / 2], within: 1e-9))
        // Weights 0.5, 0.25, 0.25.
        var weighted = try ServerRun<Double>("fedexp")
        weighted.take([0.375, 0.375], UpdateStatistics(count: 3, meanSquaredNorm: 0.875))
        #expect(isClose(weighted.rates, [1.550044287], within: 1e-9))
    }

    @Test func `12.4b FedExP where updates cancel, with and without a cap`() throws {
        let updates: [[Double]] = [[1, 0], [0, 1], [-1, -0.5]]
        var run = try ServerRun<Double>("fedexp")
        run.take(updates: updates)
        #expect(isClose(run.rates, [18.82239382], within: 1e-9))
        var capped = try ServerRun<Double>("{ kind: fedexp, max_factor: 5 }", rate: 0.5)
        capped.take(updates: updates)
        #expect(capped.rates == [2.5])
    }

    @Test func `FedExP's factor multiplies the server's rate and is 1 or more`() throws {
        var run = try ServerRun<Double>("fedexp", rate: 0.5)
        // Equal updates: ‖Δ‖² / (2 (‖Δ‖² + ε)) is below a half.
        run.take(updates: [[1, 0], [1, 0]])
        run.take(updates: [[1, 0], [0, 1], [-0.5, 0.5]])
        run.take(updates: [[.infinity, 0], [0, 1]])
        run.take([0, 0])
        #expect(isClose(run.rates, [0.5, 0.5 * 1.494619370, 0.5, 0.5], within: 1e-9))
    }

    @Test func `FedExP's epsilon decays`() throws {
        var run = try ServerRun<Double>("{ kind: fedexp, epsilon: 0.1, epsilon_decay: 0.5 }")
        for _ in 0..<3 { run.take(updates: [[1, 0], [0, 1], [-0.5, 0.5]]) }
        // Σ p ‖Δ_i‖² = 2.5 / 3 and ‖Δ‖² = 10 / 36.
        let expected = [0.1, 0.05, 0.025].map { 2.5 / 3 / (2 * (10.0 / 36 + $0)) }
        #expect(isClose(run.rates, expected))
    }

    @Test func `what is evaluated is the mean of two models, and training goes on from the last`()
        throws
    {
        var plain = try ServerRun<Double>("{ kind: fedexp, average_last_two: false }")
        var mean = try ServerRun<Double>("fedexp")
        var before = [0.0, 0.0]
        for aggregate in goldenAggregates {
            let updates = UpdateStatistics(count: 2, meanSquaredNorm: 3 * dot(aggregate, aggregate))
            plain.take(aggregate, updates)
            mean.take(aggregate, updates)
            let now = try #require(plain.models.last)
            #expect(plain.evaluated.last == now)
            #expect(mean.evaluated.last == zip(before, now).map { ($0 + $1) / 2 })
            before = now
        }
        #expect(mean.models == plain.models && mean.rates == plain.rates)
        #expect(plain.rates.allSatisfy { $0 > 1 })
    }

    @Test func `plateau, round by round`() throws {
        var scheduler = try server(
            "{ kind: plateau, rate: both, window: 2, patience: 2, cooldown: 1, factor: 0.5,"
                + " floor: 0.3 }")
        // Means from round 1: 0.9, 0.8 | 0.85, 0.9: two without improvement | rest, 0.7, 0.6 | 0.8, 0.9.
        let losses = [1, 0.8, 0.8, 0.9, 0.9, 0.9, 0.5, 0.7, 0.9, 0.9, 0.4]
        let expected = [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3]
        for (round, loss) in losses.enumerated() {
            #expect(
                abs(
                    scheduler.localRate(round: round) / 0.01
                        - (round == 0 ? 1 : expected[round - 1]))
                    < 1e-12)
            var summary = RoundSummary(round: round, squaredNorm: 1)
            summary.updates.startLoss = loss
            #expect(
                scheduler.decideRates(after: summary).globalRate == expected[round],
                "round \(round)")
        }
    }

    @Test func `plateau leaves losses out that are not finite or missing`() throws {
        func rates(_ losses: [Double?]) throws -> [Double] {
            var scheduler = try server(
                "{ kind: plateau, rate: global, window: 1, patience: 1, cooldown: 0 }")
            return losses.map { loss in
                var summary = RoundSummary(round: 0, squaredNorm: 1)
                summary.updates.startLoss = loss
                return scheduler.decideRates(after: summary).globalRate
            }
        }
        #expect(try rates([1, 1, 1]).last == 0.1 * 0.1)
        #expect(try rates([1, nil, .nan, .infinity, 0.5]) == [1, 1, 1, 1, 1])
    }

    @Test func `plateau says when a run is too short for it`() throws {
        func concern(_ yaml: String, rounds: Int) throws -> String? {
            try server(yaml, rounds: rounds).startRateWarning
        }
        #expect(
            try concern("plateau", rounds: 50)
                == "expected more than 200 rounds for a window of 100, a cooldown of 100 and a patience"
                + " of 100 rounds, found 50; the rate does not drop; lower window, patience and"
                + " cooldown")
        #expect(try concern("plateau", rounds: 200) != nil)
        #expect(try concern("plateau", rounds: 201) == nil)
        // And that is when it does, with losses that never improve.
        for (target, last) in [("global", 199), ("local", 200)] {
            var scheduler = try server("{ kind: plateau, rate: \(target) }", rounds: 201)
            var first: Int?
            for round in 0..<201 {
                let local = scheduler.localRate(round: round)
                var summary = RoundSummary(round: round, squaredNorm: 1)
                summary.updates.startLoss = 1
                let rate = scheduler.decideRates(after: summary).globalRate
                if first == nil, rate < 1 || local < 0.01 { first = round }
            }
            #expect(first == last, "\(target)")
        }
    }

    @Test func `FATHOM, by hand`() throws {
        var run = try ServerRun<Double>("{ kind: fathom, hyper_rate: 0.2 }")
        run.take(all: Array(goldenAggregates.prefix(4)))
        #expect(run.rates == [1, 1, 1, 1])
        // G = (0.15, −0.2), along Δ0; then (0.375, −0.05); then (−0.0625, 0.075).
        let c1 = 0.14 / (0.25 * 0.37).squareRoot()
        let c2 = (-0.1875 - 0.01) / (0.143125 * 0.29).squareRoot()
        let expected = [0.01, 0.01, 0.01 * exp(0.2 * c1), 0.01 * exp(0.2 * (c1 + c2))]
        #expect(isClose(run.localRates, expected))
    }

    @Test func `FATHOM with no memory multiplies with the aggregate before`() throws {
        var run = try ServerRun<Double>("{ kind: fathom, hyper_rate: 1, decay: 0 }")
        run.take(all: Array(goldenAggregates.prefix(4)))
        let c1 = 0.14 / (0.25 * 0.37).squareRoot()
        let c2 = -0.28 / (0.37 * 0.29).squareRoot()
        #expect(isClose(run.localRates, [0.01, 0.01, 0.01 * exp(c1), 0.01 * exp(c1 + c2)]))
    }
}
