import TestSupport
import Testing

extension `The program` {
    /// Promise 1 for evaluations that client processes share: chunks of a large test part, and the
    /// clients' own samples.
    @Suite(.slow) struct `Shared evaluations` {
        // 3,000 samples x 62,010 parameters: six chunks, and twenty clients.
        private static let scenario =
            `The program`.scenario
            .replacing("samples: 1200", with: "samples: 1200, test_samples: 3000")
            .replacing(
                "  skew:", with: "  validation_fraction: 0.1\n  client_test_fraction: 0.2\n  skew:"
            )
            .replacing("hidden: [32]", with: "hidden: [2000]")
            + "\nevaluation: { every: 2, per_client: all }\n"
        private static let reference = Result {
            try `The program`.files(scenario, ["--in-process"])
        }

        @Test func `are written for every client and every evaluated round`() throws {
            let run = try Self.reference.get()
            #expect(run.evaluations.count == 1 + 4 * 20)
            #expect(
                run.rounds("test_accuracy").map(\.isEmpty) == [
                    true, false, true, false, true, false, true, false,
                ])
            #expect(Set(run.rounds("test_rmse")) == ["NaN"])
        }

        @Test(arguments: ["1", "4", "per_client"], ["ipc", "tcp"])
        func `any number of client processes gives the bits of one process without any`(
            processes: String, transport: String
        ) throws {
            let run = try `The program`.files(
                Self.scenario,
                ["--processes", processes, "--set", "clients.transport=\(transport)"])
            #expect(run.difference(from: try Self.reference.get()) == nil)
        }

        @Test func `killed client processes don't change them`() throws {
            // Most of the time is evaluation, so that kills hit it.
            let words = ["--rounds", "40", "--set", "evaluation.every=1"]
            let expected = try `The program`.files(Self.scenario, words + ["--in-process"])
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            let kills = 6
            try `The program`.killChildren(
                of: run, folder, times: kills, from: 1, every: 5)
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let restarts = ending.errors.split(separator: "\n").count {
                $0.hasSuffix("died; starting it again")
            }
            #expect(restarts == kills, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: expected) == nil)
        }

        @Test func `validate says what clients hold out`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(
                ending.output.contains(
                    /\nparts of the clients' samples: training \d+ \(\d+ to \d+ a client\), validation/
                )
            )
        }

        @Test func `a target of the wrong kind is refused`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--set", "evaluation.target_rmse=1"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.hasSuffix(
                    "evaluation.target_rmse: expected numbers to predict, found the classes of"
                        + " gaussian_clusters; use evaluation.target_accuracy\n"))
        }
    }
}
