import Charts
import Glibc
import Reporting

/// The tables of a study, or of a comparison without studies.
///
/// They are comparison.csv, summary.csv, against.csv and heatmap.svg.
///
/// comparison.csv grows by a whole line whenever a run has ended. So it has all of them, however
/// the comparison ends. At the end all tables are written anew, in the planned order.
final class ComparisonTables {
    let study: PlannedStudy
    private let path: String
    private let columns: [Column<ComparisonRow>]
    /// Lines that are not in the table yet: the disk was full.
    private var waiting: [String] = []
    private var hasBegun = false
    /// Why the tables lack something; nil if nothing.
    private(set) var problem: String?

    /// Makes the tables of a study in the folder of a comparison.
    init(_ study: PlannedStudy, in top: String) {
        self.study = study
        path = study.folder(in: top)
        columns = comparisonColumns(
            grid: study.grid, drawn: study.drawn, classes: study.classes,
            hasModels: study.hasModels)
    }

    /// Starts the tables with the rows of runs that have ended before; other tables go. Where that
    /// fails it is tried again with each row.
    func begin(_ rows: [ComparisonRow]) throws {
        waiting = rows.map(line)
        try begin()
    }

    private func begin() throws {
        try Files.makeFolder(path)
        Files.removeTemporaries(of: Self.names, in: path)
        try Files.write(Array((header + waiting.joined()).utf8), to: table)
        waiting = []
        for name in Self.names where name != FolderContent.table { unlink("\(path)/\(name)") }
        hasBegun = true
    }

    /// Appends the row of a run that has ended. What cannot be written now is written with a later
    /// one.
    func append(_ row: ComparisonRow) {
        waiting.append(line(row))
        let before = problem
        write()
        if let problem, before == nil { writeError("error: \(problem)") }
    }

    /// Writes all tables anew: comparison.csv in the planned order, summary.csv, against.csv with a
    /// baseline, heatmap.svg with a grid of two keys.
    ///
    /// - Parameter rows: of all runs that have ended, in the planned order.
    func finish(_ rows: [ComparisonRow], _ result: StudyResult) {
        write()
        // The best value of the baseline's run may have come after the run itself had ended.
        let rows = ComparisonRow.addingCompareTargets(
            rows, baseline: study.baseline, share: study.target)
        do {
            let text = csvTable(columns, rows, missing: study.missing)
            try Files.write(Array(text.utf8), to: table)
            (waiting, problem, hasBegun) = ([], nil, true)
            try writeOthers(rows, result)
        } catch {
            problem = problem ?? "\(error)"
        }
    }

    private func writeOthers(_ rows: [ComparisonRow], _ result: StudyResult) throws {
        try write(
            result.statistics.rows,
            summaryColumns(
                grid: study.grid, baseline: result.statistics.baseline, hasModels: study.hasModels),
            "summary.csv")
        if let against = result.against {
            try write(against.rows, againstColumns(grid: study.grid), "against.csv")
        } else {
            unlink("\(path)/against.csv")
        }
        if Set(study.runs.map(\.metric)).count == 1, !rows.isEmpty,
            let map = heatMap(
                rows, grid: study.grid, metric: study.metric, against: result.against)
        {
            let svg = map.svg(.file(width: 900), id: "map")
            try Files.write(Array(svg.utf8), to: "\(path)/heatmap.svg")
        } else {
            unlink("\(path)/heatmap.svg")
        }
    }

    private func write<Row>(_ rows: [Row], _ columns: [Column<Row>], _ name: String) throws {
        let text = csvTable(columns, rows, missing: study.missing)
        try Files.write(Array(text.utf8), to: "\(path)/\(name)")
    }

    private static let names = [
        FolderContent.table, "summary.csv", "against.csv", "heatmap.svg",
    ]
    private var table: String { "\(path)/\(FolderContent.table)" }
    private var header: String { csvHeader(columns) + "\n" }

    private func line(_ row: ComparisonRow) -> String {
        csvLine(columns, row, missing: study.missing) + "\n"
    }

    private func write() {
        guard !waiting.isEmpty else { return }
        do {
            if !hasBegun { return try begin() }
            let descriptor = open(table, O_WRONLY | O_APPEND | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError.last("write to it", table) }
            defer { close(descriptor) }
            try Files.appendRows(Array(waiting.joined().utf8), to: descriptor, table)
            guard fsync(descriptor) == 0 else { throw SystemError.last("write to it", table) }
            waiting = []
            problem = nil
        } catch {
            let rows =
                waiting.count == 1
                ? "the last run that has ended is"
                : "the last \(waiting.count) runs that have ended are"
            problem = "\(error); \(rows) missing in it"
        }
    }
}
