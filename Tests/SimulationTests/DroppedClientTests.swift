import Federation
import LearningRates
import Models
import Scenarios
import Settings
import Simulation
import Testing

@Suite struct `Dropped clients` {
    private static let unsteady = [
        (
            path: "clients.devices",
            value: "{ samples_per_second: 100, speed_spread: 1, dropout: 0.3 }"
        ),
        (path: "clients.deadline", value: "0.6"),
    ]
    /// Hidden layers let the updates grow with the model, until some leave the grid.
    private static func diverging(_ rounds: Int = 12) -> String {
        scenario(
            rounds: rounds, server: "constant", client: "{ kind: fedhyper_cl, carry: lr_only }",
            rate: 8, model: "{ kind: mlp, hidden: [8] }")
    }
    private static let dropping = [(path: "training.on_divergence", value: "drop_client")]

    private func run(_ text: String, _ overrides: [(path: String, value: String)]) throws
        -> RunResult
    {
        let prepared = try prepare(text, overrides: overrides)
        let result = try runInMemory(prepared)
        for processes in [2, 5] {
            let other = try runInMemory(prepared, processes: processes)
            #expect(other.difference(from: result) == nil, "\(processes) processes")
        }
        return result
    }

    /// What a client carries is what it had after its last report that was used.
    private func expectStatesKept(_ result: RunResult) {
        var last: [UInt32: Double] = [:]
        for report in result.reports {
            #expect(report.rates.first == last[report.client] ?? report.rates.first)
            last[report.client] = report.rates.last
        }
        #expect(Set(result.reports.map(\.rates.first)).count > 2)
    }

    @Test func `are not trained, keep their states, and are told`() throws {
        let result = try run(scenario(rounds: 15), Self.unsteady)
        var reasons: Set<ClientDrop.Reason> = []
        for record in result.records {
            let trained = result.reports.filter { $0.round == record.round }.map(\.client)
            #expect(record.participants == trained.count)
            #expect(record.participants + record.drops.count == 4)
            let all = trained + record.drops.map(\.client)
            #expect(
                all.sorted()
                    == Cohort.draw(seed: 7, round: record.round, clients: 12, size: 4))
            #expect(record.drops.map(\.client) == record.drops.map(\.client).sorted())
            #expect(record.drops.allSatisfy { $0.round == record.round && $0.failure == nil })
            reasons.formUnion(record.drops.map(\.reason))
            let seconds = try #require(record.simulatedSeconds)
            #expect(record.drops.isEmpty ? seconds <= 0.6 : seconds == 0.6)
        }
        #expect(reasons == [.droppedOut, .late])
        expectStatesKept(result)
    }

    @Test func `a void round changes nothing`() throws {
        let words = [
            (path: "clients.per_round", value: "1"),
            (path: "clients.devices", value: "{ dropout: 0.7 }"),
        ]
        let result = try run(scenario(rounds: 24), words)
        let void = result.records.filter(\.isVoid)
        #expect(void.count > 8 && void.count < 22)
        var updates = 0
        for (record, before) in zip(result.records.dropFirst(), result.records) {
            updates += before.isVoid ? 0 : 1
            // With the first update there is nothing to compare.
            #expect((record.productWithPrevious == nil) == (record.isVoid || updates == 0))
            guard record.isVoid else { continue }
            #expect(
                record.decision.globalRate == before.decision.globalRate
                    && record.localRate == before.localRate)
            #expect(record.testLoss == before.testLoss && record.aggregateNorm == 0)
            #expect(record.drops.map(\.reason) == [.droppedOut] && record.samples == 0)
            #expect(record.simulatedSeconds == nil && record.diversity == nil)
        }
        #expect(Set(result.records.map(\.decision.globalRate)).count > 2)
        expectStatesKept(result)
    }

    @Test func `a run of void rounds only has the model that it started from`() throws {
        let words = Self.unsteady + [(path: "clients.devices.dropout", value: "0.999999")]
        let prepared = try prepare(scenario(), overrides: words)
        let result = try runInMemory(prepared)
        #expect(result.records.count == 6 && result.records.allSatisfy(\.isVoid))
        let start = prepared.network.initialParameters(seed: prepared.scenario.seed)
        #expect(result.model == start.map(\.bitPattern))
        #expect(
            result.records.allSatisfy {
                $0.decision.globalRate == 1 && $0.testLoss?.isFinite == true
            })
        var world = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
        var recorder = Recorder()
        _ = try runRounds(
            prepared, processes: 1, launches: true, in: &world, observer: &recorder)
        #expect(
            recorder.warnings.first
                == "round 0: expected 1 update or more, found 0 (4 dropped out); the round is void: the"
                + " model and the rates stay the same (rounds.csv marks void rounds)")
        #expect(recorder.warnings.count == 1)
    }

    @Test func `clients that diverge are dropped where the scenario says so`() throws {
        let stopped = #expect(throws: RunStopped.self) {
            try runInMemory(try prepare(Self.diverging()))
        }
        let result = try run(Self.diverging(), Self.dropping)
        #expect(result.records.count == 12)
        let drops = result.records.flatMap(\.drops)
        #expect(!drops.isEmpty && drops.allSatisfy { $0.reason == .diverged && $0.failure != nil })
        let first = try #require(drops.first?.failure)
        #expect(stopped?.description == first.description)
        for record in result.records {
            let reports = result.reports.filter { $0.round == record.round }
            #expect(reports.count + record.drops.count == 4)
            #expect(Set(reports.map(\.client)).isDisjoint(with: record.drops.map(\.client)))
            #expect(record.testLoss?.isFinite == true)
        }
        #expect(result.model.allSatisfy { Float(bitPattern: $0).isFinite })
        expectStatesKept(result)
    }

    /// Losses that are not finite and updates that leave the grid, in nearly all rounds.
    @Test(arguments: [1e39, 2e4])
    func `when all diverge the round is void, and the model stays`(rate: Double) throws {
        let text = scenario(rounds: 3, client: "constant", rate: rate)
        let result = try run(text, Self.dropping)
        let prepared = try prepare(text)
        #expect(result.records.allSatisfy { $0.isVoid && $0.drops.count == 4 })
        #expect(
            result.model
                == prepared.network.initialParameters(seed: prepared.scenario.seed)
                .map(\.bitPattern))
        #expect(result.reports.isEmpty)
    }

    @Test func `where nobody diverges, drop_client is stop`() throws {
        let expected = try runInMemory(try prepare(scenario()))
        #expect(try run(scenario(), Self.dropping).difference(from: expected) == nil)
    }

    @Test func `a deadline that nobody can meet is a mistake`() throws {
        let error = #expect(throws: SettingsError.self) {
            try prepare(
                scenario().replacing("processes: 3", with: "processes: 3, deadline: 0.001"),
                overrides: [("clients.devices", "{ samples_per_second: 100 }")])
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.hasPrefix("small.yaml:7:61: error: clients.deadline: expected at least "),
            "\(text)")
        #expect(
            text.hasSuffix(
                " simulated seconds, the time of the fastest client, found 0.001; raise it"))
    }
}
