import Glibc

/// A file that appears complete or not at all. It is written in the same folder under a temporary
/// name with the process's number. Then it is flushed to the disk and renamed.
///
/// Two processes may write the same file; the file of the last one stays.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var isKept = false

    private init(path: String, temporaryPath: String, descriptor: Int32) {
        (self.path, self.temporaryPath, self.descriptor) = (path, temporaryPath, descriptor)
    }

    deinit {
        close(descriptor)
        if !isKept { unlink(temporaryPath) }
    }

    /// Writes the file at `path` by what `body` appends. Its folder must exist.
    ///
    /// - Parameter mode: who may read and write it later on, less what the process's mask takes
    ///   away.
    package static func write(
        to path: String, mode: UInt32 = 0o666,
        _ body: (inout AtomicFile) throws(DataError) -> Void
    ) throws(DataError) {
        var file = try create(path, mode)
        try body(&file)
        try file.keep()
    }

    /// Appends bytes to the temporary file.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
        try Self.writeAll(bytes, to: descriptor, path: temporaryPath)
    }

    /// Writes all bytes to an open file, with as many calls as needed.
    package static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(DataError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let written = systemWrite(descriptor, base + done, bytes.count - done)
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw .system("write", path) }
            done += written
        }
    }

    private static func create(_ path: String, _ mode: UInt32) throws(DataError) -> AtomicFile {
        // Threads of this process, and files of an earlier process with the same number, use the
        // other endings.
        for attempt in 0..<1000 {
            let name = "\(path).\(getpid())-\(attempt).tmp"
            let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            if descriptor >= 0 {
                return AtomicFile(path: path, temporaryPath: name, descriptor: descriptor)
            }
            guard errno == EEXIST else { throw .system("create", name) }
        }
        throw .system(operation: "create", path: path, number: EEXIST)
    }

    private mutating func keep() throws(DataError) {
        guard fsync(descriptor) == 0 else { throw .system("flush", temporaryPath) }
        guard rename(temporaryPath, path) == 0 else { throw .system("rename", temporaryPath) }
        isKept = true
    }
}

// Inside `AtomicFile` the name `write` means its own function.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
