import Federation
import Scenarios
import Simulation
import Testing

/// What a run says of its rates, and what its rows say.
@Suite struct `News about rates` {
    private func recorded(
        _ text: String, _ overrides: [(path: String, value: String)] = []
    ) throws -> Recorder {
        let prepared = try prepare(text, overrides: overrides)
        var world = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
        var recorder = Recorder()
        _ = try runRounds(prepared, processes: 1, launches: true, in: &world, observer: &recorder)
        try #require(recorder.result.records.count == prepared.scenario.training.rounds)
        try #require(!recorder.result.reports.isEmpty)
        return recorder
    }

    private static let still = "to change the local rate, found no change"

    @Test(arguments: [
        "{ kind: implicit, tune: [momentum], update_interval: 2 }",
        "{ kind: implicit, tune: [weight_decay, momentum], update_interval: 2 }",
    ])
    func `a rule that moves other hyperparameters is not told of a rate that stays`(
        scheduler: String
    ) throws {
        let recorder = try recorded(
            scenario(rounds: 8, server: "constant", client: scheduler),
            [
                ("client.optimizer", "{ kind: sgd, momentum: 0.5 }"),
                ("client.weight_decay", "0.001"), ("data.validation_fraction", "0.2"),
            ])
        #expect(recorder.warnings.filter { $0.contains(Self.still) } == [])
        #expect(recorder.result.records.allSatisfy { $0.localRateSmallest == 0.2 })
    }

    /// Windows as long as a round: the rate moves after the last step, for the client's next round.
    @Test(arguments: [
        "{ kind: zeroth_order, interval: 100 }", "{ kind: pes, interval: 100 }",
        "{ kind: implicit, update_interval: 100 }",
    ])
    func `a rule that moves rates only between rounds is not told of one that stays`(
        scheduler: String
    ) throws {
        // In turns, so that each client comes back after 12 rounds.
        let recorder = try recorded(
            scenario(rounds: 16, server: "constant", client: scheduler),
            [
                ("clients.sampling", "round_robin"), ("clients.per_round", "1"),
                ("data.validation_fraction", "0.2"),
            ])
        #expect(recorder.warnings.filter { $0.contains(Self.still) } == [])
        #expect(Set(recorder.result.records.prefix(12).map(\.localRateMean)) == [0.2])
        #expect(Set(recorder.result.records.map(\.localRateMean)).count > 1)
    }

    @Test func `a rule whose rate really stays is told of it`() throws {
        for client in ["{ kind: hypergradient, hyper_rate: 0 }", "{ kind: tower, levels: [] }"] {
            let recorder = try recorded(scenario(rounds: 12, server: "constant", client: client))
            #expect(recorder.warnings.count { $0.contains(Self.still) } == 1, "\(client)")
        }
    }

    @Test(arguments: [0.02, 0.1, 0.3, 0.7])
    func `means of equal rates are that rate`(rate: Double) throws {
        for perRound in ["3", "7", "10"] {
            let recorder = try recorded(
                scenario(rounds: 2, server: "constant", client: "constant", rate: rate),
                [("clients.per_round", perRound), ("training.local_epochs", "7")])
            #expect(recorder.result.records.allSatisfy { $0.localRateMean == rate })
            #expect(recorder.result.reports.allSatisfy { $0.rates.mean == rate })
        }
    }

    @Test func `means of rates lie between the smallest and the largest`() throws {
        for client in ["fedhyper_cl", "local_gains", "{ kind: hypergradient, scope: tensor }"] {
            let recorder = try recorded(scenario(rounds: 4, client: client))
            for report in recorder.result.reports {
                let rates = report.rates
                #expect(rates.smallest <= rates.mean && rates.mean <= rates.largest)
            }
            for record in recorder.result.records {
                #expect(record.localRateSmallest <= record.localRateMean)
                #expect(record.localRateMean <= record.localRateLargest)
            }
        }
    }

    @Test func `a rule that compares updates is told once of a round with one`() throws {
        let words: [(path: String, value: String)] = [
            ("clients.sampling", "{ kind: schedule, cohorts: [[0, 1, 2], [5]] }"),
            ("clients.per_round", "3"),
        ]
        let recorder = try recorded(
            scenario(server: "fedexp", client: "constant"), words)
        let told = recorder.warnings.filter { $0.contains("which compares them") }
        #expect(
            told.count == 1 && told[0].hasPrefix("round 1: expected 2 updates or more for fedexp"))
        let others = try recorded(scenario(client: "constant"), words)
        #expect(others.warnings == [])
    }

    /// A client's own momentum moves; equal data and steps would hide a wrong count.
    @Test func `FedNova's clients report effective rates where the momentum moves`() throws {
        let tower = "{ kind: tower, tune: all, levels: [{ kind: adam, learning_rate: 0.02 }] }"
        let words: [(path: String, value: String)] = [
            ("client.optimizer", "{ kind: sgd, momentum: 0.5 }"),
            ("training.correction", "fednova"),
        ]
        let moved = try recorded(scenario(server: "constant", client: tower), words).result
        #expect(moved.reports.allSatisfy { $0.effectiveRate > 0 || $0.steps < 2 })
        let still = try recorded(scenario(server: "constant", client: "constant"), words).result
        #expect(still.reports.allSatisfy { $0.effectiveRate == 0 })
    }
}
