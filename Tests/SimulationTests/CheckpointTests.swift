import Federation
import Scenarios
import Simulation
import TestSupport
import Testing

@Suite struct `Checkpoints` {
    @Test func `are due by the clock, by rounds, or never`() {
        var clock = CheckpointInterval(.automatic, at: 100)
        #expect(!clock.isDue(rounds: 1, at: 129.9) && clock.isDue(rounds: 1, at: 130))
        // One that takes 2 s is followed by 200 s without one: that is 1 % of the time.
        clock.record(from: 130, to: 132)
        #expect(!clock.isDue(rounds: 9, at: 331.9) && clock.isDue(rounds: 9, at: 332))
        clock.record(from: 332, to: 332.01)
        #expect(!clock.isDue(rounds: 9, at: 362) && clock.isDue(rounds: 9, at: 362.1))
        let rounds = CheckpointInterval(.rounds(3), at: 0)
        #expect((1...9).filter { rounds.isDue(rounds: $0, at: 1e9) } == [3, 6, 9])
        let never = CheckpointInterval(.never, at: 0)
        #expect(!never.isOn && !never.isDue(rounds: 9, at: 1e9))
    }

    private func run(_ prepared: PreparedRun, in folder: TemporaryFolder, resume: Bool = false)
        throws
    {
        var options = RunOptions(folder: folder.path("run"), quiet: true, inProcess: true)
        if resume { options.mode = .resume() }
        _ = try Simulation.run(prepared, options, cache: try testCache())
    }

    /// 40 rounds append 2 vectors of 420 kB each: 34 MB without an end.
    @Test func `begin a new file of vectors when most of the old one is out of date`() throws {
        let prepared = try prepare(
            scenario(
                rounds: 40, server: "constant", client: "constant", rate: 0.01,
                model: "{ kind: mlp, hidden: [1000] }", length: "local_steps: 1",
                evaluation: "every: 0"),
            overrides: [
                ("training.correction", "scaffold"), ("checkpoint.every", "1"),
                ("data.dataset.features", "100"), ("clients.count", "4"),
                ("clients.per_round", "2"),
            ])
        let folder = try TemporaryFolder()
        try run(prepared, in: folder)
        let names = folder.names(in: "run/checkpoints")
        let vectors = names.filter { $0.hasSuffix(".vectors") }
        #expect(names.count { $0.hasSuffix(".checkpoint") } == 2)
        #expect(
            (1...2).contains(vectors.count) && !vectors.contains("clients-1.vectors"), "\(names)")
        for name in vectors {
            #expect(try folder.bytes("run/checkpoints/\(name)").count < 10 << 20)
        }
        var found = try Resumption(folder.path("run"), prepared, stretchesSchedules: false)
        #expect(found.rounds == 40 && found.warnings == [])
        _ = found.takeState(prepared)
    }

    @Test func `are not written where nobody wants them`() throws {
        let folder = try TemporaryFolder()
        try run(
            try prepare(scenario(rounds: 2), overrides: [("checkpoint.every", "off")]), in: folder)
        #expect(!folder.has("run/checkpoints"))
    }

    /// Leftovers of a process that was killed while it wrote.
    @Test func `leave no temporary files behind`() throws {
        let folder = try TemporaryFolder()
        let prepared = try prepare(scenario(), overrides: [("checkpoint.every", "2")])
        try run(prepared, in: folder)
        let leftover = "run/checkpoints/round-00000005.checkpoint.77-0.part"
        try folder.write(leftover, "half of it")
        try folder.write("run/checkpoints/mine.txt", "not hyperfed's")
        try run(prepared, in: folder, resume: true)
        #expect(!folder.has(leftover) && folder.has("run/checkpoints/mine.txt"))
    }

    /// A signal at any moment: the state that is left is that of the last round with rows, or there
    /// is none.
    @Test(.slow) func `after a signal continue with the same bits`() throws {
        let prepared = try prepare(
            scenario(
                rounds: 4, client: "{ kind: delta_sgd, carry: all }",
                model: "{ kind: mlp, hidden: [1500] }", length: "local_steps: 1",
                testSamples: 6200, holdout: "validation_fraction: 0.2",
                evaluation: "every: 1, per_client: all"))
        let expected = try runInMemory(prepared)
        var (continued, committing) = (0, 0)
        for milliseconds in stride(from: 20, to: 2400, by: 61) {
            var store = Recorder()
            var world = SimulatedWorld(
                prepared, seed: 5, faults: Faults(signalAt: milliseconds)
            ) {
                try newSession(prepared)
            }
            var loop = CoordinatorLoop(prepared, RunState(prepared), launches: true)
            do {
                _ = try loop.run(processes: 2, in: &world, observer: &store)
                continue
            } catch RunStopped.interrupted {
                if loop.isCommitting {
                    committing += 1
                    continue
                }
            }
            #expect(Int(loop.state.rounds) == store.result.records.count)
            var state = RunState(prepared)
            try state.restore(sealed: loop.state.sealed())
            var rest = CoordinatorLoop(prepared, state, launches: true)
            var other = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
            let model = try rest.run(processes: 1, in: &other, observer: &store)
            store.result.model = model.map(\.bitPattern)
            #expect(store.result.difference(from: expected) == nil, "\(milliseconds) ms")
            continued += 1
        }
        #expect(continued > 10, "\(continued), \(committing)")
    }
}
