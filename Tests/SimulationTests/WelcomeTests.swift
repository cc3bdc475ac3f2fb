import Federation
import Messaging
import Models
import Scenarios
import Simulation
import Testing

/// What a client process compares before it serves a run.
@Suite struct `A welcome` {
    private static let scenario = """
        seed: 3
        data: { dataset: { kind: gaussian_clusters, samples: 60, test_samples: 20, features: 4 } }
        clients: { count: 3, per_round: 2 }
        training: { rounds: 2 }

        """

    private func prepared(_ text: String = scenario) throws -> PreparedRun {
        let file = try ScenarioFile(text: text, file: "small.yaml", workingFolder: "/tmp")
        return try PreparedRun(file.baseRun(), cache: try testCache())
    }

    private func welcome(_ prepared: PreparedRun) -> Message.Welcome {
        Message.Welcome(
            run: 1, process: 0, programVersion: ProgramIdentity.text, scenario: prepared.resolved,
            dataKey: prepared.dataKey, partitionKey: prepared.partitionKey, sharedBlock: "",
            parameterCount: UInt64(prepared.network.parameterCount))
    }

    @Test func `that fits is taken, and so is the next one of the same scenario`() throws {
        var session = ClientSession(cache: try testCache())
        let prepared = try prepared()
        #expect(session.scenarioDigest == "")
        #expect(session.welcome(welcome(prepared)) == nil)
        let digest = session.scenarioDigest
        #expect(digest.count == 32)
        var again = welcome(prepared)
        again.run = 2
        #expect(session.welcome(again) == nil && session.scenarioDigest == digest)
    }

    @Test func `of another build, partition, data set or model is refused in words`() throws {
        let prepared = try prepared()
        func refusal(_ change: (inout Message.Welcome) -> Void) throws -> String {
            var session = ClientSession(cache: try testCache())
            var welcome = welcome(prepared)
            change(&welcome)
            let problem = session.welcome(welcome)
            #expect(session.scenarioDigest == "")
            return problem ?? "taken"
        }
        let build = try refusal { $0.programVersion = "0.1.0 build ff\u{1B}" }
        #expect(build.hasPrefix("hyperfed: expected 0.1.0 build ff? (coordinator), found "))
        #expect(build.contains(", found \(ProgramIdentity.text) (client process); start both from"))
        #expect(
            try refusal { $0.partitionKey = "partition-other" }
                == "data.skew: expected a partition with the key partition-other (coordinator), found"
                + " the key \(prepared.partitionKey) (this machine); use the same hyperfed on both"
                + " sides")
        #expect(
            try refusal { $0.dataKey = "other" }
                == "data.dataset: expected data with the key other (coordinator), found the key"
                + " \(prepared.dataKey) (this machine); use the same data files on both sides")
        let count = prepared.network.parameterCount
        #expect(
            try refusal { $0.parameterCount += 1 }
                == "model: expected \(count + 1) parameters (coordinator), found \(count) (this"
                + " machine); use the same hyperfed on both sides")
    }

    @Test func `of another scenario than the one served before is refused`() throws {
        var session = ClientSession(cache: try testCache())
        #expect(session.welcome(welcome(try prepared())) == nil)
        let digest = session.scenarioDigest
        let other = try prepared(Self.scenario.replacing("rounds: 2", with: "rounds: 3"))
        #expect(
            session.welcome(welcome(other))
                == "scenario: expected the one that this client process has served, found another;"
                + " start the client again")
        #expect(session.scenarioDigest == digest)
    }

    /// A process that the coordinator started serves one scenario after the other.
    @Test func `of another scenario is taken by a process that follows its coordinator`() throws {
        var session = ClientSession(cache: try testCache(), followsRuns: true)
        let first = try prepared()
        #expect(session.welcome(welcome(first)) == nil)
        let digest = session.scenarioDigest
        let other = try prepared(
            Self.scenario.replacing("features: 4", with: "features: 5")
                .replacing("count: 3", with: "count: 4"))
        var next = welcome(other)
        next.run = 2
        #expect(session.welcome(next) == nil)
        #expect(session.scenarioDigest != digest)
        // A task of the run before is not done with the new model.
        let task = Message.Task(
            run: 1, task: ClientTask(round: 0, client: 2, attempt: 1, localRate: 0.1),
            model: ModelSource(version: 0), sharedSlot: -1,
            parameterCount: UInt64(first.network.parameterCount))
        guard case .failed = session.perform(task).message else {
            Issue.record("the task of another run was done")
            return
        }
        // And back: what was kept of the second run does not stand in the way.
        #expect(session.welcome(welcome(first)) == nil && session.scenarioDigest == digest)
        var changed = welcome(other)
        changed.dataKey = "other"
        #expect(session.welcome(changed)?.hasPrefix("data.dataset: expected data") == true)
    }

    @Test func `a task whose model is not there fails in words`() throws {
        var session = ClientSession(cache: try testCache())
        let prepared = try prepared()
        #expect(session.welcome(welcome(prepared)) == nil)
        for (slot, problem) in [
            (-1, "expected the global model of this round before the task, found none"),
            (
                1,
                "expected the global model of this round in slot 1 of shared memory, found no such"
                    + " slot"
            ),
        ] as [(Int32, String)] {
            let task = Message.Task(
                run: 1, task: ClientTask(round: 4, client: 2, attempt: 1, localRate: 0.1),
                model: ModelSource(version: 4, slot: slot), sharedSlot: -1,
                parameterCount: UInt64(prepared.network.parameterCount))
            guard case .failed(let failed) = session.perform(task).message,
                case .broken(let fault) = failed.failure
            else {
                Issue.record("the task was done")
                continue
            }
            #expect(fault.reason == problem)
        }
    }

    @Test func `the build is told by sixteen digits`() {
        #expect(ProgramIdentity.text.wholeMatch(of: /0\.1\.0 build [0-9a-f]{16}/) != nil)
    }
}
