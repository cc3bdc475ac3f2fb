import Foundation
import Glibc
import TestSupport
import Testing

/// All tests with real processes. One at a time: each starts several, and cores are few.
@Suite(.serialized) struct `The program` {
    /// A small scenario in which everything is at work: skew, carried client states, both rates.
    static let scenario = """
        name: small
        seed: 7
        data:
          dataset: { kind: gaussian_clusters, samples: 1200 }
          skew: { kind: dirichlet, alpha: 0.3 }
        clients: { count: 20, per_round: 6, processes: 3 }
        model: { kind: mlp, hidden: [32] }
        training: { rounds: 8, local_epochs: 2, batch_size: 16 }
        client:
          learning_rate: 0.05
          scheduler: { kind: fedhyper_cl, carry: lr_only }
        server:
          scheduler: fedhyper_g
        """

    static let hasFashionMNIST = FileManager.default.fileExists(
        atPath: "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz")

    /// Whether python3 is there with these modules.
    static func hasPython(_ modules: String...) -> Bool {
        let code = modules.isEmpty ? "" : "import \(modules.joined(separator: ", "))"
        return (try? python(code, []))?.exitCode == 0
    }

    /// Runs a Python program.
    static func python(_ code: String, _ arguments: [String]) throws -> HyperfedProgram.Ending {
        let folder = try TemporaryFolder()
        return try RunningProgram("/usr/bin/env", ["python3", "-c", code] + arguments, in: folder)
            .end(within: 60)
    }

    /// Runs a scenario with these words behind `run`, quietly, and reads its files.
    static func files(_ scenario: String = scenario, _ words: [String] = []) throws -> RunFiles {
        let folder = try TemporaryFolder()
        try folder.write("small.yaml", scenario)
        let ending = try HyperfedProgram.run(
            ["run", "small.yaml", "--quiet", "--output", "result"] + words, in: folder)
        try #require(ending.exitCode == 0, "\(ending.errors)")
        #expect(ending.errors == "")
        return try RunFiles(folder, "result")
    }

    /// How a client connects to a coordinator that waits, as the coordinator has printed it.
    struct Way {
        /// The words behind `hyperfed client`.
        let words: [String]

        /// Waits for the line of a coordinator that starts.
        init(to coordinator: RunningProgram) throws {
            let prefix = "waiting for clients: hyperfed client "
            let isReady = eventually(within: 20) {
                !coordinator.isRunning
                    || coordinator.errors.contains(prefix) && coordinator.errors.hasSuffix("\n")
            }
            let line = coordinator.errors.split(separator: "\n").first { $0.hasPrefix(prefix) }
            try #require(isReady && line != nil, "\(coordinator.errors)")
            words = (line ?? "").dropFirst(prefix.count).split(separator: " ").map {
                $0.trimmingCharacters(in: ["'"])
            }
        }

        var endpoint: String { words[1] }
        var port: String { String(endpoint.split(separator: ":").last ?? "") }
    }

    /// How many rounds a run has written so far.
    static func rounds(_ folder: TemporaryFolder, _ output: String) -> Int {
        max(0, folder.text("\(output)/rounds.csv").count { $0 == "\n" } - 1)
    }

    /// Waits until a run has written so many rounds.
    static func waitForRounds(_ count: Int, _ folder: TemporaryFolder, _ run: RunningProgram) throws
    {
        let came = eventually(within: 30) { !run.isRunning || rounds(folder, "result") >= count }
        try #require(came && rounds(folder, "result") >= count, "\(run.errors)")
    }

    /// The endpoint of a coordinator, as soon as it waits for client processes there.
    static func endpoint(of run: RunningProgram) throws -> String {
        let isWaiting = eventually(within: 20) {
            run.errors.contains("waiting for clients: ") && run.errors.hasSuffix("\n")
        }
        try #require(isWaiting, "\(run.errors)")
        return String(run.errors.dropLast().split(separator: " ").last ?? "")
    }

    /// Kills a client process each time that so many rounds more are done, from the first round on
    /// that is given.
    static func killChildren(
        of run: RunningProgram, _ folder: TemporaryFolder, times kills: Int, from first: Int,
        every rounds: Int
    ) throws {
        for kill in 0..<kills {
            try waitForRounds(first + rounds * kill, folder, run)
            let children = run.children
            try #require(!children.isEmpty)
            Glibc.kill(children[kill % children.count], SIGKILL)
        }
    }
}
