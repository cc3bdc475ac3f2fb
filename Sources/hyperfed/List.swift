import ArgumentParser
import Datasets
import Federation
import LearningRates
import Models
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
            """)

    @Argument(help: "A kind, a group of kinds, 'keys' or 'columns'.")
    var kind: String?

    func run() throws {
        guard let kind else {
            writeOutput(groups.map { $0.overview }.joined(separator: "\n"))
            return
        }
        if kind == "keys" {
            let keys = describe { _ = Scenario($0, fileName: "FILE") }
            writeOutput(table(keys.filter { $0.kindOfValue != "section" }))
            return
        }
        if kind == "columns" {
            writeOutput("rounds.csv\n" + meanings(roundColumns(server: "", client: "")))
            writeOutput("\nclients.csv\n" + meanings(clientColumns(client: "")))
            writeOutput("\nclient_evaluations.csv\n" + meanings(clientEvaluationColumns))
            writeOutput("\ntraces.csv\n" + meanings(traceColumns))
            writeOutput("\nserver_traces.csv\n" + meanings(serverTraceColumns))
            writeOutput("\ncomparison.csv\n" + meanings(comparisonColumns(grid: ["GRID.KEY"])))
            writeOutput("\nagainst.csv\n" + meanings(againstColumns(grid: ["GRID.KEY"])))
            writeOutput("\ndrops.csv\n" + meanings(dropColumns))
            writeOutput("\nhypergradients.csv\n" + meanings(hypergradientColumns))
            writeOutput("\nmethods.csv\n" + meanings(hypergradientSummaryColumns))
            return
        }
        let found = groups.flatMap { group in
            group.kinds.filter { $0.kind == kind || group.words.contains(kind) }.map {
                (group.title, $0)
            }
        }
        guard !found.isEmpty else { throw UsageError(unknown(kind)) }
        for (title, entry) in found {
            writeOutput("\(entry.kind) (\(title)): \(entry.summary)\n")
            writeOutput(table(entry.keys))
        }
    }

    /// Returns the error for a word that is neither a kind nor a group.
    private func unknown(_ word: String) -> String {
        let kinds = groups.flatMap { $0.kinds.map(\.kind) }
        let words = groups.flatMap(\.words) + ["keys", "columns"]
        if let close = namesElsewhere.word(for: word, among: kinds + words) {
            return "there is no kind '\(word)'; did you mean '\(close)'?"
        }
        let paths = describe { _ = Scenario($0, fileName: "FILE") }.map(\.path)
        let keys = namesElsewhere.paths(for: word, among: paths)
        if !keys.isEmpty {
            return "there is no kind '\(word)', but a key '\(keys.joined(separator: "' and '"))';"
                + " see 'hyperfed list keys'"
        }
        return "there is no kind '\(word)'; see 'hyperfed list' for all kinds, or one of"
            + " \(groups.map { $0.words[0] }.joined(separator: ", ")), keys, columns"
    }

    private struct Group {
        let title: String
        /// What the group is called on the command line.
        let words: [String]
        let kinds: [(kind: String, summary: String, keys: [KeyDescription])]

        init<C>(_ title: String, _ words: [String], _ registered: [Registered<C>]) {
            self.title = title
            self.words = words
            kinds = registered.map { ($0.kind, $0.summary, $0.keysOfAllForms) }
        }

        var overview: String {
            let width = kinds.map(\.kind.count).max() ?? 0
            let lines = kinds.map { entry in
                "  " + entry.kind + String(repeating: " ", count: width - entry.kind.count)
                    + "  \(entry.summary)\n"
            }
            return "\(title)\n" + lines.joined()
        }
    }

    private var groups: [Group] {
        [
            Group("models (model)", ["models", "model"], models),
            Group(
                "data sets (data.dataset)", ["datasets", "dataset", "data.dataset"], dataSources),
            Group("skews (data.skew)", ["skews", "skew", "data.skew"], skews),
            Group(
                "client optimizers (client.optimizer)",
                ["client-optimizers", "optimizers", "optimizer", "client.optimizer"], optimizers),
            Group(
                "server optimizers (server.optimizer)",
                ["server-optimizers", "optimizers", "optimizer", "server.optimizer"],
                serverOptimizers),
            Group(
                "client schedulers (client.scheduler)",
                ["client-schedulers", "schedulers", "scheduler", "client.scheduler"],
                clientSchedulers),
            Group(
                "levels of a tower (client.scheduler.levels, server.scheduler.levels)",
                ["levels", "client.scheduler.levels", "server.scheduler.levels"],
                towerLevels),
            Group(
                "cohort samplings (clients.sampling)",
                ["samplings", "sampling", "clients.sampling"],
                cohortSamplings()),
            Group(
                "server schedulers (server.scheduler)",
                ["server-schedulers", "schedulers", "scheduler", "server.scheduler"],
                serverSchedulers),
            Group(
                "drift corrections (training.correction)",
                ["corrections", "correction", "training.correction"], driftCorrections),
        ]
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
