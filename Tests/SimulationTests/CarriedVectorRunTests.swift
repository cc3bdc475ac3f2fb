import Federation
import Models
import Simulation
import TestSupport
import Testing

/// What clients carry as vectors, under faults.
@Suite struct `Runs whose clients carry vectors` {
    static let settings: [[(path: String, value: String)]] = [
        [("training.correction", "scaffold")],
        [("training.correction", "{ kind: feddyn, a: 0.1 }")],
        [("client.scheduler", "{ kind: delta_sgd, carry: all }")],
        [
            ("training.correction", "scaffold"),
            ("client.scheduler", "{ kind: delta_sgd, carry: all }"),
        ],
        [
            ("client.optimizer", "{ kind: sgd, momentum: 0.9 }"),
            ("client.scheduler", "{ kind: marthe, carry: all }"),
        ],
        [
            ("client.compression", "{ kind: top_k, share: 0.1 }"),
            ("server.compression", "int8"), ("training.correction", "scaffold"),
            ("client.scheduler", "{ kind: delta_sgd, carry: all }"),
        ],
    ]

    private func prepared(_ changes: [(path: String, value: String)]) throws -> PreparedRun {
        try prepare(
            scenario(rounds: 9, server: "constant", client: "constant", rate: 0.1),
            overrides: changes)
    }

    /// A process that dies, a task that is issued again, a report that comes twice or rounds late:
    /// none of them may leave a trace in what a client carries.
    @Test(.slow, arguments: settings.indices)
    func `faults don't change what they carry`(index: Int) throws {
        let prepared = try prepared(Self.settings[index])
        let expected = try runInMemory(prepared)
        #expect(expected.reports.contains { $0.carriedVectors > 0 })
        var deaths = 0
        for seed: UInt64 in 0..<60 {
            let harshness = Double(seed % 5)
            let faults = Faults(
                meanLifetime: seed % 7 == 0 ? nil : 2000 / (1 + 2 * harshness),
                deathAfterSending: 0.02 * harshness, break: 0.15 * harshness,
                repetition: 0.08 * harshness)
            var world = SimulatedWorld(prepared, seed: seed, faults: faults) {
                try newSession(prepared)
            }
            var recorder = Recorder()
            let model = try runRounds(
                prepared, processes: 1 + Int(seed / 5 % 5), launches: true, in: &world,
                observer: &recorder)
            recorder.result.model = model.map(\.bitPattern)
            let difference = recorder.result.difference(from: expected)
            try #require(difference == nil, "seed \(seed): \(difference ?? "")")
            deaths += world.deaths
        }
        #expect(deaths > 50)
    }

    /// The vectors make a difference: a client that forgot them would end elsewhere.
    @Test func `carrying them changes the result`() throws {
        let carrying = try runInMemory(
            try prepared([("client.scheduler", "{ kind: delta_sgd, carry: all }")]))
        let forgetting = try runInMemory(
            try prepared([("client.scheduler", "{ kind: delta_sgd, carry: lr_only }")]))
        #expect(carrying.model != forgetting.model)
        #expect(forgetting.reports.allSatisfy { $0.carriedVectors == 0 })
    }
}
