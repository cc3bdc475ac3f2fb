import Datasets
import Glibc

/// Reads and writes whole files and folders, with the plain system calls.
public enum Files {
    /// Returns the text of a file.
    ///
    /// - Parameter most: how many bytes it may have. A settings file has at most 1 MiB; the limit
    ///   stops reading a device or a data set by mistake.
    public static func read(_ path: String, most: Int = 16 << 20) throws -> String {
        let bytes = try readBytes(path, atMost: most)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SystemError(
                operation: "expected text in UTF-8, found other bytes", object: path, errno: 0)
        }
        return text
    }

    /// Returns the bytes of a file.
    ///
    /// - Parameter most: the largest size that is read; more bytes are an error.
    package static func readBytes(_ path: String, atMost most: Int = .max) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("read it", path) }
        defer { close(descriptor) }
        guard let bytes = try contents(of: descriptor, path, atMost: most) else {
            throw SystemError(
                operation: "expected at most \(most >> 20) MiB, found more", object: path,
                errno: 0)
        }
        return bytes
    }

    /// Returns the bytes of an open file, or nil if there are more than `most`.
    static func contents(
        of descriptor: Int32, _ path: String, atMost most: Int
    ) throws(SystemError) -> [UInt8]? {
        var status = stat()
        var bytes: [UInt8] = []
        if fstat(descriptor, &status) == 0 {
            bytes.reserveCapacity(max(0, min(Int(status.st_size), most)))
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last("read it", path)
            }
            bytes.append(contentsOf: buffer[..<count])
            // Files in /proc report a size of 0.
            if bytes.count > most { return nil }
        }
    }

    /// Writes a file. A reader finds the old file or the whole new file, even after the machine
    /// stopped in between.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = try writeTemporary(bytes, beside: path)
        do {
            try flush(temporary)
        } catch {
            unlink(temporary)
            throw error
        }
        try move(temporary, to: path)
    }

    /// Writes a file under a temporary name beside its own, without waiting for the disk. Returns
    /// the temporary path, for `flush` and `move`.
    static func writeTemporary(_ bytes: [UInt8], beside path: String) throws -> String {
        let (descriptor, temporary) = try openTemporary(beside: path)
        defer { close(descriptor) }
        do {
            try append(bytes, to: descriptor, path)
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    /// Writes a file piece by piece, without waiting for the disk. A reader finds the old file or
    /// the whole new one.
    ///
    /// - Parameter body: passes the pieces to its argument, in order.
    static func writePieces(
        to path: String, _ body: (_ write: ([UInt8]) throws -> Void) throws -> Void
    ) throws {
        let (descriptor, temporary) = try openTemporary(beside: path)
        defer { close(descriptor) }
        do {
            try body { try append($0, to: descriptor, path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try rename(temporary, to: path)
    }

    /// Waits until the bytes of a file are on the disk.
    static func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError.last("write to it", path) }
    }

    /// Moves a temporary file to its own name, without waiting for the disk.
    static func rename(_ temporary: String, to path: String) throws {
        guard Glibc.rename(temporary, path) == 0 else {
            let error = SystemError.last("write to it", path)
            unlink(temporary)
            throw error
        }
    }

    /// Moves a temporary file to its own name, and writes the name to the disk.
    static func move(_ temporary: String, to path: String) throws {
        try rename(temporary, to: path)
        let slash = path.lastIndex(of: "/")
        flushFolder(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    /// Opens a new file beside another one. Its name contains a number of this process, so that two
    /// processes, or two threads of one process, never write into the same file.
    private static func openTemporary(beside path: String) throws -> (Int32, path: String) {
        for attempt in 0..<1000 {
            let temporary = "\(path).\(getpid())-\(attempt)\(temporaryEnding)"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return (descriptor, temporary) }
            guard errno == EEXIST else { break }
        }
        throw SystemError.last("write to it", path)
    }

    private static let temporaryEnding = ".part"

    /// Returns whether a name is that of a temporary file.
    static func isTemporary(_ name: String) -> Bool { name.hasSuffix(temporaryEnding) }

    /// Removes files that killed processes left behind in `write(_:to:)` for one of these names.
    package static func removeTemporaries(of names: [String], in folder: String) {
        for name in Self.names(in: folder) where isTemporary(name) {
            if names.contains(where: { name.hasPrefix("\($0).") }) { unlink("\(folder)/\(name)") }
        }
    }

    /// Writes the names in a folder to the disk. An error is ignored, because some file systems do
    /// not support this.
    static func flushFolder(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Writes bytes over an existing file, without room for a second one. A run uses it to record
    /// its end on a full disk. Unlike with `write(_:to:)`, a reader may find a half-written file.
    package static func overwrite(_ path: String, with bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        defer { close(descriptor) }
        try append(bytes, to: descriptor, path)
        guard ftruncate(descriptor, off_t(bytes.count)) == 0 else {
            throw SystemError.last("write to it", path)
        }
    }

    /// Writes rows at the end of an open file: all of them or none. So a full disk leaves no half
    /// rows.
    package static func appendRows(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        let size = lseek(descriptor, 0, SEEK_END)
        do {
            try append(bytes, to: descriptor, path)
        } catch {
            if size >= 0 { ftruncate(descriptor, size) }
            throw error
        }
    }

    /// Writes all bytes at the end of an open file, or to a stream.
    static func append(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var first = 0
        while first < bytes.count {
            let count = bytes.withUnsafeBytes { raw -> Int in
                guard let base = raw.baseAddress else { return 0 }
                return Glibc.write(descriptor, base + first, raw.count - first)
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    // Another program may have made the stream non-blocking, so wait until it
                    // accepts bytes.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                    continue
                }
                throw SystemError.last("write to it", path)
            }
            if count == 0 {
                throw SystemError(operation: "write to it", object: path, errno: EIO)
            }
            first += count
        }
    }

    /// Makes a folder and the folders above it.
    package static func makeFolder(_ path: String) throws {
        if isFolder(path) { return }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var current = path.hasPrefix("/") ? "/" : ""
        for part in parts {
            current += (current.isEmpty || current.hasSuffix("/") ? "" : "/") + part
            if mkdir(current, 0o755) != 0, errno != EEXIST {
                throw SystemError.last("create this folder", current)
            }
        }
        guard isFolder(path) else {
            throw SystemError(
                operation: "expected a folder, found a file", object: path, errno: 0)
        }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Returns whether something other than a folder is there.
    public static func isFile(_ path: String) -> Bool { exists(path) && !isFolder(path) }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Returns the sorted names in a folder; empty if the folder is not readable.
    package static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        return FileTree.names(of: directory)
    }

    /// Returns a path that starts at the root. The path need not exist.
    public static func absolutePath(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(workingFolder)/\(path)"
    }

    /// The folder in which relative paths start.
    public static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
