import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Runs that go on at once, each with a coordinator and client processes of its own.
    @Suite(.slow) struct `Jobs` {
        private typealias Kept = `Kept client processes`

        /// The lines of a table without its wall-clock columns.
        private static func table(_ text: String) -> [[String]] {
            let rows = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let kept = (rows.first ?? []).indices.filter { !rows[0][$0].contains("seconds") }
            return rows.map { row in kept.map { row[$0] } }
        }

        @Test(arguments: [[], ["--in-process"]])
        func `give the tables of one run after the other`(words: [String]) throws {
            let text = Kept.scenario.replacing(
                "compare:\n", with: "compare:\n  baseline: plain\n")
            var tables: [[[String]]] = []
            var against: [[[String]]] = []
            for jobs in ["1", "3"] {
                let folder = try Kept.folder(text)
                let ending = try HyperfedProgram.run(
                    [
                        "compare", "kept.yaml", "--quiet", "--output", "result", "--jobs", jobs,
                    ] + words, in: folder)
                try #require(ending.exitCode == 0, "\(ending.errors)")
                tables.append(Self.table(folder.text("result/comparison.csv")))
                against.append(Self.table(folder.text("result/against.csv")))
            }
            #expect(tables[0].count == Kept.runs.count + 1)
            #expect(tables[0] == tables[1])
            #expect(!against[0].isEmpty && against[0] == against[1])
        }

        @Test func `are not disturbed by one that diverges`() throws {
            let folder = try Kept.folder(
                Kept.scenario.replacing(
                    "plain: {}", with: "plain: {}\n    wild: { client.learning_rate: 1e30 }"))
            let ending = try HyperfedProgram.run(
                ["compare", "kept.yaml", "--quiet", "--output", "result", "--jobs", "2"],
                in: folder)
            #expect(ending.exitCode == 1)
            #expect(ending.errors.contains("error: 2 of 16 runs failed\n"))
            for (run, reference) in zip(Kept.runs, try Kept.reference.get()) {
                let files = try RunFiles(folder, "result/\(run)")
                #expect(files.difference(from: reference) == nil, "\(run)")
            }
        }

        /// One signal ends all jobs, whatever they do, and leaves no process behind.
        @Test(arguments: [SIGINT, SIGTERM])
        func `all end by one signal at any moment`(signal: Int32) throws {
            let folder = try Kept.folder(Kept.scenario.replacing("rounds: 4", with: "rounds: 40"))
            let whole = try HyperfedProgram.run(
                ["compare", "kept.yaml", "--quiet", "--output", "whole", "--jobs", "3"], in: folder)
            #expect(whole.exitCode == 0)
            let lines = folder.text("whole/comparison.csv").split(separator: "\n").count
            var interrupted = 0
            for attempt in 0..<12 {
                let output = "o\(attempt)"
                let run = try HyperfedProgram.start(
                    ["compare", "kept.yaml", "--quiet", "--output", output, "--jobs", "3"],
                    in: folder)
                // From the start of the processes to the middle of the comparison.
                let begun = eventually(within: 30) {
                    !run.isRunning || run.children.count > attempt % 3
                }
                try #require(begun && run.isRunning, "\(run.errors)")
                usleep(useconds_t(attempt * attempt * 4_000))
                let children = run.children
                run.signal(signal)
                let ending = try run.end(within: 4)
                #expect(!children.contains(where: ProcessTable.isAlive))
                if ending.exitCode == 0 { continue }
                interrupted += 1
                #expect(ending.exitCode == 128 + signal, "\(ending.errors)")
                #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
                #expect(ending.errors.contains("interrupted"), "\(ending.errors)")
                let table = folder.text("\(output)/comparison.csv")
                // A signal can come after the last run and before the tables.
                #expect(table.hasSuffix("\n") && table.split(separator: "\n").count <= lines)
            }
            #expect(interrupted > 4)
        }

        @Test func `die with a coordinator that is killed`() throws {
            let folder = try Kept.folder(
                Kept.scenario.replacing("rounds: 4", with: "rounds: 100000"))
            let run = try HyperfedProgram.start(
                ["compare", "kept.yaml", "--quiet", "--output", "result", "--jobs", "3"],
                in: folder)
            let begun = eventually(within: 30) { !run.isRunning || run.children.count == 9 }
            try #require(begun && run.isRunning, "\(run.errors)")
            let children = run.children
            run.signal(SIGKILL)
            #expect(try run.end(within: 2).exitCode == 128 + SIGKILL)
            #expect(eventually(within: 2) { !children.contains(where: ProcessTable.isAlive) })
        }

        @Test(arguments: ["0", "-1", "many", "1.5", "257"])
        func `are a whole number`(jobs: String) throws {
            let folder = try Kept.folder()
            let ending = try HyperfedProgram.run(
                ["compare", "kept.yaml", "--output", "result", "--jobs=\(jobs)"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors
                    == "error: --jobs: expected a whole number between 1 and 256, found '\(jobs)';"
                    + " leave it out to use all processor cores\n")
            #expect(!folder.has("result"))
        }
    }
}
