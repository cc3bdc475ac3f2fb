import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Whatever ends a comparison, what has finished is in its tables; and nothing that is there is
    /// written over without being asked to.
    @Suite(.slow) struct `Comparisons lose nothing` {
        private static let scenario = """
            name: pair
            data: { dataset: digits }
            clients: { count: 10, per_round: 3, processes: 1 }
            model: softmax_regression
            training: { rounds: 2 }
            compare: { seeds: [1, 2], variants: { a: {}, b: { client.learning_rate: 0.2 } } }
            """

        private static func folder(_ scenario: String = scenario) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("pair.yaml", scenario)
            return folder
        }

        private static func compare(_ folder: TemporaryFolder, _ words: [String] = []) throws
            -> HyperfedProgram.Ending
        {
            try HyperfedProgram.run(
                ["compare", "pair.yaml", "--quiet", "--in-process", "--output", "o"] + words,
                in: folder)
        }

        private static func rows(_ folder: TemporaryFolder) -> [String] {
            let text = folder.text("o/comparison.csv")
            #expect(text.hasSuffix("\n"))
            return text.split(separator: "\n").dropFirst().map(String.init)
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL], [[], ["--in-process"]])
        func `the rows of runs that finished are there`(signal: Int32, words: [String]) throws {
            let seeds = (1...400).map(String.init).joined(separator: ", ")
            let folder = try Self.folder(Self.scenario.replacing("[1, 2]", with: "[\(seeds)]"))
            let run = try HyperfedProgram.start(
                ["compare", "pair.yaml", "--quiet", "--output", "o"] + words, in: folder)
            func count() -> Int { folder.text("o/comparison.csv").count { $0 == "\n" } }
            let came = eventually(within: 30) { !run.isRunning || count() > 3 }
            try #require(came && run.isRunning, "\(run.errors)")
            run.signal(signal)
            let ending = try run.end(within: 5)
            #expect(ending.exitCode == 128 + signal)
            let rows = Self.rows(folder)
            #expect(rows.count >= 3)
            // Runs that go on at once end in any order.
            for row in rows {
                #expect(
                    row.contains(#/^a/seed-(\d+),a,(\d+),/#) && row.contains(",1,2,accuracy,"),
                    "\(row)")
            }
            #expect(Set(rows).count == rows.count)
            guard signal != SIGKILL else { return }
            #expect(ending.output.contains("\na  "), "\(ending.output)")
            let missing = 800 - rows.count
            #expect(ending.output.contains("\(missing) of 800 runs are missing"))
            #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    /error: .*interrupted .*; \d+ of 800 runs are missing\n/), "\(ending.errors)")
            #expect(ending.errors.contains("\(missing) of 800"))
        }

        @Test func `a run that can't be written has a row, and the others run`() throws {
            let folder = try Self.folder()
            let endless = try HyperfedProgram.start(
                [
                    "compare", "pair.yaml", "--quiet", "--in-process", "--output", "o", "--rounds",
                    "1500", "--jobs", "1",
                ], in: folder)
            let begun = eventually(within: 30) {
                !endless.isRunning || folder.has("o/a/seed-1/run.json")
            }
            try #require(begun && endless.isRunning, "\(endless.errors)")
            // Somebody else begins a run in the folder of a later one.
            try folder.write("o/a/seed-2/run.json", "{}")
            let ending = try endless.end(within: 60)
            #expect(ending.exitCode == 1)
            #expect(
                ending.errors
                    == "error: a, seed 2: o/a/seed-2: expected a folder without a run, found a run;"
                    + " choose another --output or add --overwrite\n"
                    + "warning: o/a/seed-2/run.json: state: expected a state of a run, found no such"
                    + " key; it is not in the report\nerror: 1 of 4 runs failed\n")
            let rows = Self.rows(folder)
            try #require(rows.count == 4)
            #expect(
                rows[1].hasPrefix("a/seed-2,a,2,")
                    && rows[1].contains("expected a folder without a run"))
            #expect(rows.count { $0.contains(",1,1500,accuracy,") } == 3)
            #expect(folder.text("o/a/seed-2/run.json") == "{}")
        }

        /// A limit of file sizes acts as a full disk does, for one process.
        @Test func `a disk that is full fails the runs, not the table`() throws {
            let folder = try Self.folder()
            func compare(_ output: String, _ limit: String) throws -> HyperfedProgram.Ending {
                try RunningProgram(
                    "/bin/bash",
                    [
                        "-c",
                        "\(limit) exec \"$0\" compare pair.yaml --quiet --in-process --rounds 100"
                            + " --output \(output) --set clients.transport=tcp",
                        try HyperfedProgram.path(),
                    ], in: folder, environment: ["HYPERFED_CACHE": folder.path("cache")]
                ).end(within: 60)
            }
            // The first one fills the cache.
            #expect(try compare("o", "").exitCode == 0)
            let ending = try compare("p", "ulimit -f 16;")
            #expect(ending.exitCode == 1, "\(ending.errors)")
            #expect(ending.output.contains("0 of 2"))
            #expect(ending.output.contains("4 of 4 runs failed"))
            #expect(ending.errors.contains("File too large"))
            #expect(folder.text("p/comparison.csv").count { $0 == "\n" } == 5)
            for run in ["a/seed-1", "b/seed-2"] {
                #expect(folder.text("p/\(run)/run.json").contains(#""state": "stopped""#))
                for table in ["rounds.csv", "clients.csv"] {
                    #expect(folder.text("p/\(run)/\(table)").hasSuffix("\n"), "\(table)")
                }
            }
        }

        @Test func `a table is not written over by other seeds`() throws {
            let folder = try Self.folder()
            #expect(try Self.compare(folder, ["--seed", "1"]).exitCode == 0)
            let before = folder.text("o/comparison.csv")
            let other = try Self.compare(folder, ["--seed", "2"])
            #expect(other.exitCode == 2)
            #expect(
                other.errors
                    == "error: o: expected a folder without a comparison, found one (comparison.csv);"
                    + " choose another --output, add --continue to run only what is missing, or add"
                    + " --overwrite\n")
            #expect(folder.text("o/comparison.csv") == before)
            #expect(!folder.has("o/a/seed-2/run.json"))
            #expect(try Self.compare(folder, ["--seed", "2", "--overwrite"]).exitCode == 0)
            #expect(Self.rows(folder).map { $0.prefix(13) } == ["a/seed-2,a,2,", "b/seed-2,b,2,"])
        }

        /// What is there, what is tried, and a word of the refusal.
        private static let mixtures: [(first: [String], second: [String], reason: String)] = [
            (
                ["compare", "--output", "o"], ["run", "--output", "o", "--overwrite"],
                "o: expected a folder for one run, found a comparison (comparison.csv)"
            ),
            (
                ["compare", "--output", "o"], ["run", "--output", "o/a"],
                "o/a: expected a folder for one run, found other runs (seed-1)"
            ),
            (
                ["run", "--output", "o/base/seed-1"], ["run", "--output", "o"],
                "o: expected a folder for one run, found other runs (base/seed-1)"
            ),
            (
                ["run", "--output", "o"], ["compare", "--output", "o", "--overwrite"],
                "o: expected a folder for a comparison, found a run"
            ),
            (
                ["run", "--output", "o"], ["run", "--output", "o/inner"],
                "o/inner: expected a folder outside of other runs"
            ),
            (
                ["compare", "--output", "o"], ["run", "--output", "o/a/seed-1", "--overwrite"],
                "o/a/seed-1: expected a folder outside of comparisons, found one of the comparison"
            ),
            (
                ["run", "--output", "o"], ["compare", "--output", "o/x/inner"],
                "expected a folder outside of"
            ),
            (
                ["compare", "--output", "o"], ["compare", "--output", "o/a"],
                "o/a: expected a folder for a comparison, found that of one variant (seed-1)"
            ),
            (
                ["compare", "--output", "o"],
                ["compare", "--output", "o", "--overwrite", "--set", studies],
                "o: expected a folder for studies, found a comparison without studies"
            ),
            (
                ["compare", "--output", "o", "--set", studies],
                ["compare", "--output", "o", "--overwrite"],
                "o: expected a folder for a comparison without studies, found the study s"
            ),
            (
                ["compare", "--output", "o", "--set", studies],
                ["run", "--output", "o", "--overwrite"],
                "o: expected a folder for one run, found a comparison (s/comparison.csv)"
            ),
        ]
        private static let studies = "compare.studies={ s: { seeds: [1] } }"

        @Test(arguments: 0..<mixtures.count)
        func `results of another kind are not mixed or written over`(index: Int) throws {
            let (first, second, reason) = Self.mixtures[index]
            let folder = try Self.folder()
            func run(_ words: [String]) throws -> HyperfedProgram.Ending {
                try HyperfedProgram.run(
                    [words[0], "pair.yaml", "--quiet", "--in-process"] + words.dropFirst(),
                    in: folder)
            }
            let before = try run(first)
            try #require(before.exitCode == 0, "\(before.errors)")
            let files = FileManager.default.subpaths(atPath: folder.path("o"))?.sorted()
            let ending = try run(second)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("error: "), "\(ending.errors)")
            #expect(ending.errors.contains(reason), "\(ending.errors)")
            #expect(FileManager.default.subpaths(atPath: folder.path("o"))?.sorted() == files)
        }

        @Test func `somebody's own files are not replaced`() throws {
            let folder = try Self.folder()
            try folder.write("o/scenario.yaml", "mine")
            let run = try HyperfedProgram.run(
                ["run", "pair.yaml", "--output", "o", "--overwrite"], in: folder)
            #expect(run.exitCode == 2)
            #expect(run.errors.contains("found scenario.yaml without a run.json"))
            #expect(folder.text("o/scenario.yaml") == "mine")
            try folder.write("o/comparison.csv", "name,age\nme,7\n")
            let compare = try Self.compare(folder, ["--overwrite"])
            #expect(compare.exitCode == 2)
            #expect(compare.errors.contains("found a comparison.csv that no comparison wrote"))
            #expect(folder.text("o/comparison.csv") == "name,age\nme,7\n")
        }

        @Test func `a single run and a comparison share their default folder`() throws {
            let folder = try Self.folder()
            for command in ["run", "compare"] {
                let ending = try HyperfedProgram.run(
                    [command, "pair.yaml", "--quiet", "--in-process"], in: folder)
                #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
            }
            #expect(folder.has("runs/pair/base/seed-1/run.json"))
            #expect(folder.has("runs/pair/comparison.csv"))
        }

        @Test func `runs that are not repeated are named`() throws {
            let folder = try Self.folder()
            #expect(try Self.compare(folder).exitCode == 0)
            try folder.write("o/notes/seed-1/mine.txt", "mine")
            try folder.write(
                "pair.yaml",
                Self.scenario.replacing(", b: { client.learning_rate: 0.2 }", with: ""))
            let ending = try Self.compare(folder, ["--overwrite"])
            #expect(ending.exitCode == 0)
            #expect(
                ending.errors
                    == "warning: o: expected only runs of this comparison, found o/b/seed-1,"
                    + " o/b/seed-2; they stay as they are and are in none of its tables; remove them"
                    + " if you do not need them\n")
            #expect(folder.has("o/b/seed-1/rounds.csv") && folder.has("o/notes/seed-1/mine.txt"))
            #expect(Self.rows(folder).count == 2)
        }

        @Test func `two at once don't write into one folder`() throws {
            let folder = try Self.folder()
            let first = try HyperfedProgram.start(
                ["compare", "pair.yaml", "--quiet", "--output", "o", "--rounds", "1000000"],
                in: folder)
            let begun = eventually(within: 30) {
                !first.isRunning || `The program`.rounds(folder, "o/a/seed-1") > 1
            }
            try #require(begun && first.isRunning, "\(first.errors)")
            let table = folder.text("o/comparison.csv")
            let second = try Self.compare(folder, ["--overwrite", "--seed", "9"])
            #expect(second.exitCode == 2)
            #expect(second.errors.contains("found it locked by another comparison"))
            #expect(folder.text("o/comparison.csv") == table)
            first.signal(SIGINT)
            #expect(try first.end(within: 5).exitCode == 130)
        }
    }
}
