package import Reporting

/// A table that rows can be removed from, whatever its rows are.
protocol CuttableTable: AnyObject {
    /// The length of the file after the last rows.
    var position: OutputPosition { get }
    /// Removes the rows behind a position.
    func cut(to position: UInt64) throws
}

/// One of a run's CSV files. The file is open for appending, and its columns are fixed.
///
/// All rows of a round are written in one call. So the file is readable, however the run ends.
package final class TableFile<Row>: CuttableTable {
    /// The length of the file after the last rows.
    package var position: OutputPosition { OutputPosition(file: name, bytes: file.bytes) }

    private let name: String
    private let file: GrowingFile
    private let columns: [Column<Row>]
    private let missing: MissingNumber

    /// Starts a file with its header. An existing file of that name is replaced.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package init(
        _ name: String, in folder: String, _ columns: [Column<Row>], missing: MissingNumber
    ) throws {
        (self.name, self.columns, self.missing) = (name, columns, missing)
        file = try GrowingFile("\(folder)/\(name)", start: Self.header(columns))
    }

    /// Opens an existing file, whose last row ends at a position. The file does not change before
    /// `cut(to:)`, which must come before further rows.
    ///
    /// - Throws: `TableProblem` if no row ends there, or if the columns are others.
    package init(
        continuing name: String, in folder: String, _ columns: [Column<Row>],
        missing: MissingNumber, at position: UInt64
    ) throws(TableProblem) {
        (self.name, self.columns, self.missing) = (name, columns, missing)
        file = try GrowingFile(continuing: "\(folder)/\(name)", at: position)
        let header = Self.header(columns)
        guard file.bytes >= UInt64(header.count), file.read(header.count, at: 0) == header else {
            throw TableProblem("\(file.path): expected the columns of this run, found others")
        }
        guard file.read(1, at: file.bytes - 1) == [UInt8(ascii: "\n")] else {
            throw TableProblem(
                "\(file.path): expected the end of a row at byte \(file.bytes), found none")
        }
    }

    private static func header(_ columns: [Column<Row>]) -> [UInt8] {
        Array((csvHeader(columns) + "\n").utf8)
    }

    /// Removes the rows behind a position.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    func cut(to position: UInt64) throws { try file.cut(to: position) }

    /// Appends rows. If there are none, nothing is written.
    ///
    /// - Throws: `OutputError` if the rows cannot be written. The file is then as before.
    package func append(_ rows: [Row]) throws(OutputError) {
        guard !rows.isEmpty else { return }
        try file.append(
            Array(rows.map { csvLine(columns, $0, missing: missing) + "\n" }.joined().utf8))
    }
}

/// The reason why a table does not fit a checkpoint, as a sentence.
package struct TableProblem: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
