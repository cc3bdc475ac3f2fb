import Glibc

/// A file of a run that grows by whole rows or records, and from whose end they can be removed.
final class GrowingFile {
    /// The path of the file.
    let path: String
    /// The length of the file after the last rows, in bytes.
    private(set) var bytes: UInt64
    private let descriptor: Int32

    /// Starts a file with these bytes. An existing file is replaced.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    init(_ path: String, start: [UInt8]) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        bytes = 0
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        try Files.appendRows(start, to: descriptor, path)
        bytes = UInt64(start.count)
    }

    /// Opens an existing file, whose last rows end at a position. The file does not change before
    /// `cut(to:)`, which must come before further rows.
    ///
    /// - Throws: `TableProblem` if it cannot be opened or is shorter.
    init(continuing path: String, at position: UInt64) throws(TableProblem) {
        (self.path, bytes) = (path, position)
        descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TableProblem("\(SystemError.last("open it", path))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, UInt64(status.st_size) >= bytes else {
            throw TableProblem("\(path): expected at least \(bytes) bytes, found \(status.st_size)")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Returns bytes from a position on; nil if there are fewer.
    func read(_ count: Int, at position: UInt64) -> [UInt8]? {
        var found = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &found, count, off_t(position)) == count ? found : nil
    }

    /// Removes what is behind a position.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    func cut(to position: UInt64) throws {
        bytes = position
        guard ftruncate(descriptor, off_t(position)) == 0 else {
            throw SystemError.last("write to it", path)
        }
    }

    /// Appends rows.
    ///
    /// - Parameter countsAsRows: whether `bytes` grows. A file that continues removes other bytes.
    /// - Throws: `OutputError` if they cannot be written. The file is then as before.
    func append(_ rows: [UInt8], countsAsRows: Bool = true) throws(OutputError) {
        try OutputError.naming(path, bytes: rows.count) {
            try Files.appendRows(rows, to: descriptor, path)
        }
        if countsAsRows { bytes += UInt64(rows.count) }
    }
}
