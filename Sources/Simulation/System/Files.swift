import Datasets
import Glibc

/// Whole files and folders, by the plain system calls.
public enum Files {
    /// The text of a file.
    public static func read(_ path: String) throws -> String {
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
            if bytes.count > 16 << 20 {
                throw SystemError(
                    operation: "could not read", object: "\(path): larger than 16 MiB", errno: 0)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SystemError(operation: "could not read", object: "\(path): not UTF-8", errno: 0)
        }
        return text
    }

    /// Writes a file so that there is either the old one or the whole new one.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = path + ".part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("could not write", path) }
        do {
            defer { close(descriptor) }
            try append(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw SystemError.last("could not write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            unlink(temporary)
            throw SystemError.last("could not write", path)
        }
    }

    /// Writes all bytes at the end of an open file.
    static func append(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var first = 0
        while first < bytes.count {
            let count = bytes.withUnsafeBytes { raw -> Int in
                guard let base = raw.baseAddress else { return 0 }
                return Glibc.write(descriptor, base + first, raw.count - first)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.last("could not write", path)
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

    /// Removes a file, or a folder with all that is in it; links are removed, not followed.
    static func remove(_ path: String) { FileTree.remove(path) }

    /// The folder that relative paths start from.
    public static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
