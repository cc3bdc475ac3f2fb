import Datasets
import Glibc

/// Whole files and folders, by the plain system calls.
public enum Files {
    /// The text of a file.
    ///
    /// - Parameter most: how many bytes it may have.
    public static func read(_ path: String, most: Int = 16 << 20) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("could not read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last("could not read", path)
            }
            bytes.append(contentsOf: buffer[..<count])
            // A settings file is at most 1 MiB; nobody reads a device or a data set by mistake.
            if bytes.count > most {
                throw SystemError(
                    operation: "could not read", object: "\(path): larger than \(most >> 20) MiB",
                    errno: 0)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SystemError(operation: "could not read", object: "\(path): not UTF-8", errno: 0)
        }
        return text
    }

    /// Writes a file so that there is either the old one or the whole new one, also after the
    /// machine went down.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let (descriptor, temporary) = try openTemporary(beside: path)
        do {
            defer { close(descriptor) }
            try append(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw SystemError.last("could not write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = SystemError.last("could not write", path)
            unlink(temporary)
            throw error
        }
        flushFolder(of: path)
    }

    /// A new file beside another one. Its name has this process's number, so that two processes,
    /// and two threads of one, never write into the same.
    private static func openTemporary(beside path: String) throws -> (Int32, path: String) {
        for attempt in 0..<1000 {
            let temporary = "\(path).\(getpid())-\(attempt)\(temporaryEnding)"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return (descriptor, temporary) }
            guard errno == EEXIST else { break }
        }
        throw SystemError.last("could not write", path)
    }

    private static let temporaryEnding = ".part"

    /// Removes what processes that were killed left of `write(_:to:)` for one of these files.
    package static func removeTemporaries(of names: [String], in folder: String) {
        for name in Self.names(in: folder) where name.hasSuffix(temporaryEnding) {
            if names.contains(where: { name.hasPrefix("\($0).") }) { unlink("\(folder)/\(name)") }
        }
    }

    /// Makes a new name last. Some file systems can't, and then nobody can.
    private static func flushFolder(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Writes bytes over a file that is there, without room for a second one: for the last words of
    /// a run on a full disk. Unlike `write(_:to:)`, a reader can see it half done.
    package static func overwrite(_ path: String, with bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("could not write", path) }
        defer { close(descriptor) }
        try append(bytes, to: descriptor, path)
        guard ftruncate(descriptor, off_t(bytes.count)) == 0 else {
            throw SystemError.last("could not write", path)
        }
    }

    /// Writes rows at the end of an open file: all of them or none, so that a full disk leaves no
    /// half ones.
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
                    // A stream that somebody else made non-blocking.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                    continue
                }
                throw SystemError.last("could not write", path)
            }
            if count == 0 {
                throw SystemError(operation: "could not write", object: path, errno: EIO)
            }
            first += count
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        if isFolder(path) { return }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var current = path.hasPrefix("/") ? "/" : ""
        for part in parts {
            current += (current.isEmpty || current.hasSuffix("/") ? "" : "/") + part
            if mkdir(current, 0o755) != 0, errno != EEXIST {
                throw SystemError.last("could not create folder", current)
            }
        }
        guard isFolder(path) else {
            throw SystemError(
                operation: "could not create folder", object: "\(path): a file is there", errno: 0)
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Names inside a folder, sorted; empty when it can't be read.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The folder that relative paths start from.
    public static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
