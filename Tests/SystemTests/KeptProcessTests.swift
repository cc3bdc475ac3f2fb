import Glibc
import TestSupport
import Testing

extension `The program` {
    /// The client processes of a comparison serve one run after the other. No number depends on
    /// which runs a process has served before.
    @Suite(.slow) struct `Kept client processes` {
        /// Runs that differ in all that a process keeps: the model, the data, what clients carry.
        static let scenario = """
            name: kept
            seed: 3
            data:
              dataset: { kind: gaussian_clusters, samples: 600, features: 12 }
              skew: { kind: dirichlet, alpha: 0.5 }
            clients: { count: 9, per_round: 4, processes: 3 }
            model: { kind: mlp, hidden: [16] }
            training: { rounds: 4, local_epochs: 2, batch_size: 16 }
            client: { learning_rate: 0.05 }
            compare:
              seeds: [1, 2]
              variants:
                plain: {}
                carried: { client.scheduler: { kind: fedhyper_cl, carry: all } }
                scaffold: { training.correction: scaffold, server.weighting: uniform }
                larger: { model.hidden: [64, 32], server.scheduler: fedhyper_g }
                fewer: { clients.per_round: 2, clients.processes: 2 }
                other-data: { data.dataset.features: 20, model: softmax_regression }
                again: { client.learning_rate: 0.06 }

            """
        static let runs = [
            "plain", "carried", "scaffold", "larger", "fewer", "other-data", "again",
        ]
        .flatMap { name in ["\(name)/seed-1", "\(name)/seed-2"] }

        static func folder(_ text: String = scenario) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("kept.yaml", text)
            return folder
        }

        /// The files of all runs of a comparison with these words.
        static func files(_ words: [String]) throws -> [RunFiles] {
            let folder = try folder()
            let ending = try HyperfedProgram.run(
                ["compare", "kept.yaml", "--quiet", "--output", "result"] + words, in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.errors == "")
            return try runs.map { try RunFiles(folder, "result/\($0)") }
        }

        static let reference = Result { try files(["--in-process"]) }

        static func expectEqual(_ files: [RunFiles]) throws {
            for (run, (own, other)) in zip(runs, zip(files, try reference.get())) {
                #expect(own.difference(from: other) == nil, "\(run)")
            }
        }

        @Test(arguments: ["1", "2", "3"], ["ipc", "tcp"])
        func `give the bits of a process that serves one run`(jobs: String, transport: String)
            throws
        {
            try Self.expectEqual(
                try Self.files(["--jobs", jobs, "--set", "clients.transport=\(transport)"]))
        }

        /// The pids of a comparison's client processes, each time that a run has begun.
        @Test func `are the same in all runs`() throws {
            let folder = try Self.folder(
                Self.scenario.replacing("rounds: 4", with: "rounds: 60")
                    .replacing("clients.per_round: 2, clients.processes: 2", with: ""))
            let run = try HyperfedProgram.start(
                ["compare", "kept.yaml", "--quiet", "--output", "result", "--jobs", "1"], in: folder
            )
            var seen: Set<Int32> = []
            _ = eventually(within: 60) {
                seen.formUnion(run.children)
                return !run.isRunning
            }
            #expect(try run.end(within: 60).exitCode == 0)
            #expect(seen.count == 3)
        }

        @Test func `that die in a run or between two are started again`() throws {
            let folder = try Self.folder(
                Self.scenario.replacing("rounds: 4", with: "rounds: 12"))
            let run = try HyperfedProgram.start(
                ["compare", "kept.yaml", "--quiet", "--output", "result", "--jobs", "1"]
                    + ["--set", "training.batch_size=15"], in: folder)
            // After every second run a child is killed, at whatever it does then.
            for index in stride(from: 1, to: Self.runs.count - 1, by: 2) {
                let came = eventually(within: 60) {
                    !run.isRunning
                        || folder.text("result/\(Self.runs[index])/run.json").contains("finished")
                }
                try #require(came)
                if let child = run.children.first { kill(child, SIGKILL) }
            }
            let ending = try run.end(within: 60)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let quiet = try Self.folder(Self.scenario.replacing("rounds: 4", with: "rounds: 12"))
            let other = try HyperfedProgram.run(
                ["compare", "kept.yaml", "--quiet", "--output", "result", "--in-process"]
                    + ["--set", "training.batch_size=15"], in: quiet)
            #expect(other.exitCode == 0)
            for name in Self.runs {
                let files = try RunFiles(folder, "result/\(name)")
                #expect(
                    files.difference(from: try RunFiles(quiet, "result/\(name)")) == nil, "\(name)")
            }
        }
    }
}
