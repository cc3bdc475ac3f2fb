import Federation
import Models
import Simulation
import TestSupport
import Testing

@Suite struct `Runs in a simulated world` {
    struct Ending {
        var recorder = Recorder()
        var deaths = 0
        var repetitions = 0
        var evaluations = 0
        var silences = 0
        var awakenings = 0
        var damages = 0
        var sums = (used: 0, lost: 0)
        var error: (any Error)?
    }

    func run(
        _ prepared: PreparedRun, seed: UInt64, processes: Int, faults: Faults,
        launches: Bool = true
    ) -> Ending {
        var world = SimulatedWorld(prepared, seed: seed, faults: faults) {
            try newSession(prepared)
        }
        var ending = Ending()
        do {
            let model = try runRounds(
                prepared, processes: processes, launches: launches, in: &world,
                observer: &ending.recorder)
            ending.recorder.result.model = model.map(\.bitPattern)
            if world.unreleased != 0 {
                throw SimulatedWorld.Impossible(description: "\(world.unreleased) bodies kept")
            }
        } catch {
            ending.error = error
        }
        ending.deaths = world.deaths
        ending.repetitions = world.repetitions
        ending.evaluations = world.evaluations
        ending.silences = world.silences
        ending.awakenings = world.awakenings
        ending.damages = world.damages
        ending.sums = world.sums
        return ending
    }

    /// How a run ends under the faults of a seed; nil, and an issue, where it fails or its bits are
    /// not the expected ones.
    func ending(
        _ prepared: PreparedRun, seed: UInt64, mustBe expected: RunResult, hang: Double = 0,
        damage: Double = 0, falseClaims: Double = 0, sums: Bool = false
    ) -> Ending? {
        let harshness = Double(seed % 5)
        let faults = Faults(
            meanLifetime: seed % 7 == 0 ? nil : 2000 / (1 + 2 * harshness),
            deathAfterSending: 0.02 * harshness, break: 0.15 * harshness,
            repetition: 0.08 * harshness, hang: hang, damage: damage, falseClaims: falseClaims,
            sums: sums)
        let ending = run(
            prepared, seed: seed, processes: 1 + Int(seed / 5 % 5), faults: faults)
        let problem =
            ending.error.map { "\($0)" } ?? ending.recorder.result.difference(from: expected)
        if let problem {
            Issue.record("seed \(seed): \(problem)")
            return nil
        }
        return ending
    }

    /// Promise 1 under faults: whatever dies, breaks, comes late or twice, the bits are those of a
    /// run in memory.
    @Test(.slow) func `600 fault schedules give the bits of a run in memory`() throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        #expect(expected.records.count == 6 && expected.reports.count == 24)
        var (deaths, repetitions, dropped) = (0, 0, 0)
        for seed: UInt64 in 0..<600 {
            guard let ending = ending(prepared, seed: seed, mustBe: expected) else { return }
            deaths += ending.deaths
            repetitions += ending.repetitions
            dropped += ending.recorder.warnings.count { $0.contains("found a report of client") }
        }
        // The schedules do what they are for.
        #expect(deaths > 1000 && repetitions > 1000 && dropped > 1000)
    }

    /// Who drops out, comes late or diverges follows from the seed, and no real fault changes it.
    @Test(.slow) func `dropped clients under faults give the bits of a run in memory, too`() throws
    {
        let text = scenario(
            rounds: 12, server: "constant", rate: 8, model: "{ kind: mlp, hidden: [8] }")
        let prepared = try prepare(
            text,
            overrides: [
                ("clients.devices", "{ samples_per_second: 100, speed_spread: 1, dropout: 0.5 }"),
                ("clients.deadline", "0.6"), ("clients.sampling", "with_replacement"),
                ("training.on_divergence", "drop_client"),
            ])
        let expected = try runInMemory(prepared)
        let reasons = Set(expected.records.flatMap(\.drops).map(\.reason))
        #expect(reasons == [.droppedOut, .late, .diverged])
        #expect(expected.records.contains { $0.isVoid })
        var deaths = 0
        for seed: UInt64 in 0..<150 {
            guard let ending = ending(prepared, seed: seed, mustBe: expected) else { return }
            deaths += ending.deaths
        }
        #expect(deaths > 100)
    }

    /// Thirteen chunks of the test part and twelve clients are evaluated after every second round.
    func evaluating(server: String = "fedhyper_g") throws -> PreparedRun {
        try prepare(
            scenario(
                rounds: 5, server: server, model: "{ kind: mlp, hidden: [1500] }",
                length: "local_steps: 1",
                testSamples: 6200, holdout: "validation_fraction: 0.2",
                evaluation: "every: 2, per_client: all"))
    }

    @Test(.slow) func `evaluations under faults give the bits of a run in memory, too`() throws {
        let prepared = try evaluating()
        #expect(6200 * prepared.network.parameterCount > Evaluator.sharedWork)
        let expected = try runInMemory(prepared)
        #expect(expected.evaluations.count == 3 * 12)
        #expect(expected.records.map { $0.testLoss == nil } == [true, false, true, false, false])
        var (deaths, evaluations, dropped) = (0, 0, 0)
        for seed: UInt64 in 0..<100 {
            guard let ending = ending(prepared, seed: seed, mustBe: expected) else { return }
            deaths += ending.deaths
            evaluations += ending.evaluations
            dropped += ending.recorder.warnings.count {
                $0.contains("found a part of an evaluation")
            }
        }
        #expect(deaths > 200 && dropped > 200)
        // Some were done twice.
        #expect(evaluations > 100 * 3 * (13 + 12) + 200)
    }

    @Test(.slow) func `nor do models that are evaluated only`() throws {
        let prepared = try evaluating(server: "fedexp")
        let expected = try runInMemory(prepared)
        for seed: UInt64 in 0..<40 {
            try #require(ending(prepared, seed: seed, mustBe: expected) != nil)
        }
    }

    @Test func `a part of an evaluation that ends every process ends the run`() throws {
        let ending = run(
            try evaluating(), seed: 1, processes: 3,
            faults: Faults(evaluationKiller: 4, spares: false))
        #expect(
            try stopped(ending).description
                == "round 1: expected sums of an evaluation, found that the task ended 3 client"
                + " processes; read their last lines above")
        #expect(ending.recorder.result.records.count == 1)
        // A death before the last report has arrived is counted as that report's task's.
        #expect((3...5).contains(ending.deaths))
    }

    @Test func `the same seed is the same schedule`() throws {
        let prepared = try prepare(scenario())
        let faults = Faults(
            meanLifetime: 300, deathAfterSending: 0.1, break: 0.5, repetition: 0.2)
        let first = run(prepared, seed: 3, processes: 3, faults: faults)
        let second = run(prepared, seed: 3, processes: 3, faults: faults)
        #expect(first.error == nil)
        #expect(!first.recorder.warnings.isEmpty)
        #expect(first.recorder.warnings == second.recorder.warnings)
        #expect(
            run(prepared, seed: 4, processes: 3, faults: faults).recorder.warnings
                != first.recorder.warnings)
    }

    private func stopped(_ ending: Ending) throws -> RunStopped {
        try #require(ending.error as? RunStopped, "\(String(describing: ending.error))")
    }

    @Test(arguments: 1...4)
    func `a client whose task ends every process ends the run and is named`(processes: Int) throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        let client = expected.reports[5].client
        let first = try #require(expected.reports.first { $0.client == client })
        let ending = run(
            prepared, seed: 1, processes: processes,
            faults: Faults(killer: client, spares: false))
        #expect(
            try stopped(ending).description
                == "round \(first.round), client \(client): expected a report, found that the task"
                + " ended 3 client processes; read their last lines above")
        #expect(ending.recorder.result.records == Array(expected.records.prefix(Int(first.round))))
        #expect(ending.deaths == 3)
    }

    @Test(arguments: [1, 3, 8])
    func `processes that all die at once end the run`(processes: Int) throws {
        let ending = run(
            try prepare(scenario()), seed: 1, processes: processes,
            faults: Faults(diesAtStart: true, spares: false))
        #expect(
            try stopped(ending).description
                == "client processes: expected one that finishes a task, found 5 in a row that ended"
                + " before; read their last lines above")
        #expect(ending.recorder.result.records.isEmpty)
    }

    /// With the first rate a loss is not finite, with the second an update leaves the grid. Several
    /// clients of the cohort diverge; which one is named must not depend on who was first.
    @Test(arguments: [1e39, 2e4])
    func `a client that diverges ends the run, and it is always the same one`(rate: Double) throws {
        let prepared = try prepare(scenario(client: "constant", rate: rate))
        let cohort = Cohort.draw(seed: 7, round: 0, clients: 12, size: 4)
        let expected = #expect(throws: RunStopped.self) { try runInMemory(prepared) }
        let message = try #require(expected).description
        #expect(message.hasPrefix("round 0, client \(cohort[0]): "))
        #expect(
            message.hasSuffix(
                " with local rate \(rate); lower client.learning_rate or bound the scheduler more"
                    + " tightly"))
        for seed: UInt64 in 0..<40 {
            let faults = Faults(
                meanLifetime: 400, deathAfterSending: 0.05, break: 0.2, repetition: 0.2)
            let ending = run(
                prepared, seed: seed, processes: 1 + Int(seed % 4),
                faults: seed < 4 ? Faults() : faults)
            #expect(try stopped(ending).description == message, "seed \(seed)")
            #expect(ending.recorder.result.records.isEmpty)
        }
    }

    @Test func `a signal interrupts the run in its round`() throws {
        let prepared = try prepare(scenario())
        let expected = try runInMemory(prepared)
        var rounds: Set<UInt32> = []
        for milliseconds in stride(from: 0, to: 600, by: 50) {
            let ending = run(
                prepared, seed: 1, processes: 3, faults: Faults(signalAt: milliseconds))
            guard case .interrupted(2, let round) = try stopped(ending) else {
                Issue.record("\(milliseconds) ms: \(String(describing: ending.error))")
                continue
            }
            #expect(try stopped(ending).description == "interrupted in round \(round)")
            #expect(ending.recorder.result.records == Array(expected.records.prefix(Int(round))))
            rounds.insert(round)
        }
        #expect(rounds.count > 1)
    }
}
