import Federation
import Simulation
import TestSupport
import Testing

/// What a coordinator has written by the time that it is killed: rows, and sealed states with the
/// lengths of the tables.
struct Store: RunObserver {
    var recorder = Recorder()
    /// After how many rounds the newest state was saved, and the state.
    var saved: [UInt8]?
    /// A state is saved after this number of rounds.
    var interval = 1

    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) { recorder.committed(record, reports, evaluations) }

    mutating func warn(_ text: String) { recorder.warn(text) }

    /// Rows in the place of bytes.
    var positions: [OutputPosition] {
        let result = recorder.result
        return [
            OutputPosition(file: "rounds", bytes: UInt64(result.records.count)),
            OutputPosition(file: "clients", bytes: UInt64(result.reports.count)),
            OutputPosition(file: "evaluations", bytes: UInt64(result.evaluations.count)),
        ]
    }

    mutating func ended(_ state: borrowing RunState) {
        if Int(state.rounds) % interval == 0 { saved = state.sealed() }
    }

    /// Cuts the tables to where a state says they were.
    mutating func cut(to positions: [OutputPosition]) {
        let lengths = positions.isEmpty ? [0, 0, 0] : positions.map { Int($0.bytes) }
        recorder.result.records.removeLast(recorder.result.records.count - lengths[0])
        recorder.result.reports.removeLast(recorder.result.reports.count - lengths[1])
        recorder.result.evaluations.removeLast(recorder.result.evaluations.count - lengths[2])
    }
}

/// The whole loop, with a coordinator that dies at any event and goes on from what it had saved.
@Suite(.slow) struct `Coordinators that are killed` {
    /// Runs to the end, however often the coordinator dies; returns how often it did.
    private func kills(
        _ prepared: PreparedRun, seed: UInt64, _ store: inout Store
    ) throws -> Int {
        var kills = 0
        while true {
            let harshness = Double(seed % 3)
            // The later the attempt, the later the kill, so that each run ends at some time.
            let events = 1 + Int((seed &* 2_654_435_761 &+ UInt64(kills) &* 40_503) % 41)
            let faults = Faults(
                meanLifetime: seed % 7 == 0 ? nil : 3000 / (1 + harshness),
                deathAfterSending: 0.02 * harshness, break: 0.1 * harshness,
                repetition: 0.08 * harshness, coordinatorDiesAt: events * (1 + kills / 3))
            var state = RunState(prepared)
            if let saved = store.saved { try state.restore(sealed: saved) }
            store.cut(to: state.outputs)
            var loop = CoordinatorLoop(prepared, state, launches: true)
            var world = SimulatedWorld(
                prepared, seed: seed &+ UInt64(kills) << 20, faults: faults
            ) {
                try newSession(prepared)
            }
            do {
                let model = try loop.run(
                    processes: 1 + Int(seed / 5 % 4), in: &world, observer: &store)
                store.recorder.result.model = model.map(\.bitPattern)
                return kills
            } catch is SimulatedWorld.CoordinatorDied {
                kills += 1
            }
        }
    }

    /// Everything that a run remembers is in one of these: what clients carry, corrections, momentum,
    /// rates, dropped clients, evaluations that client processes share.
    private static func scenarios() throws -> [PreparedRun] {
        [
            try prepare(scenario()),
            try prepare(
                scenario(
                    server: "{ kind: hypergradient, rule: additive }",
                    client: "{ kind: delta_sgd, carry: all }", rate: 0.1),
                overrides: [("server.optimizer", "{ kind: sgd, momentum: 0.9 }")]),
            try prepare(
                scenario(server: "constant", client: "constant", rate: 0.1),
                overrides: [("training.correction", "scaffold")]),
            try prepare(
                scenario(server: "constant", client: "constant", rate: 0.1),
                overrides: [("training.correction", "{ kind: feddyn, a: 0.1 }")]),
            try prepare(
                scenario(rounds: 8, client: "{ kind: fedhyper_cl, carry: lr_only }"),
                overrides: [
                    (
                        "clients.devices",
                        "{ samples_per_second: 100, speed_spread: 1, dropout: 0.4 }"
                    ),
                    ("clients.deadline", "0.6"),
                ]),
            try prepare(
                scenario(
                    holdout: "validation_fraction: 0.2",
                    evaluation: "every: 2, per_client: all")),
        ]
    }

    @Test func `give the bits of a run without a kill in 2,000 schedules`() throws {
        let scenarios = try Self.scenarios()
        let expected = try scenarios.map { try runInMemory($0) }
        var all = 0
        for seed: UInt64 in 0..<2_000 {
            let index = Int(seed) % scenarios.count
            var store = Store()
            store.interval = 1 + Int(seed / 11 % 4)
            all += try kills(scenarios[index], seed: seed, &store)
            let problem = store.recorder.result.difference(from: expected[index])
            try #require(problem == nil, "seed \(seed): \(problem ?? "")")
        }
        // The schedules do what they are for.
        #expect(all > 1_500, "\(all)")
    }
}
