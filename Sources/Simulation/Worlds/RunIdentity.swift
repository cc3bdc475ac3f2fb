import Bytes
import Messaging
import Scenarios

/// The facts that a client process must share with the coordinator to take part in a run.
struct RunIdentity {
    /// The program, version and build.
    let program: String
    /// Names the scenario with its data and its partition.
    let scenarioDigest: String
    /// How many client processes there can be. Twice the clients, since one that died holds its
    /// number until that is noticed; and some for those that only stand by.
    let mostProcesses: Int

    init(_ prepared: PreparedRun) {
        program = ProgramIdentity.text
        scenarioDigest = Self.digest(
            scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey)
        mostProcesses = max(2 * prepared.scenario.clients.count, 1024)
    }

    /// The digest of a resolved scenario and of what the keys name.
    static func digest(scenario: String, dataKey: String, partitionKey: String) -> String {
        var digest = ContentDigest()
        for text in [dataKey, partitionKey, scenario] { digest.add("\(text.utf8.count) \(text)") }
        return String(digest.text.prefix(32))
    }

    /// Why a client process can't take part, as a sentence for its user; nil when it can.
    ///
    /// - Parameters:
    ///   - process: the number that it has or would be given.
    ///   - followsRuns: whether it serves one scenario after the other.
    func problem(with hello: Message.Hello, process: UInt32, followsRuns: Bool) -> String? {
        guard hello.programVersion == program else {
            return Self.otherProgram(coordinator: program, client: hello.programVersion)
        }
        // Empty before the first welcome.
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

    /// Two builds, in the words of either side.
    static func otherProgram(coordinator: String, client: String) -> String {
        "hyperfed: expected \(shown(coordinator)) (coordinator), found \(shown(client)) (client"
            + " process); start both from the same program file with the same libraries, since"
            + " another build may give other numbers"
    }
}

/// A text of a peer: not too long, and without what would command a terminal.
private func shown(_ text: String) -> String {
    let known = text.unicodeScalars.prefix(80).map { scalar -> Character in
        scalar.properties.generalCategory == .control ? "?" : Character(scalar)
    }
    return known.isEmpty ? "(no version)" : String(known)
}
