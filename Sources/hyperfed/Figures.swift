import ArgumentParser
import Charts
import Report
import Settings
import Simulation

struct Figures: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the figures and the summary table of results for a paper.",
        discussion: """
            Each chart of the report becomes a file of its own, at the width of a column, with \
            text of 8 points, in colours and dashes that a grey printer keeps apart. The summary \
            table is written as LaTeX (booktabs), Markdown and CSV; captions.md has a text for \
            each figure. PDF and PNG files need rsvg-convert (Debian's librsvg2-bin).

              hyperfed figures runs/quickstart --width 3.3in
              hyperfed figures runs/quickstart --format svg --only accuracy-rounds,summary-table
            """)

    @Argument(help: "Folders of comparisons and of runs.")
    var folders: [String]

    @Option(help: "pdf, svg or png.")
    var format = "pdf"

    @Option(
        help: ArgumentHelp("The width, such as 3.3in, 84mm or 240pt.", valueName: "length"))
    var width = "3.3in"

    @Option(
        help: ArgumentHelp(
            "The height of charts of curves (default: 2.1in, or 2.4in for wide ones).",
            valueName: "length"))
    var height: String?

    @Option(
        help: ArgumentHelp(
            "Only these figures, with commas between; summary-table is the tables.",
            valueName: "names"))
    var only: String?

    @Option(
        help: ArgumentHelp(
            "The family of the font (default: Liberation Sans or Helvetica).", valueName: "family"))
    var font: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the files (default: figures in the folder).",
            valueName: "folder"))
    var output: String?

    func run() throws {
        guard folders.count == 1 || output != nil else {
            throw UsageError(
                "figures: expected --output for the figures of \(folders.count) folders, found no"
                    + " value; add --output figures")
        }
        guard let format = FigureFormat(rawValue: format) else {
            throw UsageError("--format: expected pdf, svg or png, found '\(format)'")
        }
        let paper = ChartForm.paper(
            width: try Self.inches(width, "--width", 1.5...20),
            height: try height.map { try Self.inches($0, "--height", 1...20) }, font: font)
        let figures = try FigureSet(folders)
        for problem in figures.problems { writeError("warning: \(problem)") }
        let folder = output ?? "\(folders[0])/figures"
        let names = (only ?? "").split(separator: ",").map {
            String($0.drop { $0 == " " })
        }
        let count = try figures.write(only: names, paper, format, to: folder)
        writeOutput("\(count.figures) figures and \(count.tables) tables in \(folder)\n")
    }

    /// Returns a length in inches.
    ///
    /// - Throws: `UsageError` if the text has no number with a unit, or a length outside the range.
    static func inches(_ text: String, _ option: String, _ range: ClosedRange<Double>) throws
        -> Double
    {
        let units = ["in": 1, "mm": 1 / 25.4, "cm": 1 / 2.54, "pt": 1 / 72.0]
        let unit = String(text.suffix(2))
        guard let scale = units[unit], let number = Double(text.dropLast(2)),
            range.contains(number * scale)
        else {
            let (low, high) = (Int(range.lowerBound.rounded(.up)), Int(range.upperBound))
            throw UsageError(
                "\(option): expected a length between \(range.lowerBound == 1.5 ? "1.5" : "\(low)")"
                    + " and \(high) inches such as 3.3in, 84mm or 240pt, found '\(text)'")
        }
        return number * scale
    }
}
