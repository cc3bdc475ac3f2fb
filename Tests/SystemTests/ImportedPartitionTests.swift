import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// A partition from elsewhere is checked against the data before anything uses it.
    @Suite struct `Partitions are imported` {
        private static let scenario = `Partitions are drawn`.scenario

        private static func imported(_ text: String, _ words: [String] = []) throws
            -> (ending: HyperfedProgram.Ending, folder: TemporaryFolder)
        {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            try folder.write("other.json", text)
            let ending = try HyperfedProgram.run(
                ["partition", "small.yaml", "--import", "other.json", "--output", "o"] + words,
                in: folder)
            return (ending, folder)
        }

        @Test func `lists of lists, and the scenario that uses them`() throws {
            let (ending, folder) = try Self.imported("[[0, 1, 2], [5, 4], [9, 8, 7, 6]]")
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("3 clients, samples per client 2 to 4"))
            #expect(ending.output.contains("samples unused"))
            let lines = ending.output.split(separator: "\n").drop {
                !$0.hasPrefix("the file fits the data")
            }
            #expect(lines.count == 4, "\(ending.output)")
            // The lines that are printed, in a scenario, draw the same partition.
            let own = lines.dropFirst().map { $0.dropFirst(2) }.joined(separator: "\n")
            try folder.write(
                "own.yaml",
                """
                \(own.replacing("data:", with: "data:\n  dataset: digits\n  seed: 3"))
                model: softmax_regression
                training: { rounds: 1 }
                """)
            let again = try HyperfedProgram.run(
                ["partition", "own.yaml", "--output", "p"], in: folder)
            try #require(again.exitCode == 0, "\(again.errors)")
            #expect(try folder.bytes("o/partition.csv") == folder.bytes("p/partition.csv"))
        }

        @Test(arguments: [
            ("[[0, 1], [1, 2]]", "sample 1 again"), ("[[0, 99999]]", "found 99999"),
            ("[[0], []]", "found none"), ("[[0, 1", "other.json:1:"), ("{}", "other.json"),
            ("[[0, 0.5]]", "other.json"), ("", "other.json"),
        ])
        func `mistakes have their location`(text: String, found: String) throws {
            let (ending, folder) = try Self.imported(text)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("other.json"), "\(ending.errors)")
            #expect(ending.errors.contains("expected "), "\(ending.errors)")
            #expect(ending.errors.contains(found), "\(ending.errors)")
            #expect(!folder.has("o/partition.svg") && ending.output == "")
        }

        @Test func `samples of several clients need to be allowed`() throws {
            let text = "[[0, 1, 2], [2, 3]]"
            let refused = try Self.imported(text).ending
            #expect(refused.exitCode == 2)
            #expect(refused.errors.contains("or allow it with overlap: true"))
            let (ending, _) = try Self.imported(text, ["--overlap"])
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("file: \"other.json\", overlap: true }"))
        }

        @Test func `a scenario elsewhere gets the whole path`() throws {
            let folder = try TemporaryFolder()
            try folder.write("sub/small.yaml", Self.scenario)
            try folder.write("other.json", "[[0, 1, 2], [5, 4]]")
            let ending = try HyperfedProgram.run(
                ["partition", "sub/small.yaml", "--import", "other.json", "--output", "o"],
                in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains(#"/other.json" }"#), "\(ending.output)")
        }

        @Test func `a pipe is refused at once`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
            let ending = try HyperfedProgram.run(
                ["partition", "small.yaml", "--import", "pipe", "--output", "o"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("pipe: expected a file, found a folder or a device"))
        }

        @Test func `the partition in the folder of a run is not replaced`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            try folder.write("o/run.json", "{}")
            let ending = try HyperfedProgram.run(
                ["partition", "small.yaml", "--output", "o"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("o: expected a folder without a run, found a run"))
            #expect(folder.names(in: "o") == ["run.json"])
        }

        @Test func `the document of another data set is refused`() throws {
            let (ending, folder) = try Self.imported("[[0, 1, 2], [5, 4]]")
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let other = try HyperfedProgram.run(
                [
                    "partition", "small.yaml", "--import", "o/partition.json", "--output", "p",
                    "--set", "data.dataset={ kind: gaussian_clusters, samples: 1200 }",
                ], in: folder)
            #expect(other.exitCode == 2 && other.errors.contains("data: expected "))
        }
    }
}
