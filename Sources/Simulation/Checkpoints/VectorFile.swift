import Bytes
import Glibc
import Messaging

/// The file with the vectors that clients carry, beside the checkpoints.
///
/// The file only grows. A checkpoint appends the vectors of the clients that have trained since the
/// previous checkpoint. It names the location of the vectors of all clients.
///
///     client, round, count of floats, checksum of the floats | floats         for each record
///
/// Old records stay in the file until they are more than half of it. The next checkpoint then
/// begins a new file.
package struct VectorFile: ~Copyable {
    /// The number of a file and its length.
    package struct Extent: Equatable, Sendable {
        /// The number in the name of the file.
        package var number: UInt32
        /// Its length in bytes.
        package var bytes: UInt64
    }

    /// The location of the vectors of a client.
    package struct Record: Equatable, Sendable {
        /// The round that the vectors come from.
        var round: UInt32
        /// The offset of the record in the file, in bytes.
        var offset: UInt64
        /// The checksum of the floats.
        var checksum: UInt64
    }

    /// The file with the length that is written so far.
    private(set) var extent: Extent
    let path: String
    private let descriptor: Int32
    // Looked up only.
    private var records: [UInt32: Record] = [:]

    /// The bytes of a record before its floats.
    static let recordBytes: UInt64 = 24
    /// The size up to which a file is never replaced, in bytes.
    static let smallBytes: UInt64 = 8 << 20

    /// Returns the name of a file: "clients-3.vectors".
    static func name(_ number: UInt32) -> String { "clients-\(number).vectors" }

    /// Returns the number in the name of a file; nil for a name of another kind.
    static func number(in name: String) -> UInt32? {
        guard name.hasPrefix("clients-"), name.hasSuffix(".vectors") else { return nil }
        return UInt32(name.dropFirst(8).dropLast(8))
    }

    /// Starts an empty file. An existing file with this number is replaced.
    init(creating number: UInt32, in folder: String) throws(OutputError) {
        path = "\(folder)/\(Self.name(number))"
        extent = Extent(number: number, bytes: 0)
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OutputError(path, bytes: 0, SystemError.last("write to it", path))
        }
    }

    deinit { close(descriptor) }

    /// Returns the location of a client's vectors of this round; nil if the file has none.
    func record(of client: UInt32, from round: UInt32) -> Record? {
        records[client].flatMap { $0.round == round ? $0 : nil }
    }

    /// Returns the length of the file with these vectors, and how many bytes of it are in use.
    func size(with vectors: [(client: UInt32, round: UInt32, floats: Int)]) -> (
        all: UInt64, live: UInt64
    ) {
        var (all, live) = (extent.bytes, UInt64(0))
        for (client, round, floats) in vectors {
            let bytes = Self.recordBytes + 4 * UInt64(floats)
            live += bytes
            if record(of: client, from: round) == nil { all += bytes }
        }
        return (all, live)
    }

    /// Appends the vectors of a client.
    mutating func append(client: UInt32, round: UInt32, _ vectors: Span<Float>)
        throws(OutputError)
    {
        let record = Record(round: round, offset: extent.bytes, checksum: frameChecksum(vectors))
        var writer = ByteWriter(capacity: Int(Self.recordBytes))
        writer.write(client)
        writer.write(round)
        writer.write(UInt64(vectors.count))
        writer.write(record.checksum)
        let total = writer.bytes.count + 4 * vectors.count
        do {
            try writer.bytes.withUnsafeBytes { try write($0, at: record.offset) }
            try vectors.withUnsafeBytes { try write($0, at: record.offset + Self.recordBytes) }
        } catch {
            throw OutputError(path, bytes: total, error)
        }
        extent.bytes += UInt64(total)
        records[client] = record
    }

    /// Writes bytes at an offset. So the next record replaces half a record of a failed write.
    private func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        guard let base = bytes.baseAddress else { return }
        try Self.transfer(bytes.count) { done in
            pwrite(descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
        } failure: { _ in
            SystemError.last("write to it", path)
        }
    }

    /// Reads the vectors of a client from a file.
    ///
    /// - Parameter floats: the number of floats that the record must have.
    /// - Throws: `BytesError` if the record is missing or damaged.
    static func read(
        _ record: Record, of client: UInt32, floats: Int, _ extent: Extent, from descriptor: Int32
    ) throws(BytesError) -> CarriedBody {
        let (bytes, overflows) = floats.multipliedReportingOverflow(by: 4)
        let size = UInt64(clamping: bytes) + recordBytes
        guard !overflows, extent.bytes >= size, record.offset <= extent.bytes - size else {
            throw .invalid("expected the vectors of client \(client) in the file, found its end")
        }
        let frame: SharedFrame
        do {
            var front = [UInt8](repeating: 0, count: Int(recordBytes))
            try front.withUnsafeMutableBytes { try read($0, at: record.offset, descriptor) }
            var reader = ByteReader(front)
            let found = (
                try reader.integer(UInt32.self), try reader.integer(UInt32.self),
                try reader.integer(UInt64.self), try reader.integer(UInt64.self)
            )
            guard found == (client, record.round, UInt64(floats), record.checksum) else {
                throw BytesError.invalid("found other vectors")
            }
            frame = try SharedFrame(count: floats) { span in
                try span.withUnsafeMutableBytes {
                    try read($0, at: record.offset + recordBytes, descriptor)
                }
            }
            guard frame.checksum == record.checksum else {
                throw BytesError.invalid("found another checksum")
            }
        } catch {
            throw .invalid(
                "expected the vectors of client \(client) after round \(record.round), \(error)")
        }
        return .sent(frame)
    }

    /// Repeats a system call until it has moved all bytes.
    ///
    /// - Parameters:
    ///   - call: moves the bytes from a number on, and returns how many it moved.
    ///   - failure: the error of a call that returned 0 or less.
    private static func transfer(
        _ count: Int, _ call: (_ done: Int) -> Int, failure: (_ result: Int) -> any Error
    ) throws {
        var done = 0
        while done < count {
            let moved = call(done)
            if moved < 0, errno == EINTR { continue }
            guard moved > 0 else { throw failure(moved) }
            done += moved
        }
    }

    private static func read(
        _ target: UnsafeMutableRawBufferPointer, at offset: UInt64, _ descriptor: Int32
    ) throws {
        guard let base = target.baseAddress else { return }
        try transfer(target.count) { done in
            pread(descriptor, base + done, target.count - done, off_t(offset) + off_t(done))
        } failure: { count in
            if count < 0 { return SystemError.last("read it", "its vectors") }
            return BytesError.invalid("found the end of the file")
        }
    }
}
