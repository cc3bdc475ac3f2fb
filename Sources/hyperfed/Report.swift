import ArgumentParser
import Simulation

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the tables of a comparison anew from the folders of its runs.",
        discussion: """
            It does not matter who ran them, in which order and on which machine: runs are \
            recognised by their digest. Writes comparison.csv, summary.csv, against.csv and \
            heatmap.svg, and prints the tables. Needs neither the scenario file nor the data.

              hyperfed report runs/fashion-skewed --tables
            """)

    @Argument(help: "The folder of the comparison.")
    var folder: String

    @Flag(help: "Write and print the tables.")
    var tables = false

    func validate() throws {
        guard tables else {
            throw ValidationError("report: expected --tables, found no kind of report; add it")
        }
    }

    func run() throws {
        let report = try ComparisonReport(folder)
        for problem in report.problems {
            writeError("warning: \(problem); it is not in the tables")
        }
        for result in try report.write() where !result.isEmpty { writeOutput(result.text) }
        writeOutput("results in \(folder)\n")
    }
}
