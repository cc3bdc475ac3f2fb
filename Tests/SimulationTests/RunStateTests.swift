import Bytes
import Federation
import Reporting
import Simulation
import TestSupport
import Testing

/// What a run remembers between rounds. A part that is not saved shows as other bits after a round.
@Suite struct `The run state` {
    /// A run from its first round to its last, in one piece. It keeps the state after each round.
    private struct Witness: RunObserver {
        var recorder = Recorder()
        var states: [[UInt8]] = []

        mutating func committed(
            _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
        ) { recorder.committed(record, reports, evaluations) }

        mutating func warn(_ text: String) { recorder.warn(text) }

        /// As if each round were a line of seven bytes.
        var positions: [OutputPosition] {
            [OutputPosition(file: "rounds.csv", bytes: 7 * UInt64(states.count + 1))]
        }

        mutating func ended(_ state: borrowing RunState) { states.append(state.sealed()) }
    }

    /// Runs on from a state in a new world, as a new process would; returns the state after it.
    private func runOn(
        _ one: RunStateCase, from sealed: [UInt8]?, until end: Int? = nil, processes: Int,
        _ observer: inout some RunObserver
    ) throws -> (state: [UInt8], summary: RunSummary, model: [UInt32]) {
        let prepared = try one.prepared()
        var state = RunState(prepared)
        if let sealed {
            try state.restore(sealed: sealed)
            try #require(state.sealed() == sealed)
        }
        var world = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
        var loop = CoordinatorLoop(prepared, state, launches: true)
        let model = try loop.run(
            until: end, processes: processes, in: &world, observer: &observer)
        return (loop.state.sealed(), loop.state.summary, model.map(\.bitPattern))
    }

    @Test(.slow, arguments: RunStateCase.all)
    func `saved and restored after every round equals never saved`(one: RunStateCase) throws {
        var witness = Witness()
        let whole = try runOn(one, from: nil, processes: 1, &witness)
        let rounds = witness.states.count
        try #require(rounds >= 5 && witness.recorder.result.records.count == rounds)
        var recorder = Recorder()
        var state: [UInt8]?
        for round in 1...rounds {
            state = try runOn(
                one, from: state, until: round, processes: 1 + round % 3, &recorder
            ).state
        }
        let last = try runOn(one, from: state, processes: 1, &recorder)
        #expect(recorder.result.difference(from: witness.recorder.result) == nil)
        #expect(recorder.warnings == witness.recorder.warnings)
        #expect(last.model == whole.model)
        #expect(last.summary.evaluations == whole.summary.evaluations)
        #expect(last.summary.finalValue == whole.summary.finalValue)
        #expect(last.summary.bestValue == whole.summary.bestValue)
        #expect(last.summary.roundsToTarget == whole.summary.roundsToTarget)
        #expect(last.summary.simulatedSeconds == whole.summary.simulatedSeconds)
        #expect(last.summary.bytes == whole.summary.bytes)
        #expect(last.summary.dropWarning == whole.summary.dropWarning)
        #expect(last.summary.rounds == rounds && last.summary.seconds > 0)
    }

    /// A state of the middle of the run is as good as one of the round before: nothing is left
    /// behind in the process that saved it.
    @Test(arguments: [1, 2, 4]) func `a run continues from any round's state`(round: Int) throws {
        for one in RunStateCase.all where one.name.contains("correction") {
            var witness = Witness()
            let whole = try runOn(one, from: nil, processes: 2, &witness)
            var state = RunState(try one.prepared())
            try state.restore(sealed: witness.states[round - 1])
            #expect(Int(state.rounds) == round && state.summary.rounds == round)
            #expect(state.outputs.map(\.file) == ["rounds.csv"])
            #expect(state.outputs.map(\.bytes) == [7 * UInt64(round)])
            var recorder = Recorder()
            let rest = try runOn(
                one, from: witness.states[round - 1], processes: 1, &recorder)
            #expect(rest.model == whole.model, "\(one.name)")
        }
    }

    @Test func `the cases show what they are meant to show`() throws {
        func warnings(_ name: String) throws -> [String] {
            let one = try #require(RunStateCase.all.first { $0.name == name })
            var witness = Witness()
            _ = try runOn(one, from: nil, processes: 1, &witness)
            return witness.recorder.warnings
        }
        #expect(try warnings("rates that are warned of").contains { $0.contains("saturates") })
        #expect(
            try warnings("rounds that are void, and clients that are late").contains {
                $0.contains("is void")
            })
        #expect(
            try warnings("clients that diverge and are dropped").contains {
                $0.contains("dropped from the round")
            })
    }
}
