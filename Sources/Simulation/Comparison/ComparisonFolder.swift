import Glibc
import Reporting
import Scenarios

/// The folder of a study, or of a comparison without studies. It contains comparison.csv,
/// against.csv, heatmap.svg and the runs, VARIANT/seed-N. The lock lives as long as this value.
///
/// Each time a run ends, comparison.csv grows by one whole line. So the table has all runs that
/// have ended, however the comparison ends.
final class ComparisonFolder {
    let path: String
    private let lock: FolderLock
    private let columns: [Column<ComparisonRow>]
    /// The text for a missing number.
    private let missing: MissingNumber
    /// Lines that are not in the table yet, because a write failed.
    private var waiting: [String] = []
    /// The lines that are in it.
    private var written: [String] = []
    private var hasBegun = false
    /// The reason why the tables are incomplete; nil if they are complete.
    private(set) var problem: String?

    /// Checks that a study can be written into this folder. This function makes no folder.
    ///
    /// - Throws: `UsageError` if a result would be replaced or mixed with other results.
    static func check(_ study: PreparedStudy, in top: String) throws {
        let path = study.folder(in: top)
        for folder in [top, path] where Files.exists("\(folder)/run.json") {
            throw UsageError(
                "\(folder): expected a folder for a comparison, found a run; choose another"
                    + " --output")
        }
        if let run = FolderContent.runAround(path) {
            throw UsageError(
                "\(path): expected a folder outside of runs, found that of a run around it, \(run);"
                    + " choose another --output")
        }
        if study.name == nil, let other = FolderContent.studies(in: top).first {
            throw UsageError(
                "\(top): expected a folder for a comparison without studies, found the study"
                    + " \(other); choose another --output")
        }
        if study.name != nil, Files.exists("\(top)/\(FolderContent.table)") {
            throw UsageError(
                "\(top): expected a folder for studies, found a comparison without studies"
                    + " (\(FolderContent.table)); choose another --output")
        }
        if let run = FolderContent.runs(directlyIn: path).first {
            throw UsageError(
                "\(path): expected a folder for a comparison, found that of one variant (\(run));"
                    + " choose another --output")
        }
        guard FolderContent.tableIsOwn(in: path) else {
            throw UsageError(
                "\(path): expected a comparison to replace, found a \(FolderContent.table) that no"
                    + " comparison wrote; move it away, or choose another --output")
        }
    }

    /// Checks that no table of an earlier comparison is lost.
    ///
    /// - Throws: `UsageError` if the folder has such a table and `overwrite` is false.
    static func checkTable(of study: PreparedStudy, in top: String, overwrite: Bool) throws {
        let path = study.folder(in: top)
        guard !overwrite, FolderContent.tableHasRows(in: path) else { return }
        throw UsageError(
            "\(path): expected a folder without a comparison, found one (\(FolderContent.table));"
                + " choose another --output or add --overwrite")
    }

    /// Locks a folder that exists.
    ///
    /// - Throws: `UsageError` if another comparison is writing into it.
    init(_ study: PreparedStudy, in top: String) throws {
        path = study.folder(in: top)
        lock = try FolderLock(path, holder: "comparison")
        lock.warn()
        columns = comparisonColumns(grid: study.grid)
        missing = study.runs.first?.missing ?? .empty
    }

    /// Starts the tables of a new comparison and removes those of an earlier one. If this fails,
    /// each later row tries again.
    func begin() throws {
        Files.removeTemporaries(of: Self.names, in: path)
        try Files.write(Array((csvHeader(columns) + "\n").utf8), to: table)
        for name in Self.names where name != FolderContent.table { unlink("\(path)/\(name)") }
        hasBegun = true
    }

    /// Appends the row of a run that has ended. If the write fails, the row is written with a later
    /// one.
    func append(_ row: ComparisonRow) {
        waiting.append(csvLine(columns, row, missing: missing) + "\n")
        let before = problem
        write()
        if let problem, before == nil { writeError("error: \(problem)") }
    }

    /// Writes comparison.csv in the order of the runs, and the files that need all rows:
    /// against.csv if there is a baseline, heatmap.svg if the grid has two keys.
    ///
    /// - Parameter rows: the rows of the runs that have ended, in the order of the runs.
    func finish(_ study: PreparedStudy, _ rows: [ComparisonRow], _ result: StudyResult) {
        write()
        do {
            // Runs that go on at once end in any order.
            let lines = rows.map { csvLine(columns, $0, missing: missing) + "\n" }
            if waiting.isEmpty, lines != written {
                let text = csvHeader(columns) + "\n" + lines.joined()
                try Files.write(Array(text.utf8), to: table)
                written = lines
            }
            if let against = result.against {
                let columns = againstColumns(grid: study.grid)
                let lines =
                    [csvHeader(columns)]
                    + against.rows.map { csvLine(columns, $0, missing: missing) }
                try Files.write(
                    Array(lines.map { $0 + "\n" }.joined().utf8), to: "\(path)/against.csv")
            }
            if Set(study.runs.map(\.metric)).count == 1, !rows.isEmpty,
                let map = heatMap(
                    rows, grid: study.grid, metric: study.metric, against: result.against)
            {
                try Files.write(Array(map.svg().utf8), to: "\(path)/heatmap.svg")
            }
        } catch {
            problem = problem ?? "\(error)"
        }
    }

    private static let names = [FolderContent.table, "against.csv", "heatmap.svg"]
    private var table: String { "\(path)/\(FolderContent.table)" }

    private func write() {
        guard !waiting.isEmpty else { return }
        do {
            if !hasBegun { try begin() }
            let descriptor = open(table, O_WRONLY | O_APPEND | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError.last("write to it", table) }
            defer { close(descriptor) }
            try Files.appendRows(Array(waiting.joined().utf8), to: descriptor, table)
            guard fsync(descriptor) == 0 else { throw SystemError.last("write to it", table) }
            written += waiting
            waiting = []
            problem = nil
        } catch {
            problem = "\(error); the last \(waiting.count) runs that have ended are missing in it"
        }
    }
}

extension PreparedStudy {
    /// Returns the study's own folder inside `top`, or `top` if the study has no name.
    func folder(in top: String) -> String { name.map { "\(top)/\($0)" } ?? top }

    /// Returns runs in this study's folder that do not belong to this study. They come from an
    /// earlier comparison or from single runs.
    func foreignRuns(in path: String) -> [String] {
        let own = Set(runs.map { "\($0.name)/seed-\($0.scenario.seed)" })
        return Files.names(in: path).flatMap { name in
            FolderContent.runs(directlyIn: "\(path)/\(name)").map { "\(name)/\($0)" }
        }.filter { !own.contains($0) }
    }
}
