import Glibc
package import Reporting

/// One of a run's CSV files. The file is open for appending, and its columns are fixed.
///
/// All rows of a round are written in one call. So the file is readable, however the run ends.
package final class TableFile<Row> {
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
        try Files.append(header, to: descriptor, path)
        bytes = UInt64(header.count)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends rows. If there are none, nothing is written.
    ///
    /// - Throws: `SystemError` if the rows cannot be written. The file is then as before.
    package func append(_ rows: [Row]) throws {
        guard !rows.isEmpty else { return }
        let lines = Array(rows.map { csvLine(columns, $0, missing: missing) + "\n" }.joined().utf8)
        try Files.appendRows(lines, to: descriptor, path)
        bytes += UInt64(lines.count)
    }
}
