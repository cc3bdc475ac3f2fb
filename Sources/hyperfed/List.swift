import ArgumentParser
import Reporting
import Scenarios
import Settings
import Simulation

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List models, data sets, skews, optimizers and schedulers, or the keys of one.",
        discussion: """
            hyperfed list              every kind, a line each
              hyperfed list fedhyper_g   the keys of a kind: default, range, meaning
              hyperfed list models       all kinds of a group with their keys
              hyperfed list keys         the keys of a scenario file, with the default kinds
              hyperfed list columns      every column of the CSV files
              hyperfed list --markdown   every key of every kind, as a page
              hyperfed list --pages Documentation   (make pages) writes the tables of the pages
            """)

    @Argument(help: "A kind, a group of kinds, 'keys' or 'columns'.")
    var kind: String?

    @Flag(help: "Every key of every section and kind, as a page in Markdown.")
    var markdown = false

    @Option(
        help: ArgumentHelp(
            "Write the tables of schedulers and the glossary into the pages of this folder.",
            valueName: "folder"))
    var pages: String?

    private var groups: [RegistryGroup] { RegistryGroup.all }

    func validate() throws {
        if markdown, let kind {
            throw ValidationError(
                "--markdown: expected no kind beside it, found '\(kind)'; leave one of them out")
        }
        if pages != nil, let other = markdown ? "--markdown" : kind {
            throw ValidationError(
                "--pages: expected no other request, found '\(other)'; leave one of them out")
        }
    }

    func run() throws {
        if markdown { return writeOutput(Glossary().text) }
        if let pages {
            let changed = try GeneratedPages(folder: pages).write()
            return writeOutput(
                changed.isEmpty
                    ? "every page is as the program says\n"
                    : changed.map { "\($0): written anew\n" }.joined())
        }
        guard let kind else {
            writeOutput(groups.map(overview).joined(separator: "\n"))
            return
        }
        if kind == "keys" {
            let keys = describe { _ = Scenario($0, fileName: "FILE") }
            writeOutput(
                table(keys.filter { $0.kindOfValue != "section" } + ComparisonKeys.all))
            return
        }
        if kind == "columns" {
            writeOutput(
                "rounds.csv\n"
                    + meanings(
                        roundColumns(
                            server: "", client: "", hasPhases: true, hasClasses: true,
                            hasStaleness: true, predictsSymbols: true)))
            writeOutput("\nclients.csv\n" + meanings(clientColumns(client: "", hasStaleness: true)))
            writeOutput(
                "\nclient_evaluations.csv\n"
                    + meanings(clientEvaluationColumns(predictsSymbols: true)))
            writeOutput("\nclass_evaluations.csv\n" + meanings(classEvaluationColumns))
            writeOutput("\ntraces.csv\n" + meanings(traceColumns))
            writeOutput("\nserver_traces.csv\n" + meanings(serverTraceColumns))
            writeOutput(
                "\ncomparison.csv\n"
                    + meanings(comparisonColumns(grid: ["GRID.KEY"], hasModels: true)))
            writeOutput(
                "\nsummary.csv\n"
                    + meanings(summaryColumns(grid: ["GRID.KEY"], baseline: nil, hasModels: true)))
            writeOutput("\nagainst.csv\n" + meanings(againstColumns(grid: ["GRID.KEY"])))
            writeOutput("\ndrops.csv\n" + meanings(dropColumns))
            writeOutput("\npartition.csv\n" + meanings(partitionColumns(classes: ["class_NAME"])))
            writeOutput("\nhypergradients.csv\n" + meanings(hypergradientColumns))
            writeOutput("\nmethods.csv\n" + meanings(hypergradientSummaryColumns))
            return
        }
        let found = groups.flatMap { group in
            group.kinds.filter { $0.kind == kind || group.words.contains(kind) }.map {
                (group.heading, $0)
            }
        }
        guard !found.isEmpty else { throw UsageError(unknown(kind)) }
        for (title, entry) in found {
            writeOutput("\(entry.kind) (\(title)): \(entry.summary)\n")
            if !entry.origin.isEmpty { writeOutput("  from: \(entry.origin)\n") }
            if !entry.cost.isEmpty { writeOutput("  a million clients: \(entry.cost)\n") }
            writeOutput(table(entry.keys))
        }
    }

    /// Returns the error for a word that is neither a kind nor a group.
    private func unknown(_ word: String) -> String {
        let kinds = groups.flatMap { $0.kinds.map(\.kind) }
        let words = groups.flatMap(\.words) + ["keys", "columns"]
        if let close = namesElsewhere.word(for: word, among: kinds + words) {
            return "list: expected a kind or a group of kinds, found '\(word)'; did you mean"
                + " '\(close)'?"
        }
        let paths =
            (describe { _ = Scenario($0, fileName: "FILE") } + ComparisonKeys.all).map(\.path)
        let keys = namesElsewhere.paths(for: word, among: paths)
        if !keys.isEmpty {
            return "list: expected a kind or a group of kinds, found the key"
                + " '\(keys.joined(separator: "' and '"))'; see 'hyperfed list keys'"
        }
        return "list: expected a kind or a group of kinds, found '\(word)'; see 'hyperfed list' for"
            + " all kinds; the groups are"
            + " \(groups.map { $0.words[0] }.joined(separator: ", ")), keys, columns"
    }

    private func overview(of group: RegistryGroup) -> String {
        let width = group.kinds.map(\.kind.count).max() ?? 0
        let lines = group.kinds.map { entry in
            "  " + entry.kind + String(repeating: " ", count: width - entry.kind.count)
                + "  \(entry.summary)\n"
        }
        return "\(group.heading)\n" + lines.joined()
    }

    private func meanings<Row>(_ columns: [Column<Row>]) -> String {
        let width = columns.map(\.name.count).max() ?? 0
        return columns.map { column in
            let padding = String(repeating: " ", count: width - column.name.count)
            return "  \(column.name)\(padding)  \(column.meaning)\n"
        }.joined()
    }

    private func table(_ keys: [KeyDescription]) -> String {
        if keys.isEmpty { return "  no keys\n" }
        let rows = keys.map { key -> [String] in
            [
                key.path, key.kindOfValue, key.defaultText, key.rangePhrase,
                key.condition.isEmpty ? key.meaning : "(\(key.condition)) \(key.meaning)",
            ]
        }
        let widths = (0..<4).map { column in
            min(40, rows.map { $0[column].count }.max() ?? 0)
        }
        return rows.map { row in
            var line = " "
            for column in 0..<4 {
                let padding = max(0, widths[column] - row[column].count)
                line += " " + row[column] + String(repeating: " ", count: padding + 1)
            }
            return line + " " + row[4] + "\n"
        }.joined()
    }
}
