import Glibc

/// An open file that is neither a folder nor a device. It is closed with this value.
struct RegularFile: ~Copyable {
    let descriptor: Int32
    /// The number of bytes when the file was opened.
    let count: Int

    /// Opens a file for reading.
    ///
    /// - Throws: `DataError` if the file cannot be opened or is not a regular file.
    init(path: String) throws(DataError) {
        // Without O_NONBLOCK a named pipe would make this call wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("open", path) }
        let size: Int
        do throws(DataError) {
            size = try Self.count(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        (self.descriptor, count) = (descriptor, size)
    }

    deinit {
        close(descriptor)
    }

    /// Returns whether the file begins as gzip files do.
    func isPacked(_ path: String) throws(DataError) -> Bool {
        try bytes(path, most: 2) == GzipFile.signature
    }

    /// Reads the bytes that the file had when it was opened, or the first ones. There are fewer if
    /// it has become shorter.
    func bytes(_ path: String, most: Int = .max) throws(DataError) -> [UInt8] {
        let wanted = min(count, most)
        var hasFailed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
            while done < wanted, let start = buffer.baseAddress {
                let found = pread(descriptor, start + done, wanted - done, off_t(done))
                if found < 0, errno == EINTR { continue }
                hasFailed = found < 0
                guard found > 0 else { return }
                done += found
            }
        }
        if hasFailed { throw .system("read", path) }
        return bytes
    }

    private static func count(_ descriptor: Int32, _ path: String) throws(DataError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: path, reason: mismatch("a file", "a folder or a device"))
        }
        return Int(status.st_size)
    }
}
