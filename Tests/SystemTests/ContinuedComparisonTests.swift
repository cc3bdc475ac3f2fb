import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// A comparison can be stopped by anything and at any moment, and goes on from there.
    @Suite(.slow) struct `Continued comparisons` {
        private static let scenario = """
            name: pair
            data: { dataset: digits }
            clients: { count: 10, per_round: 3, processes: 2 }
            model: softmax_regression
            training: { rounds: 30 }
            compare:
              seeds: [1, 2, 3]
              baseline: a
              target: 0.9
              variants: { a: {}, b: { client.learning_rate: 0.2 }, wild: { client.learning_rate: 1e300 } }
            """

        static func folder(_ scenario: String = scenario) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("pair.yaml", scenario)
            return folder
        }

        private static func tables(_ folder: TemporaryFolder, _ output: String) -> [String] {
            ["comparison.csv", "summary.csv", "against.csv"].map { table in
                let rows = folder.text("\(output)/\(table)").split(separator: "\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false)
                }
                let clocks = ["seconds", "seconds_per_round"]
                let kept = (rows.first ?? []).indices.filter {
                    !clocks.contains(String(rows[0][$0]))
                }
                // A reason has commas and is the last column.
                return rows.map { row in
                    (kept.map { row[$0] } + row.dropFirst(rows[0].count)).joined(separator: ",")
                }.joined(separator: "\n")
            }
        }

        /// What an uninterrupted comparison comes to.
        private static let whole = Result { () -> [String] in
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["compare", "pair.yaml", "--quiet", "--output", "o"], in: folder)
            try #require(ending.exitCode == 1, "\(ending.errors)")
            return Self.tables(folder, "o")
        }

        /// Kills the program again and again, a little later each time, until one ends by itself.
        @Test(arguments: [SIGKILL, SIGINT, SIGTERM], [false, true])
        func `end with the tables of one that was never stopped`(signal: Int32, resumes: Bool)
            throws
        {
            let expected = try Self.whole.get()
            let folder = try Self.folder()
            try folder.write("elsewhere/note", "")
            let first = ["compare", "pair.yaml", "--quiet", "--continue", "--output", "o"]
            let next = resumes ? ["resume", folder.path("o"), "--quiet"] : first
            let seed = UInt64(getpid())
            var stops = 0
            for attempt in 0..<60 {
                let hasPlan = folder.has("o/comparison.yaml") && folder.has("o/comparison.json")
                let run = try HyperfedProgram.start(hasPlan ? next : first, in: folder)
                // Up to half a second later than the last time.
                let delay = 0.05 * Double(attempt) + Double(seed &* UInt64(attempt + 7) % 97) / 500
                if eventually(within: delay, { !run.isRunning }) {
                    let ending = try run.end(within: 60)
                    #expect(ending.exitCode == 1, "\(ending.errors)")
                    #expect(ending.errors.hasSuffix("3 of 9 runs failed\n"), "\(ending.errors)")
                    break
                }
                run.signal(signal)
                let ending = try run.end(within: 10)
                #expect([128 + signal, 1].contains(ending.exitCode), "\(ending.errors)")
                stops += ending.exitCode == 1 ? 0 : 1
            }
            #expect(Self.tables(folder, "o") == expected, "seed \(seed), \(stops) stops")
        }

        @Test func `two programs do not continue one folder at once`() throws {
            let folder = try Self.folder()
            let words = ["compare", "pair.yaml", "--quiet", "--continue", "--output", "o"]
            let first = try HyperfedProgram.start(words + ["--rounds", "1000000"], in: folder)
            let begun = eventually(within: 30) {
                !first.isRunning || `The program`.rounds(folder, "o/a/seed-1") > 1
            }
            try #require(begun && first.isRunning, "\(first.errors)")
            for second in [words + ["--rounds", "1000000"], ["resume", "o"]] {
                let ending = try HyperfedProgram.run(second, in: folder)
                #expect(ending.exitCode == 2)
                #expect(
                    ending.errors.contains("found it locked by another comparison"),
                    "\(ending.errors)")
            }
            let list = try HyperfedProgram.run(["runs", "o"], in: folder)
            #expect(
                list.output.contains(#/\no/a/seed-1 +running +- +\d+/1000000 /#), "\(list.output)")
            first.signal(SIGKILL)
            _ = try first.end(within: 5)
            // No lock stays behind.
            let after = try HyperfedProgram.run(["runs", "o"], in: folder)
            #expect(after.output.contains(#/\no/a/seed-1 +unfinished +hyperfed resume o  /#))
        }

        @Test
        func `a run inside an active comparison is not resumed, also with studies and a grid`()
            throws
        {
            let folder = try Self.folder(
                """
                name: pair
                data: { dataset: digits }
                clients: { count: 10, per_round: 3, processes: 2 }
                model: softmax_regression
                training: { rounds: 1000000 }
                compare:
                  seeds: [1]
                  grid: { client.learning_rate: [0.1] }
                  studies: { one: { variants: { a: {} } } }
                """)
            let first = try HyperfedProgram.start(
                ["compare", "pair.yaml", "--quiet", "--output", "o"], in: folder)
            var run: String?
            let begun = eventually(within: 30) {
                run = folder.names(in: "o/one/a").first.map { "o/one/a/\($0)/seed-1" }
                return run.map { `The program`.rounds(folder, $0) > 1 } ?? false
            }
            let path = try #require(begun ? run : nil, "\(first.errors)")
            let ending = try HyperfedProgram.run(["resume", path], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains("found an active comparison in"),
                "\(ending.errors)")
            first.signal(SIGKILL)
            _ = try first.end(within: 5)
        }

        @Test func `runs of another build stay, with a warning`() throws {
            let folder = try Self.folder()
            let words = ["compare", "pair.yaml", "--quiet", "--output", "o"]
            _ = try HyperfedProgram.run(words, in: folder)
            let before = folder.text("o/a/seed-2/run.json")
            let build = try #require(before.firstMatch(of: #/ build ([0-9a-f]{16})/#)?.output.1)
            let other = before.replacing(" build \(build)", with: " build 0123456789abcdef")
            try folder.write("o/a/seed-2/run.json", other)
            let ending = try HyperfedProgram.run(words + ["--continue"], in: folder)
            let warnings = ending.errors.split(separator: "\n").filter {
                $0.hasPrefix("warning: o: expected finished runs of this program")
            }
            #expect(warnings.count == 1, "\(ending.errors)")
            #expect(
                warnings.first?.contains(
                    "found 1 run of another one (0.1.0 build 0123456789abcdef)")
                    == true, "\(ending.errors)")
            #expect(folder.text("o/a/seed-2/run.json") == other)
        }

        @Test func `shards at once make one comparison`() throws {
            let expected = try Self.whole.get()
            let folder = try Self.folder()
            let runs = try (1...3).map { part in
                try HyperfedProgram.start(
                    ["compare", "pair.yaml", "--quiet", "--shard", "\(part)/3", "--output", "o"],
                    in: folder)
            }
            for run in runs {
                let ending = try run.end(within: 120)
                #expect([0, 1].contains(ending.exitCode), "\(ending.errors)")
            }
            #expect(Self.tables(folder, "o") == expected)
            try folder.write("o/comparison.csv", "folder,variant,\n")
            let report = try HyperfedProgram.run(["report", "o", "--tables"], in: folder)
            #expect(report.exitCode == 0 && report.errors == "", "\(report.errors)")
            #expect(report.output.hasSuffix("\nresults in o\n"))
            #expect(Self.tables(folder, "o") == expected)
        }

        @Test(arguments: [
            (["resume", "nowhere"], "nowhere: expected "),
            (["runs", "nowhere"], "nowhere: expected a folder with runs, found no folder"),
            (["runs", "."], ".: expected a folder with runs, found none"),
            (["report", ".", "--tables"], ".: expected the folder of a comparison, found no"),
            (["report", "."], ".: expected the folder of a comparison, found no"),
            (
                ["compare", "pair.yaml", "--shard", "0/3"],
                "--shard: expected K/N such as 2/5, with K from 1 to N, found '0/3'"
            ),
            (
                ["compare", "pair.yaml", "pair.yaml"],
                "scenarios: expected each file once, found pair.yaml twice; remove one"
            ),
            (
                ["run", "pair.yaml", "copy.yaml", "--output", "o"],
                "scenarios: expected a folder for each, found o/pair for two of them"
            ),
            (["run", "pair.yaml", "--events"], "--events: expected --format json, found"),
        ])
        func `nonsense is refused, and nothing is touched`(words: [String], message: String) throws
        {
            let folder = try Self.folder()
            try folder.write("copy.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(words, in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains(message), "\(ending.errors)")
            #expect(folder.names() == ["copy.yaml", "pair.yaml"])
        }
    }
}
