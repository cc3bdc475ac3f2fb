import Datasets
import Foundation
import Reporting
import Scenarios
import Simulation
import TestSupport
import Testing

/// A comparison is a set of runs that are there or not.
@Suite struct `A comparison` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let section = """
        compare:
          seeds: [1, 2]
          baseline: plain
          target: 0.9
          variants:
            plain: { server.scheduler: constant, client.scheduler: constant }
            Both of them: {}
          grid: { client.learning_rate: [0.05, 0.2], server.learning_rate: [0.5, 1] }

        """

    static func source(_ section: String, _ changes: [(String, String)])
        -> ComparisonFile.Source
    {
        ComparisonFile.Source(
            file: "small.yaml", text: scenario(rounds: 3) + section, workingFolder: "/tmp",
            changes: changes.map { ScenarioFile.Override($0, $1) }, isQuick: false, studies: nil)
    }

    static func studies(_ source: ComparisonFile.Source) throws -> [PreparedStudy] {
        var supply = DataSupply(try testCache())
        return try ScenarioFile(
            text: source.text, file: source.file, workingFolder: source.workingFolder,
            overrides: source.changes
        ).studies(isQuick: source.isQuick).map { try PreparedStudy($0, &supply) }
    }

    /// Runs a comparison in memory.
    ///
    /// - Returns: how many runs had to be done, and what came of all.
    @discardableResult
    func compare(
        _ name: String, _ section: String = section, changes: [(String, String)] = [],
        overwrite: Bool = false, mode: ComparisonOptions = ComparisonOptions()
    ) throws -> (waiting: Int, outcome: ComparisonOutcome) {
        let source = Self.source(section, changes)
        var comparison = try Comparison(
            try Self.studies(source), source,
            RunOptions(
                folder: folder.path(name), overwrite: overwrite, quiet: true, inProcess: true), mode
        )
        let waiting = comparison.counts.waiting
        let outcome = try comparison.run(
            cache: try testCache(), announcement: { _ in "" }, show: { _ in })
        return (waiting, outcome)
    }

    private let goOn = ComparisonOptions(continues: true)

    /// The tables of a comparison without the columns of clocks.
    private func tables(_ name: String) -> [[[String]]] {
        ["comparison.csv", "summary.csv", "against.csv"].map { table in
            let text = folder.text("\(name)/\(table)")
            #expect(text.hasSuffix("\n"))
            let rows = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let clocks = ["seconds", "seconds_per_round"]
            let kept = rows[0].indices.filter { !clocks.contains(rows[0][$0]) }
            // A reason has commas and is the last column.
            return rows.map { row in kept.map { row[$0] } + row.dropFirst(rows[0].count) }
        }
    }

    private func heatMap(_ name: String) -> String { folder.text("\(name)/heatmap.svg") }

    @Test func `has a row for each run, and a folder that tools like`() throws {
        let (waiting, outcome) = try compare("o")
        #expect(waiting == 16 && outcome.finished == 16 && outcome.missing == 0)
        let rows = tables("o")[0]
        #expect(
            rows[0].prefix(5) == [
                "folder", "variant", "client.learning_rate", "server.learning_rate", "seed",
            ])
        for row in rows.dropFirst() {
            #expect(folder.has("o/\(row[0])/run.json"), "\(row[0])")
            #expect(row[0].wholeMatch(of: /[a-z0-9._=\/-]+/) != nil)
        }
        #expect(rows.count == 17 && heatMap("o").contains("<svg"))
    }

    @Test(.slow, arguments: [1, 5, 11])
    func `that was interrupted ends with the same tables`(after count: Int) throws {
        try compare("whole")
        try compare("o")
        // As a kill leaves it: later runs are not there, one has begun, the tables are short.
        let rows = tables("o")[0].dropFirst().map { $0[0] }
        for row in rows[count...].dropFirst() {
            try FileManager.default.removeItem(atPath: folder.path("o/\(row)"))
        }
        let file = folder.text("o/\(rows[count])/run.json")
        try folder.write(
            "o/\(rows[count])/run.json", file.replacing(#""finished""#, with: #""running""#))
        let lines = folder.text("o/comparison.csv").split(separator: "\n").prefix(1 + count)
        try folder.write("o/comparison.csv", lines.map { $0 + "\n" }.joined())
        try FileManager.default.removeItem(atPath: folder.path("o/against.csv"))
        let (waiting, outcome) = try compare("o", mode: goOn)
        #expect(waiting == 16 - count && outcome.finished == 16)
        #expect(tables("o") == tables("whole"))
        #expect(heatMap("o") == heatMap("whole"))
    }

    @Test func `gets more seeds, variants and values later`() throws {
        let less = Self.section.replacing("[1, 2]", with: "[2]")
            .replacing("    Both of them: {}\n", with: "").replacing(
                "  baseline: plain\n", with: ""
            )
            .replacing("  target: 0.9\n", with: "").replacing("[0.05, 0.2]", with: "[0.2]")
        #expect(try compare("o", less).waiting == 2)
        #expect(!folder.has("o/against.csv"))
        #expect(try compare("o", mode: goOn).waiting == 14)
        try compare("whole")
        #expect(tables("o") == tables("whole"))
        // All is there: nothing runs.
        let (waiting, outcome) = try compare("o", mode: goOn)
        #expect(waiting == 0 && outcome.finished == 16)
        #expect(tables("o") == tables("whole"))
    }

    /// A run is what it computes, whatever its folder is called.
    @Test(.slow) func `finds runs in other folders, and those of other processes`() throws {
        try compare("whole")
        try compare("o")
        let rows = tables("o")[0].dropFirst().map { $0[0] }
        try FileManager.default.moveItem(
            atPath: folder.path("o/\(rows[3])"), toPath: folder.path("o/kept"))
        let processes = [("clients.processes", "1"), ("clients.transport", "tcp")]
        #expect(try compare("o", changes: processes, mode: goOn).waiting == 0)
        let moved = tables("o")[0]
        #expect(moved[4][0] == "kept")
        #expect(moved.map { $0.dropFirst() } == tables("whole")[0].map { $0.dropFirst() })
    }

    @Test(.slow) func `is made in parts, in any order`() throws {
        try compare("whole")
        for order in [[1, 2, 3], [3, 1, 2], [2, 3, 1]] {
            let name = "o\(order[0])"
            var waiting: [Int] = []
            for part in order {
                let shard = ComparisonOptions.Shard("\(part)/3")
                waiting.append(try compare(name, mode: ComparisonOptions(shard: shard)).waiting)
            }
            #expect(waiting.reduce(0, +) == 16 && waiting.allSatisfy { (5...6).contains($0) })
            #expect(tables(name) == tables("whole") && heatMap(name) == heatMap("whole"))
        }
    }

    @Test func `of parts has one plan`() throws {
        let one = ComparisonOptions(shard: ComparisonOptions.Shard("1/8"))
        try compare("o", mode: one)
        let error = #expect(throws: UsageError.self) {
            try compare("o", Self.section.replacing("[1, 2]", with: "[3]"), mode: one)
        }
        #expect(error?.description.contains("found one with other runs") == true)
        for text in ["0/3", "4/3", "1", "a/b", "1/2/3", "-1/2", "/"] {
            #expect(ComparisonOptions.Shard(text) == nil)
        }
    }

    /// Seconds aside, a report gives what the comparison gave; also where tables are lost.
    @Test func `is reported from its folders alone`() throws {
        try compare("o")
        let expected = tables("o")
        let map = heatMap("o")
        for name in ["comparison.csv", "summary.csv", "against.csv", "heatmap.svg"] {
            try FileManager.default.removeItem(atPath: folder.path("o/\(name)"))
        }
        let report = try ComparisonReport(folder.path("o"), keepsRounds: false)
        #expect(report.problems.isEmpty)
        try report.write()
        let results = report.results
        #expect(tables("o") == expected && heatMap("o") == map)
        #expect(results.count == 1 && results[0].text(cutsNames: true).contains("against plain"))
    }

    @Test func `keeps what failed, and runs it again when asked`() throws {
        let wild = Self.section.replacing("[0.05, 0.2]", with: "[1e6, 0.2]")
        let first = try compare("o", wild)
        #expect(first.outcome.failures == 8 && first.outcome.finished == 8)
        let before = tables("o")
        #expect(before[0][1].contains { $0.contains("lower client.learning_rate") })
        let second = try compare("o", wild, mode: goOn)
        #expect(second.waiting == 0 && second.outcome.failures == 8)
        #expect(tables("o") == before)
        let third = try compare("o", wild, mode: ComparisonOptions(retriesFailed: true))
        #expect(third.waiting == 8 && third.outcome.failures == 8)
        #expect(tables("o") == before)
    }

    @Test(.slow) func `is never mixed with runs of other settings`() throws {
        try compare("o")
        let rows = tables("o")[0].dropFirst().map { $0[0] }
        let files = FileManager.default.subpaths(atPath: folder.path("o"))?.sorted()
        let path = folder.path("o")
        let error = #expect(throws: UsageError.self) {
            try compare("o", changes: [("training.batch_size", "4")], mode: goOn)
        }
        let text = error?.description ?? ""
        #expect(
            text.hasPrefix(
                "\(path)/\(rows[0]): expected a run of plain, client.learning_rate 0.05,"
                    + " server.learning_rate 0.5, seed 1, found one with other settings:"
                    + " training.batch_size: 8, not 4\n"), "\(text)")
        #expect(
            text.hasSuffix(
                "\nand 8 more\nchoose another --output, or add --overwrite to replace them"))
        #expect(FileManager.default.subpaths(atPath: folder.path("o"))?.sorted() == files)
        #expect(
            try compare("o", changes: [("training.batch_size", "4")], overwrite: true, mode: goOn)
                .waiting
                == 16)
    }

    @Test func `does not take a damaged run for one`() throws {
        try compare("whole")
        try compare("o")
        let rows = tables("o")[0].dropFirst().map { $0[0] }
        try folder.write("o/\(rows[2])/run.json", "{ \"state\": \"finished\"")
        let table = folder.text("o/\(rows[4])/rounds.csv").split(separator: "\n")
        try folder.write(
            "o/\(rows[4])/rounds.csv", table.dropLast().map { $0 + "\n" }.joined())
        let error = #expect(throws: UsageError.self) { try compare("o", mode: goOn) }
        let text = error?.description ?? ""
        #expect(
            text.contains("\(rows[2])/run.json: expected a file that hyperfed wrote"), "\(text)")
        #expect(text.contains("\(rows[4]): expected the rows of 3 rounds in rounds.csv, found 2"))
        #expect(try compare("o", overwrite: true, mode: goOn).waiting == 2)
        #expect(tables("o") == tables("whole"))
    }

    @Test(arguments: ["run.json", "rounds.csv", "scenario.yaml"])
    func `does not replace foreign files`(name: String) throws {
        let source = Self.source(Self.section, [])
        let run = try Self.studies(source)[0].runs[5].folder
        try folder.write("o/\(run)/\(name)", "mine")
        for mode in [ComparisonOptions(), goOn] {
            #expect(throws: UsageError.self) { try compare("o", mode: mode) }
        }
        #expect(folder.text("o/\(run)/\(name)") == "mine")
        #expect(!folder.has("o/comparison.json") && !folder.has("o/comparison.csv"))
    }

    @Test(arguments: ["comparison.json", "comparison.yaml", "comparison.csv"])
    func `does not replace foreign files of its own names`(name: String) throws {
        try folder.write("o/\(name)", "mine")
        for (overwrite, mode) in [(false, goOn), (true, ComparisonOptions())] {
            let error = #expect(throws: UsageError.self) {
                try compare("o", overwrite: overwrite, mode: mode)
            }
            #expect(error?.description.contains("that no comparison wrote") == true)
        }
        #expect(folder.text("o/\(name)") == "mine" && folder.names(in: "o") == [name])
    }

    @Test func `that is there is refused with a word of --continue`() throws {
        try compare("o")
        let error = #expect(throws: UsageError.self) { try compare("o") }
        #expect(
            error?.description
                == "\(folder.path("o")): expected a folder without a comparison, found one"
                + " (comparison.csv); choose another --output, add --continue to run only what is"
                + " missing, or add --overwrite")
    }
}
