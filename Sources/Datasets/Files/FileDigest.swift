import Bytes
import Glibc

/// The digest of a file's bytes.
package enum FileDigest {
    /// Reads a whole file, about one second for a gigabyte, and returns the digest as 64
    /// hexadecimal digits.
    ///
    /// The file is read and not mapped, because a mapped file that becomes shorter would end this
    /// process.
    package static func text(of path: String) throws(DataError) -> String {
        let file = try RegularFile(path: path)
        var digest = ContentDigest()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(file.descriptor, &buffer, buffer.count)
            if count == 0 { return digest.text }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("read", path)
            }
            digest.add(buffer, first: count)
        }
    }
}
