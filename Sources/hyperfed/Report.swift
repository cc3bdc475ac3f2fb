import ArgumentParser
import Report
import Simulation

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make the tables and the report of a comparison anew from its folder.",
        discussion: """
            It does not matter who ran the runs, in which order and on which machine: runs are \
            recognised by their digest. Writes comparison.csv, summary.csv, against.csv and \
            heatmap.svg, prints the tables, and writes report.html: one page with tables and \
            charts that needs nothing else. Each chart also lies in the folder `report` beside it, \
            as SVG and CSV. Needs neither the scenario file nor the data.

              hyperfed report runs/fashion-skewed
              hyperfed report runs/quickstart/base/seed-1      a single run
              hyperfed report runs/a runs/b --output both.html
            """)

    @Argument(help: "Folders of comparisons and of runs.")
    var folders: [String]

    @Flag(help: "Write and print the tables only.")
    var tables = false

    @Option(
        help: ArgumentHelp(
            "The page to write (default: report.html in the folder); needed with several folders.",
            valueName: "file"))
    var output: String?

    func validate() throws {
        if folders.count > 1, output == nil, !tables {
            throw ValidationError(
                "report: expected --output for the page of \(folders.count) folders, found no"
                    + " value; add --output report.html")
        }
        if tables, output != nil {
            throw ValidationError(
                "--output: expected a page to write, found --tables, which writes none; remove one")
        }
    }

    func run() throws {
        var comparisons: [String: ComparisonReport] = [:]
        var warnings: Set<String> = []
        func warn(_ problem: String) {
            // The page has the problems of the tables, too.
            if warnings.insert(problem).inserted { writeError("warning: \(problem)") }
        }
        for folder in folders {
            // A run has its tables already.
            if !ComparisonFile.isIn(folder), RunFile.isIn(folder), !tables { continue }
            let report = try ComparisonReport(folder, keepsRounds: !tables)
            for problem in report.problems { warn("\(problem); it is not in the report") }
            try report.write()
            for result in report.results where !result.isEmpty {
                writeOutput(result.text(cutsNames: outputIsTerminal))
            }
            writeOutput("results in \(folder)\n")
            comparisons[folder] = report
        }
        guard !tables else { return }
        let path = output ?? "\(folders[0])/\(ReportPage.fileName)"
        for problem in try ReportPage.write(folders, comparisons, to: path) { warn(problem) }
        writeOutput("report: \(path)\n")
    }
}

/// Whether a comparison ends with a report.
struct ReportOption: ParsableArguments {
    @Flag(help: "Write no report.html at the end.")
    var noReport = false

    /// Writes the report of a comparison that has ended. A report that cannot be written is a
    /// warning: the results are there.
    ///
    /// - Returns: the line that names the report; empty if there is none.
    func write(_ folder: String) -> String {
        guard !noReport, EndSignal.waiting == nil else { return "" }
        let path = "\(folder)/\(ReportPage.fileName)"
        do {
            for problem in try ReportPage.write([folder], to: path) {
                writeError("warning: \(problem)")
            }
            return "report: \(path)\n"
        } catch {
            writeError("warning: \(error); the comparison has no report")
            return ""
        }
    }
}
