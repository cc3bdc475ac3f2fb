import Foundation
import TestSupport
import Testing

extension `The program` {
    /// A million clients that draw with replacement from 1,200 samples.
    @Suite struct `with a million clients` {
        private static func scenario(_ scheduler: String = "fedhyper_cl, carry: lr_only") -> String
        {
            """
            seed: 7
            data:
              dataset: { kind: gaussian_clusters, samples: 1200 }
              skew: { kind: dirichlet, procedure: with_replacement, samples_per_client: 20 }
            clients: { count: 1000000, per_round: 50, processes: 2 }
            model: softmax_regression
            training: { rounds: 4, local_epochs: 1, batch_size: 8 }
            client: { learning_rate: 0.05, scheduler: { kind: \(scheduler) } }
            server: { scheduler: fedhyper_g }
            checkpoint: { every: 1 }
            """
        }

        @Test func `a run has the same bits on any number of processes`() throws {
            let one = try files(Self.scenario())
            let other = try files(Self.scenario(), ["--set", "clients.processes=3"])
            #expect(one.difference(from: other) == nil)
            // Only the clients that took part have rows.
            #expect(one.clients.count == 1 + 4 * 50)
        }

        @Test func `a run leaves files that do not grow with the clients`() throws {
            let folder = try TemporaryFolder()
            try folder.write("many.yaml", Self.scenario())
            for (name, count) in [("many", 1_000_000), ("few", 20_000)] {
                let ending = try HyperfedProgram.run(
                    [
                        "run", "many.yaml", "--quiet", "--output", name, "--set",
                        "clients.count=\(count)",
                    ], in: folder)
                try #require(ending.exitCode == 0, "\(ending.errors)")
            }
            let (names, others) = try (
                FileManager.default.subpathsOfDirectory(atPath: folder.path("many")).sorted(),
                FileManager.default.subpathsOfDirectory(atPath: folder.path("few")).sorted()
            )
            #expect(names == others && !names.contains("partition.csv"))
            // Client numbers have more digits, and no other byte is added.
            for name in names {
                let (many, few) = (folder.text("many/\(name)"), folder.text("few/\(name)"))
                #expect(many.utf8.count < few.utf8.count + 1000, "\(name)")
            }
        }

        @Test func `a run goes on from a checkpoint`() throws {
            let whole = try files(Self.scenario())
            let folder = try TemporaryFolder()
            try folder.write("many.yaml", Self.scenario())
            for words in [
                ["run", "many.yaml", "--set", "training.rounds=2", "--output", "result"],
                ["resume", "result", "--rounds", "4"],
            ] {
                let ending = try HyperfedProgram.run(words + ["--quiet"], in: folder)
                try #require(ending.exitCode == 0, "\(ending.errors)")
            }
            let resumed = try RunFiles(folder, "result")
            #expect(resumed.model == whole.model)
        }

        @Test func `validate and partition measure the first clients`() throws {
            let folder = try TemporaryFolder()
            try folder.write("many.yaml", Self.scenario())
            let checked = try HyperfedProgram.run(["validate", "many.yaml"], in: folder)
            #expect(checked.exitCode == 0, "\(checked.errors)")
            #expect(checked.output.contains("first 10,000 of 1,000,000 clients"))
            let drawn = try HyperfedProgram.run(
                ["partition", "many.yaml", "--output", "p"], in: folder)
            #expect(drawn.exitCode == 0, "\(drawn.errors)")
            #expect(folder.text("p/partition.csv").split(separator: "\n").count == 10_001)
        }

        @Test func `shifts that would store all samples are refused`() throws {
            let folder = try TemporaryFolder()
            try folder.write("many.yaml", Self.scenario())
            let ending = try HyperfedProgram.run(
                [
                    "validate", "many.yaml", "--set", "data.shift=[noise]", "--set",
                    "data.skew.samples_per_client=100",
                ], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains(
                    "expected at most 50,000,000 samples of all clients, which are stored, found"
                        + " 110,000,000; lower clients.count, or use fewer samples"),
                "\(ending.errors)")
        }
    }
}
