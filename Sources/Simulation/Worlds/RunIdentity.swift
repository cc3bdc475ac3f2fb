import Bytes
import Messaging
import Scenarios

/// The facts that a client process must share with the coordinator to take part in a run.
struct RunIdentity {
    /// The version and build of the program.
    let program: String
    /// The digest of the scenario with its data and its partition.
    let scenarioDigest: String
    /// The largest number of client processes. It is twice the number of clients, because the
    /// number of a dead process is free only after a while. Some more are for processes that only
    /// stand by.
    let mostProcesses: Int

    init(_ prepared: PreparedRun) {
        program = ProgramIdentity.text
        scenarioDigest = Self.digest(
            scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey)
        mostProcesses = max(2 * prepared.scenario.clients.count, 1024)
    }

    /// Returns the digest of a resolved scenario and of the data and partition that the keys name.
    static func digest(scenario: String, dataKey: String, partitionKey: String) -> String {
        var digest = ContentDigest()
        for text in [dataKey, partitionKey, scenario] { digest.add("\(text.utf8.count) \(text)") }
        return String(digest.text.prefix(32))
    }

    /// Returns why a client process cannot take part, as a sentence for its user. Returns nil if it
    /// can.
    ///
    /// - Parameters:
    ///   - process: the number that the process has or would get.
    ///   - followsRuns: whether the process serves one scenario after the other.
    func problem(with hello: Message.Hello, process: UInt32, followsRuns: Bool) -> String? {
        guard hello.programVersion == program else {
            return Self.otherProgram(coordinator: program, client: hello.programVersion)
        }
        // The digest is empty before the first welcome.
        guard
            hello.scenarioDigest.isEmpty || hello.scenarioDigest == scenarioDigest || followsRuns
        else {
            return
                "scenario: expected the digest \(scenarioDigest) (coordinator), found"
                + " \(shown(hello.scenarioDigest)) (client process); start the client again"
        }
        guard process < mostProcesses else {
            return hello.process == Message.Hello.anyProcess
                ? "expected at most \(mostProcesses) client processes, found as many already; start"
                    + " fewer"
                : "expected a process number from 0 to \(mostProcesses - 1), found \(process);"
                    + " leave --process out"
        }
        return nil
    }

    /// Describes two different builds, for the messages of both sides.
    static func otherProgram(coordinator: String, client: String) -> String {
        "hyperfed: expected \(version(coordinator)) (coordinator), found \(version(client)) (client"
            + " process); start both from the same program file with the same libraries, since"
            + " another build may give other numbers"
    }
}

/// Returns the program version of a peer for a message.
private func version(_ text: String) -> String { text.isEmpty ? "(no version)" : shown(text) }
