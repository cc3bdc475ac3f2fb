import ArgumentParser
import Reporting
import Simulation

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the runs in a folder: how far each one is, and how to go on.",
        discussion: """
            The folder may be that of a run, of a comparison, or one around several. Runs of a \
            comparison that are not there are listed as missing. Nothing is changed.
            """)

    @Argument(help: "The folder.")
    var folder: String

    @Option(help: "text, or json: one JSON object a line for each run, and one at the end.")
    var format = FormatOptions.Format.text

    func run() throws {
        let list = try RunList(in: folder)
        guard format == .json else { return writeOutput(list.text) }
        let end = ResultEvent.end(
            folders: [folder], runs: list.rows.count, finished: list.count(.done),
            failed: list.count(.failed), exitCode: 0)
        writeOutput((list.events + [end]).map { $0.line + "\n" }.joined())
    }
}
