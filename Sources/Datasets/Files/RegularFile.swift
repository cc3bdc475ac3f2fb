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

    private static func count(_ descriptor: Int32, _ path: String) throws(DataError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: path, reason: mismatch("a file", "a folder or a device"))
        }
        return Int(status.st_size)
    }
}
