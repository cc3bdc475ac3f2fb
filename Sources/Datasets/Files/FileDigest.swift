import Bytes
import Glibc

/// The digest of a file's bytes.
package enum FileDigest {
    /// Reads a whole file, about one second for a gigabyte, and gives the digest as 64 hexadecimal
    /// digits.
    ///
    /// The file is read and not mapped: one that becomes shorter meanwhile would end this process.
    package static func text(of path: String) throws(DataError) -> String {
        // Without O_NONBLOCK a named pipe would make this call wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: path, reason: "not a file")
        }
        var digest = ContentDigest()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return digest.text }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("read", path)
            }
            digest.add(buffer, first: count)
        }
    }
}
