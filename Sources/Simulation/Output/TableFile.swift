import Glibc
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
    package var position: OutputPosition { OutputPosition(file: name, bytes: bytes) }

    private let name: String
    private let path: String
    private let descriptor: Int32
    private let columns: [Column<Row>]
    private let missing: MissingNumber
    private var bytes: UInt64 = 0

    /// Starts a file with its header. An existing file of that name is replaced.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package init(
        _ name: String, in folder: String, _ columns: [Column<Row>], missing: MissingNumber
    )
        throws
    {
        (self.name, self.columns, self.missing) = (name, columns, missing)
        path = "\(folder)/\(name)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        let header = Array((csvHeader(columns) + "\n").utf8)
        try Files.appendRows(header, to: descriptor, path)
        bytes = UInt64(header.count)
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
        path = "\(folder)/\(name)"
        bytes = position
        descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TableProblem("\(SystemError.last("open it", path))")
        }
        try check()
    }

    private func check() throws(TableProblem) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, UInt64(status.st_size) >= bytes else {
            throw TableProblem("\(path): expected at least \(bytes) bytes, found \(status.st_size)")
        }
        let header = Array((csvHeader(columns) + "\n").utf8)
        var start = [UInt8](repeating: 0, count: header.count)
        guard bytes >= UInt64(header.count),
            pread(descriptor, &start, start.count, 0) == start.count,
            start == header
        else { throw TableProblem("\(path): expected the columns of this run, found others") }
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, off_t(bytes) - 1) == 1, last == UInt8(ascii: "\n") else {
            throw TableProblem("\(path): expected the end of a row at byte \(bytes), found none")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Removes the rows behind a position.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    func cut(to position: UInt64) throws {
        bytes = position
        guard ftruncate(descriptor, off_t(position)) == 0 else {
            throw SystemError.last("write to it", path)
        }
    }

    /// Appends rows. If there are none, nothing is written.
    ///
    /// - Throws: `OutputError` if the rows cannot be written. The file is then as before.
    package func append(_ rows: [Row]) throws(OutputError) {
        guard !rows.isEmpty else { return }
        let lines = Array(rows.map { csvLine(columns, $0, missing: missing) + "\n" }.joined().utf8)
        try OutputError.naming(path, bytes: lines.count) {
            try Files.appendRows(lines, to: descriptor, path)
        }
        bytes += UInt64(lines.count)
    }
}

/// The reason why a table does not fit a checkpoint, as a sentence.
package struct TableProblem: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
