public import Charts
import Settings
public import Simulation

/// The figures and tables of comparisons and runs, each to be written as a file for a paper.
public struct FigureSet: Sendable {
    /// The charts in the order of the report.
    private let figures: [ReportFigure]
    /// The summary tables of the studies.
    private let tables: [ReportFile]
    /// What could not be read, in words.
    public let problems: [String]

    /// Reads folders.
    ///
    /// - Parameter folders: folders of comparisons and of runs.
    /// - Throws: `UsageError` if a folder is neither, or has no run at all.
    public init(_ folders: [String]) throws(UsageError) {
        let data = try ReportData(folders)
        problems = data.problems
        var figures: [ReportFigure] = []
        var tables: [ReportFile] = []
        let roles = ReportPage.roles(data.studies)
        for (index, study) in data.studies.enumerated() {
            let start = data.studies.count > 1 ? "\(index + 1)-" : ""
            let content = StudyContent(study.withRoles(roles))
            if let differences = DifferenceColumn(content) {
                let chart = differences.whole
                figures.append(
                    ReportFigure(
                        name: start + "differences", title: chart.title,
                        caption: "Dots: seeds; above them the mean\(differences.intervalWords).",
                        chart: chart))
            }
            if let summary = PlainSummary(content) {
                tables += [
                    ReportFile(name: start + "summary-table.tex", text: summary.latex),
                    ReportFile(name: start + "summary-table.md", text: summary.markdown),
                    ReportFile(name: start + "summary-table.csv", text: summary.csv),
                ]
            }
        }
        self.figures = figures + ReportPage(data).charts
        self.tables = tables
    }

    /// The names that can be chosen: the charts, and `summary-table` for the tables.
    public var names: [String] { figures.map(\.name) + (tables.isEmpty ? [] : ["summary-table"]) }

    /// Writes the chosen figures and tables into a folder, and captions.md with a text for each.
    ///
    /// - Parameters:
    ///   - names: what is chosen; empty for all.
    ///   - paper: the size and the font.
    ///   - format: the form of the files.
    ///   - folder: where the files go; it is made if it is not there.
    /// - Returns: the number of figures and tables.
    /// - Throws: `UsageError` for an unknown name, for a folder that cannot be written, or if
    ///   rsvg-convert is missing. `RunError` if rsvg-convert failed.
    public func write(
        only names: [String], _ paper: ChartForm, _ format: FigureFormat, to folder: String
    ) throws -> (figures: Int, tables: Int) {
        for name in names where !self.names.contains(name) {
            let close = suggestion(for: name, among: self.names)
            throw UsageError(
                "--only: expected one of \(self.names.joined(separator: ", ")), found '\(name)'"
                    + (close.map { "; write \($0)" } ?? ""))
        }
        let chosen = names.isEmpty ? figures : figures.filter { names.contains($0.name) }
        let tables = names.isEmpty || names.contains("summary-table") ? tables : []
        do {
            try Files.makeFolder(folder)
            for figure in chosen {
                let svg = figure.chart.svg(paper, id: "figure")
                try format.write(svg, to: "\(folder)/\(figure.name)")
            }
            for table in tables {
                try Files.write(Array(table.text.utf8), to: "\(folder)/\(table.name)")
            }
            let captions = chosen.map { Self.caption($0, paper) }.joined(separator: "\n")
            if !chosen.isEmpty {
                try Files.write(Array(captions.utf8), to: "\(folder)/captions.md")
            }
        } catch let error as SystemError {
            throw UsageError(
                "\(folder): expected a folder that can be written, found an error; choose another"
                    + " --output (\(error.cause))")
        }
        return (chosen.count, tables.count)
    }

    private static func caption(_ figure: ReportFigure, _ paper: ChartForm) -> String {
        let words = ["\(figure.title)."] + [figure.caption] + figure.chart.notes(paper)
        return "**\(figure.name)** "
            + PlainSummary.markdown(words.filter { !$0.isEmpty }.joined(separator: " ")) + "\n"
    }
}
