import TestSupport
import Testing

extension `The program` {
    /// Promise 1: same scenario, same seed, same bits; whatever processes and connections do.
    @Suite(.slow) struct `Same scenario, same bits` {
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, ["--in-process"])
        }

        @Test func `the scenario of these tests has all rates at work`() throws {
            let run = try Self.reference.get()
            #expect(run.rounds.count == 9)
            #expect(run.clients.count == 1 + 8 * 6)
            #expect(Set(run.rounds("global_rate")).count > 4)
            #expect(Set(run.rounds("local_rate_mean")).count > 4)
            #expect(run.rounds("test_accuracy").last.flatMap { Double($0) } ?? 0 > 0.5)
        }

        @Test(arguments: ["1", "3", "10", "per_client"], ["ipc", "tcp"])
        func `any number of client processes gives the bits of one process without any`(
            processes: String, transport: String
        ) throws {
            let run = try `The program`.files(
                `The program`.scenario,
                ["--processes", processes, "--set", "clients.transport=\(transport)"])
            #expect(run.difference(from: try Self.reference.get()) == nil)
        }

        /// Errors of clients travel with tasks, and each client has its own random numbers.
        @Test(arguments: [
            "client.compression={ kind: top_k, share: 0.05 }",
            "client.compression={ kind: rand_k, share: 0.05, error_feedback: false }",
        ])
        func `compression gives the same bits everywhere too`(update: String) throws {
            let words = ["--set", update, "--set", "server.compression=int8"]
            let reference = try `The program`.files(
                `The program`.scenario, words + ["--in-process"])
            #expect(reference.difference(from: try Self.reference.get()) != nil)
            for (processes, transport) in [("1", "tcp"), ("4", "ipc"), ("4", "tcp")] {
                let run = try `The program`.files(
                    `The program`.scenario,
                    words + [
                        "--processes", processes, "--set", "clients.transport=\(transport)",
                    ])
                #expect(run.difference(from: reference) == nil, "\(processes) over \(transport)")
            }
        }

        @Test(arguments: [["--in-process"], []])
        func `the same run twice gives the same bits`(words: [String]) throws {
            let run = try `The program`.files(`The program`.scenario, words)
            #expect(run.difference(from: try Self.reference.get()) == nil)
        }

        @Test func `another seed gives other bits`() throws {
            let run = try `The program`.files(`The program`.scenario, ["--seed", "8"])
            #expect(run.difference(from: try Self.reference.get()) != nil)
        }

        @Test func `the resolved scenario of a run folder gives the same bits`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            for (scenario, output) in [("small.yaml", "one"), ("one/scenario.yaml", "two")] {
                let ending = try HyperfedProgram.run(
                    ["run", scenario, "--output", output], in: folder)
                try #require(ending.exitCode == 0, "\(ending.errors)")
            }
            let run = try RunFiles(folder, "two")
            #expect(run.difference(from: try Self.reference.get()) == nil)
            // The comments differ: all settings of the second run are from a file.
            func settings(_ path: String) -> [Substring] {
                folder.text(path).split(separator: "\n").map { line in
                    line.prefixMatch(of: /.*?(?=  # )/)?.0 ?? line
                }
            }
            #expect(settings("two/scenario.yaml") == settings("one/scenario.yaml"))
            #expect(settings("one/scenario.yaml").contains("name: small"))
        }

        @Test(.enabled(if: `The program`.hasFashionMNIST, "Fashion-MNIST is not installed"))
        func `Fashion-MNIST gives the same bits everywhere too`() throws {
            let scenario = `The program`.scenario.replacing(
                "{ kind: gaussian_clusters, samples: 1200 }", with: "fashion_mnist")
            let words = ["--rounds", "3", "--set", "training.local_epochs=1"]
            let reference = try `The program`.files(scenario, words + ["--in-process"])
            for processes in ["1", "3", "10"] {
                for transport in ["ipc", "tcp"] {
                    let run = try `The program`.files(
                        scenario,
                        words + [
                            "--processes", processes, "--set", "clients.transport=\(transport)",
                        ])
                    #expect(
                        run.difference(from: reference) == nil, "\(processes) over \(transport)")
                }
            }
        }
    }
}
