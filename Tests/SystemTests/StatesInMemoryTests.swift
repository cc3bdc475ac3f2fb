import Foundation
import TestSupport
import Testing

extension `The program` {
    /// SCAFFOLD has a vector for each client, and the scheduler one more.
    @Suite struct `with few client states in memory` {
        private static let scenario = """
            seed: 7
            data:
              dataset: { kind: gaussian_clusters, samples: 1200 }
              skew: { kind: dirichlet, alpha: 0.3 }
            clients: { count: 20, per_round: 6, processes: 2 }
            model: { kind: mlp, hidden: [32] }
            training: { rounds: 8, local_epochs: 1, batch_size: 16, correction: scaffold }
            client: { learning_rate: 0.05 }
            server: { weighting: uniform }
            checkpoint: { every: 1 }
            """

        @Test(arguments: ["ipc", "tcp"], [0, 3])
        func `a run has the same bits`(transport: String, states: Int) throws {
            let words = ["--set", "clients.transport=\(transport)"]
            let whole = try files(Self.scenario, words)
            let bounded = try files(
                Self.scenario, words + ["--set", "clients.states_in_memory=\(states)"])
            #expect(whole.difference(from: bounded) == nil)
        }

        @Test func `a run goes on from a checkpoint, also in one process`() throws {
            let whole = try files(Self.scenario)
            for words in [[], ["--in-process"]] {
                let folder = try TemporaryFolder()
                try folder.write("small.yaml", Self.scenario)
                let begun = try HyperfedProgram.run(
                    [
                        "run", "small.yaml", "--quiet", "--output", "result", "--set",
                        "training.rounds=4", "--set", "clients.states_in_memory=2",
                    ] + words, in: folder)
                try #require(begun.exitCode == 0, "\(begun.errors)")
                let ended = try HyperfedProgram.run(
                    ["resume", "result", "--rounds", "8", "--quiet"], in: folder)
                try #require(ended.exitCode == 0, "\(ended.errors)")
                #expect(try RunFiles(folder, "result").model == whole.model)
                let names = try FileManager.default.contentsOfDirectory(
                    atPath: folder.path("result"))
                #expect(!names.contains { $0.hasPrefix(".states") })
            }
        }
    }
}
