import Foundation
import TestSupport
import Testing

extension `The program` {
    /// Partitions that users write, and settings of skews that do not fit the data.
    @Suite struct `A skew` {
        private static func scenario(_ skew: String, clients: Int = 2) -> String {
            """
            data:
              dataset: { kind: gaussian_clusters, samples: 40, classes: 4, test_samples: 8 }
              skew: { \(skew) }
              seed: 3
            clients: { count: \(clients), per_round: \(clients) }
            model: softmax_regression
            training: { rounds: 2 }

            """
        }

        @Test(arguments: [
            (
                "kind: explicit, file: p.json",
                "bad.yaml:3:33: error: FOLDER/p.json: client 1, position 1: expected each sample once, found"
                    + " sample 2 again (first at client 0, position 1); remove one of them, or allow it"
                    + " with overlap: true"
            ),
            (
                "kind: explicit, file: none.json",
                "bad.yaml:3:9: error: FOLDER/none.json: expected hyperfed to open it, found an error (No such"
                    + " file or directory, errno 2)"
            ),
            (
                "kind: explicit, table: [[1, 2], [3, 4], [5, 5], [1, 2, 3]]",
                "bad.yaml:3:34: error: expected 2 columns in row 3, as clients.count, found 3; add or"
                    + " remove columns"
            ),
            (
                "kind: explicit",
                "bad.yaml:3:3: error: data.skew.file: expected one of table, table_file and file, found"
                    + " none; add one of them"
            ),
            (
                "kind: classes_per_client, classes: 9",
                "bad.yaml:3:46: error: expected at most 4 classes, as in the data, found 9; use fewer"
                    + " classes per client"
            ),
            (
                "kind: quantity, law: sizes, sizes: [30, 30]",
                "bad.yaml:3:46: error: expected at most 40 in all, as training samples, found more;"
                    + " lower the sizes"
            ),
            (
                "kind: quantity, law: power, exponent: 9, min_samples: 10",
                "bad.yaml:3:9: error: expected 10 samples or more for each of 2 clients (min_samples)"
                    + " with the law power, found 0 for the smallest client; use at most 1 client, a"
                    + " smaller exponent"
            ),
            (
                "kind: shards, keep_incomplete: true",
                "bad.yaml:3:25: error: data.skew: expected a key of shards, found 'keep_incomplete';"
                    + " did you mean 'left_over'?"
            ),
            (
                "kind: dirichlet, prior: global",
                "bad.yaml:3:28: error: data.skew: expected a key of dirichlet, found 'prior',"
                    + " which exists only with procedure: per_client; set that, or leave prior out"
            ),
        ])
        func `that does not fit is refused`(skew: String, message: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", Self.scenario(skew))
            try folder.write("p.json", "[[1, 2], [3, 2]]")
            try `A bad scenario is refused`.expectRefusal(
                ["run", "bad.yaml"], in: folder,
                message.replacing("FOLDER/", with: folder.path("")))
        }

        @Test func `of other data is refused, and of the same data is used`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "p.json", #"{"b": [8, 9, 10, 11, 12, 13, 14, 15], "a": [0, 1, 2, 3, 4, 5, 6, 7]}"#)
            try folder.write("s.yaml", Self.scenario("kind: explicit, file: p.json"))
            let ending = try HyperfedProgram.run(["validate", "s.yaml"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(
                ending.output.contains("partition: 2 clients, samples per client 8 to 8, median 8,")
            )
            let run = try HyperfedProgram.run(
                ["run", "s.yaml", "--quiet", "--output", "o"], in: folder)
            #expect(run.exitCode == 0, "\(run.errors)")
            // 24 of 40 samples have no client, and more than half of them is worth a warning.
            #expect(ending.errors.contains("found 24 samples without one"), "\(ending.errors)")
            let other =
                #"{"format": "hyperfed partition 1", "data": "d", "dataset": "csv","#
                + #" "samples": 40, "seed": 1, "skew": {}, "clients": [[1], [2]]}"#
            try folder.write("p.json", other)
            let refused = try HyperfedProgram.run(["validate", "s.yaml"], in: folder)
            #expect(refused.exitCode == 2)
            #expect(
                refused.errors.contains("', the key of the data set, found 'd', a partition of csv")
            )
        }

        @Test func `with a class that no client has is used with a warning`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "s.yaml", Self.scenario("kind: classes_per_client, classes: 1"))
            let ending = try HyperfedProgram.run(["validate", "s.yaml"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(
                ending.errors
                    == "s.yaml:3:9: warning: data.skew: expected a client for each class, found none"
                    + " for 2 classes (2, 3); no client trains on them; raise clients.count or"
                    + " data.skew.classes\n")
        }

        // A sample that several clients have: holdout, memory, resume and results must be right.
        @Test func `with samples that repeat gives the same bits for any number of processes`()
            throws
        {
            let folder = try TemporaryFolder()
            try folder.write(
                "s.yaml",
                Self.scenario(
                    "kind: dirichlet, procedure: with_replacement, samples_per_client: 30",
                    clients: 5
                ).replacing("seed: 3", with: "seed: 3\n  validation_fraction: 0.2"))
            var models: [Data] = []
            for processes in ["1", "3"] {
                let ending = try HyperfedProgram.run(
                    [
                        "run", "s.yaml", "--quiet", "--output", "o\(processes)", "--set",
                        "clients.processes=\(processes)",
                    ], in: folder)
                #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
                models.append(
                    try Data(
                        contentsOf: URL(
                            fileURLWithPath: folder.path("o\(processes)/model.safetensors"))))
            }
            #expect(models[0] == models[1])
        }
    }
}
