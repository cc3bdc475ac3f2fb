import TestSupport
import Testing

extension `The program` {
    @Suite(.slow) struct `Studies` {
        private static let scenario =
            `The program`.scenario + """

                evaluation: { every: 2 }
                compare:
                  seeds: [1, 2]
                  baseline: fedavg
                  target: 0.97
                  quick: { seeds: [3], set: { training.rounds: 2 } }
                  variants:
                    fedavg: { client.scheduler: constant, server.scheduler: constant }
                    both: {}
                  studies:
                    robustness:
                      set: { training.rounds: 3 }
                      seeds: [1]
                      grid: { client.learning_rate: [0.01, 0.1], server.learning_rate: [0.5, 1] }
                    speed:
                      set: { training.rounds: 6 }
                """

        private static func folder(_ scenario: String = scenario) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            return folder
        }

        @Test func `have tables under their names and files in their folders`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(["compare", "small.yaml", "--quiet"], in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
            let lines = ending.output.split(separator: "\n").map(String.init)
            let robustness = try #require(lines.firstIndex(of: "study robustness"))
            let speed = try #require(lines.firstIndex(of: "study speed"))
            #expect(robustness == 0 && lines.last == "report: runs/small/report.html")
            #expect(lines[1] == "final accuracy by server.learning_rate")
            #expect(lines[speed + 1].hasPrefix("variant "))
            #expect(lines.count { $0 == "against fedavg: final accuracy, percentage points" } == 2)
            let rows = folder.text("runs/small/robustness/comparison.csv").split(separator: "\n")
            let row = try #require(rows.first { $0.contains(",both,0.1,0.5,1,") })
            let cell = "both/clr0.1-slr0.5-"
            #expect(row.hasPrefix(cell))
            let run = row.prefix { $0 != "," }
            for file in [
                "robustness/\(run)/rounds.csv", "robustness/comparison.csv",
                "robustness/against.csv", "robustness/heatmap.svg", "robustness/summary.csv",
                "speed/both/seed-2/rounds.csv",
                "speed/comparison.csv", "speed/against.csv",
            ] {
                #expect(folder.has("runs/small/\(file)"), "\(file)")
            }
            #expect(!folder.has("runs/small/speed/heatmap.svg"))
            #expect(folder.text("runs/small/speed/comparison.csv").count { $0 == "\n" } == 5)
            // The variant over all cells, then in each of four.
            #expect(folder.text("runs/small/robustness/against.csv").count { $0 == "\n" } == 6)
            // Both variants over all cells, then in each of four.
            #expect(folder.text("runs/small/robustness/summary.csv").count { $0 == "\n" } == 11)

            let again = try HyperfedProgram.run(["compare", "small.yaml"], in: folder)
            #expect(again.exitCode == 2)
            #expect(again.errors.contains("add --continue to run only what is missing"))
        }

        @Test func `--study runs only that one, --quick into a folder of its own`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quick", "--study", "speed", "--in-process"], in: folder
            )
            #expect(ending.exitCode == 0)
            #expect(ending.output.hasPrefix("study speed\nvariant "))
            #expect(ending.output.contains("\nresults in runs/small-quick (--quick)\n"))
            #expect(ending.errors.hasPrefix("study speed: small-quick: 2 rounds, "))
            #expect(
                ending.errors.contains(
                    #/ \(--quick\)\n\d+ %  [^ ]+ s left  \[[12]/2\] speed: .+, seed 3  2/2 rounds  /#
                ))
            #expect(!folder.has("runs/small") && !folder.has("runs/small-quick/robustness"))
            let run = "runs/small-quick/speed/both/seed-3"
            #expect(
                folder.text("\(run)/scenario.yaml").hasPrefix(
                    "name: small-quick  # --quick\nseed: 3  # compare.seeds\n"))
        }

        @Test func `equal runs have equal numbers beside the baseline`() throws {
            var tables: [[String]] = []
            for words in [["--in-process"], []] {
                let folder = try Self.folder()
                _ = try HyperfedProgram.run(
                    ["compare", "small.yaml", "--quick", "--quiet"] + words, in: folder)
                let text = folder.text("runs/small-quick/robustness/against.csv")
                // All but the last column, which is a clock's.
                tables.append(
                    text.split(separator: "\n").map {
                        $0.split(separator: ",", omittingEmptySubsequences: false).dropLast()
                            .joined(
                                separator: ",")
                    })
            }
            #expect(tables[0].count == 6 && tables[0] == tables[1])
        }

        @Test func `a run that diverged counts as a constant prediction`() throws {
            let folder = try Self.folder(
                `The program`.scenario + """

                    compare:
                      baseline: tame
                      target: 0.5
                      variants: { tame: {}, wild: { client.learning_rate: 1e300 } }
                    """)
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quiet", "--output", "result"], in: folder)
            #expect(ending.exitCode == 1 && ending.errors.hasSuffix("1 of 2 runs failed\n"))
            #expect(ending.output.contains("\nwild "))
            #expect(ending.output.contains("counts as a constant prediction"))
            let rows = folder.text("result/against.csv").split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            try #require(rows.count == 2 && rows[0].contains("final"))
            let row = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[1]))
            // Ten classes, of which none has half of the test samples.
            let final = try #require(row["final"].flatMap { Double($0) })
            #expect(final > 0 && final < 0.5)
            #expect(row["failed_runs"] == "1" && row["speedup"] == "NaN")
            #expect(
                Double(row["speedup_bound"] ?? "")?.isFinite == true
                    && row["speedup_unreached"] == "1")
        }

        @Test(arguments: [
            (
                ["compare", "small.yaml", "--study", "spede"],
                "command line --study: error: --study: expected a study of compare.studies, found"
                    + " 'spede'; did you mean 'speed'?"
            ),
            (
                ["compare", "small.yaml", "--quick", "--set", "compare.quick=null"],
                "small.yaml:25:7: error: --quick: expected compare.quick, found none, also not in"
                    + " study robustness; add 'quick: { seeds: [1], set: { training.rounds: 10 } }'"
                    + " to compare"
            ),
        ])
        func `what is not there is refused before anything runs`(words: [String], message: String)
            throws
        {
            try `A bad scenario is refused`.expectRefusal(words, in: try Self.folder(), message)
        }
    }
}
