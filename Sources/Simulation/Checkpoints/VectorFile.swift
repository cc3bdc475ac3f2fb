import Bytes
import Glibc
import Messaging

/// The vectors that clients carry, in a file beside the checkpoints. It only grows: a checkpoint
/// appends the vectors of clients that have trained since the one before, and says where those of
/// all clients are. So a client's vectors are written once for each of its rounds at most.
///
///     client, round, count of floats, checksum of the floats | floats       and so on
///
/// What nobody needs any more stays in the file until more than half of it is like that. The next
/// checkpoint then begins a new file.
package struct VectorFile: ~Copyable {
    /// A file, and how much of it there is.
    package struct Extent: Equatable, Sendable {
        /// The number in the name of the file.
        package var number: UInt32
        /// Its length in bytes.
        package var bytes: UInt64
    }

    /// Where the vectors of a client are.
    package struct Place: Equatable, Sendable {
        /// The round that they come from.
        var round: UInt32
        /// The first byte of their record.
        var offset: UInt64
        /// The checksum of the floats.
        var checksum: UInt64
    }

    /// The file as far as it is written.
    private(set) var extent: Extent
    let path: String
    private let descriptor: Int32
    // Looked up only.
    private var places: [UInt32: Place] = [:]

    /// Bytes of a record before its floats.
    static let recordBytes: UInt64 = 24
    /// A file that is smaller is never replaced.
    static let smallBytes: UInt64 = 8 << 20

    /// The name of a file: "clients-3.vectors".
    static func name(_ number: UInt32) -> String { "clients-\(number).vectors" }

    /// The number in the name of a file; nil where it has another name.
    static func number(in name: String) -> UInt32? {
        guard name.hasPrefix("clients-"), name.hasSuffix(".vectors") else { return nil }
        return UInt32(name.dropFirst(8).dropLast(8))
    }

    /// Starts an empty file, in the place of one with this number that nobody needs.
    init(creating number: UInt32, in folder: String) throws(OutputError) {
        path = "\(folder)/\(Self.name(number))"
        extent = Extent(number: number, bytes: 0)
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OutputError(path, bytes: 0, SystemError.last("write to it", path))
        }
    }

    deinit { close(descriptor) }

    /// Where the vectors of a client are that come from this round; nil if they are not here.
    func place(of client: UInt32, from round: UInt32) -> Place? {
        places[client].flatMap { $0.round == round ? $0 : nil }
    }

    /// How long the file would be with the vectors of these clients that it does not have, and how
    /// much of it would be needed.
    func size(with vectors: [(client: UInt32, round: UInt32, floats: Int)]) -> (
        all: UInt64, live: UInt64
    ) {
        var (all, live) = (extent.bytes, UInt64(0))
        for (client, round, floats) in vectors {
            let bytes = Self.recordBytes + 4 * UInt64(floats)
            live += bytes
            if place(of: client, from: round) == nil { all += bytes }
        }
        return (all, live)
    }

    /// Appends the vectors of a client.
    mutating func append(client: UInt32, round: UInt32, _ vectors: Span<Float>) throws(OutputError)
        -> Place
    {
        let place = Place(round: round, offset: extent.bytes, checksum: frameChecksum(vectors))
        var writer = ByteWriter(capacity: Int(Self.recordBytes))
        writer.write(client)
        writer.write(round)
        writer.write(UInt64(vectors.count))
        writer.write(place.checksum)
        let total = writer.bytes.count + 4 * vectors.count
        do {
            try writer.bytes.withUnsafeBytes { try write($0, at: place.offset) }
            try vectors.withUnsafeBytes { try write($0, at: place.offset + Self.recordBytes) }
        } catch {
            throw OutputError(path, bytes: total, error)
        }
        extent.bytes += UInt64(total)
        places[client] = place
        return place
    }

    /// At a place, so that half a record of a write that failed is written over.
    private func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError.last("write to it", path) }
            done += count
        }
    }

    /// Reads the vectors of a client from a file.
    ///
    /// - Parameter floats: how many there must be.
    /// - Throws: `BytesError` where they are not there, or not as they were written.
    static func read(
        _ place: Place, of client: UInt32, floats: Int, _ extent: Extent, from descriptor: Int32
    ) throws(BytesError) -> CarriedBody {
        let (bytes, overflows) = floats.multipliedReportingOverflow(by: 4)
        let size = UInt64(clamping: bytes) + recordBytes
        guard !overflows, extent.bytes >= size, place.offset <= extent.bytes - size else {
            throw .invalid("expected the vectors of client \(client) in the file, found its end")
        }
        let frame: SharedFrame
        do {
            var record = [UInt8](repeating: 0, count: Int(recordBytes))
            try record.withUnsafeMutableBytes { try read($0, at: place.offset, descriptor) }
            var reader = ByteReader(record)
            let found = (
                try reader.integer(UInt32.self), try reader.integer(UInt32.self),
                try reader.integer(UInt64.self), try reader.integer(UInt64.self)
            )
            guard found == (client, place.round, UInt64(floats), place.checksum) else {
                throw BytesError.invalid("found other vectors")
            }
            frame = try SharedFrame(count: floats) { span in
                try span.withUnsafeMutableBytes {
                    try read($0, at: place.offset + recordBytes, descriptor)
                }
            }
            guard frame.checksum == place.checksum else {
                throw BytesError.invalid("found another checksum")
            }
        } catch {
            throw .invalid(
                "expected the vectors of client \(client) after round \(place.round), \(error)")
        }
        return .sent(frame)
    }

    private static func read(
        _ target: UnsafeMutableRawBufferPointer, at offset: UInt64, _ descriptor: Int32
    ) throws {
        guard let base = target.baseAddress else { return }
        var done = 0
        while done < target.count {
            let count = pread(
                descriptor, base + done, target.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("read it", "its vectors") }
            guard count > 0 else { throw BytesError.invalid("found the end of the file") }
            done += count
        }
    }
}
