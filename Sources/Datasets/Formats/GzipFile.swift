import CZlib
import Glibc
import Settings

/// Reads a gzip file, or a plain one, from front to back.
struct GzipFile: ~Copyable {
    /// The first bytes of a packed file (RFC 1952, section 2.3.1).
    static let signature: [UInt8] = [0x1F, 0x8B]

    private let handle: gzFile
    private let path: String
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init(path: String) throws(DataError) {
        errno = 0
        // "e" closes the file in child processes.
        guard let handle = gzopen(path, "rbe") else {
            throw .system(operation: "open", path: path, number: errno == 0 ? ENOMEM : errno)
        }
        (self.handle, self.path) = (handle, path)
    }

    deinit {
        gzclose(handle)
    }

    /// Reads the next bytes. There are fewer than `count` only at the end of the file, even if
    /// the file is cut off.
    mutating func read(_ count: Int) throws(DataError) -> [UInt8] {
        var bytes: [UInt8] = []
        // The count may come from a damaged file, so memory grows with what is really there.
        bytes.reserveCapacity(min(count, 1 << 26))
        while bytes.count < count {
            let wanted = min(count - bytes.count, buffer.count)
            let found = Int(gzread(handle, &buffer, UInt32(wanted)))
            if found <= 0 {
                try check()
                break
            }
            bytes.append(contentsOf: buffer[..<found])
        }
        return bytes
    }

    /// Reads the next bytes into a part of a buffer, and returns their number; 0 at the end of the
    /// file.
    mutating func read(into part: Slice<UnsafeMutableBufferPointer<UInt8>>) throws(DataError)
        -> Int
    {
        let wanted = min(part.count, Int(Int32.max))
        let found = gzread(
            handle, UnsafeMutableBufferPointer(rebasing: part).baseAddress, UInt32(wanted))
        if found <= 0 { try check() }
        return max(0, Int(found))
    }

    /// Returns whether the stream ended without its length and checksum.
    func endsEarly() -> Bool {
        var number: Int32 = 0
        _ = gzerror(handle, &number)
        return number == Z_BUF_ERROR
    }

    /// Reads the bytes of a whole file, packed or not.
    ///
    /// - Throws: `DataError` also for what is not a regular file.
    static func bytes(of path: String) throws(DataError) -> [UInt8] {
        // A named pipe would wait for its writer, and a device may never end.
        let plain = try RegularFile(path: path)
        // Files of the kernel have no size.
        if 1...largestBytes ~= plain.count, try !plain.isPacked(path) {
            return try plain.bytes(path)
        }
        var file = try GzipFile(path: path)
        let bytes = try file.read(largestBytes + 1)
        guard bytes.count <= largestBytes else {
            throw .damaged(
                path: path,
                reason: mismatch(
                    "at most \(largestBytes.grouped) unpacked bytes", "more", "split the file"))
        }
        guard !file.endsEarly() else {
            throw .truncatedGzip(path)
        }
        return bytes
    }

    /// The most bytes that are read whole: a packed file can contain a thousand times its size.
    private static let largestBytes = 1 << 30

    private func check() throws(DataError) {
        var number: Int32 = 0
        let text = gzerror(handle, &number)
        switch number {
        // A stream that stops in the middle reads as ended; `endsEarly` and the count show it.
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: return
        case Z_ERRNO: throw .system("read", path)
        default:
            var reason = text.map { String(cString: $0) } ?? "zlib error \(number)"
            // zlib names the file in front; so does this error.
            if reason.hasPrefix("\(path): ") { reason.removeFirst(path.count + 2) }
            throw .damaged(
                path: path, reason: mismatch("a gzip file", "damaged data (\(reason))"))
        }
    }
}
