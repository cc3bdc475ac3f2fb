package import Bytes
import Datasets
package import Federation
import Settings

/// The header of a checkpoint: its run, and the file that it needs beside itself.
package struct CheckpointHeader: Equatable, Sendable {
    /// The program that wrote the checkpoint, with version and build. Another one may give other
    /// numbers.
    package var program: String
    /// The digest of the run, which names its settings and its data.
    package var digest: String
    /// The settings of the run as a file, with every default.
    package var settings: String
    /// The key of the run's data.
    package var dataKey: String
    /// The key of its partition.
    package var partitionKey: String
    /// The hash of the file with the clients' availability; 0 without one.
    package var traceHash: UInt64
    /// The number of rounds that are complete.
    package var rounds: UInt32
    /// The file with the vectors that clients carry, and its length; nil without vectors.
    package var vectors: VectorFile.Extent?

    /// Creates the header of a state of this run.
    package init(_ prepared: PreparedRun, rounds: UInt32, vectors: VectorFile.Extent?) {
        program = ProgramIdentity.text
        digest = prepared.digest
        settings = prepared.resolved
        dataKey = prepared.dataKey
        partitionKey = prepared.partitionKey
        traceHash = prepared.trace?.contentHash ?? 0
        self.rounds = rounds
        self.vectors = vectors
    }

    fileprivate init(from reader: inout ByteReader) throws(BytesError) {
        program = try reader.text()
        digest = try reader.text()
        settings = try reader.text()
        dataKey = try reader.text()
        partitionKey = try reader.text()
        traceHash = try reader.integer()
        rounds = try reader.integer()
        if try reader.flag() {
            vectors = VectorFile.Extent(number: try reader.integer(), bytes: try reader.integer())
        }
    }

    fileprivate func save(to writer: inout ByteWriter) {
        for text in [program, digest, settings, dataKey, partitionKey] { writer.write(text) }
        writer.write(traceHash)
        writer.write(rounds)
        writer.write(vectors != nil)
        if let vectors {
            writer.write(vectors.number)
            writer.write(vectors.bytes)
        }
    }
}

/// The run state as the bytes of a file, with a header and a checksum.
///
///     magic, format | bytes of header and state | header | state | checksum of all that
///
/// Every format has the magic, the number of the format, the length and the checksum here. So a
/// damaged file is never taken for a file of another format, and the other way round.
package struct Checkpoint: Sendable {
    /// The reason why the bytes of a file are not a checkpoint that can be read.
    package enum Problem: Error, Equatable {
        /// Bytes are missing or changed, or the file is of another kind.
        case damaged(String)
        /// The file is whole, and in another format.
        case format(UInt32)
    }

    /// The run that the state belongs to.
    package let header: CheckpointHeader
    // The reader is at the first byte of the state.
    private let state: ByteReader

    private static let magic = Array("HFSTATE\0".utf8)
    /// The number of the format. It changes each time the bytes of any part of the state change.
    package static let format: UInt32 = 5
    // Magic, format, length.
    private static let frontBytes = 8 + 4 + 8
    private static let checksumBytes = 8

    /// Returns a state as the bytes of a file.
    ///
    /// - Parameter vectors: appends the location of the vectors of a client.
    package static func bytes<E: Error>(
        of state: borrowing RunState, _ header: CheckpointHeader,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteWriter) throws(E) -> Void
    ) throws(E) -> [UInt8] {
        var content = ByteWriter(capacity: 16 * state.parameterCount + 4096)
        header.save(to: &content)
        try state.save(to: &content, vectors: vectors)
        var writer = ByteWriter(capacity: content.bytes.count + frontBytes + checksumBytes + 16)
        writer.writeRaw(magic)
        writer.write(format)
        writer.write(UInt64(content.bytes.count))
        writer.writeRaw(content.bytes)
        writer.write(checksum(of: writer.bytes.span))
        return writer.bytes
    }

    /// Reads the bytes of a file. Each part is checked before the bytes after it are read.
    package init(_ bytes: [UInt8]) throws(Problem) {
        let end = bytes.count - Self.checksumBytes
        guard end >= Self.frontBytes, bytes.starts(with: Self.magic) else {
            throw .damaged("expected a checkpoint, found \(bytes.count) bytes of another kind")
        }
        do {
            var reader = ByteReader(bytes)
            _ = try reader.raw(Self.magic.count)
            let format = try reader.integer(UInt32.self)
            let length = try reader.integer(UInt64.self)
            var tail = ByteReader(Array(bytes[end...]))
            guard length == UInt64(end - Self.frontBytes) else {
                throw Problem.damaged("expected \(length) bytes, found \(end - Self.frontBytes)")
            }
            guard Self.checksum(of: bytes.span.extracting(first: end)) == (try tail.integer())
            else { throw Problem.damaged("expected its checksum, found another one") }
            guard format == Self.format else { throw Problem.format(format) }
            header = try CheckpointHeader(from: &reader)
            state = reader
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .damaged("\(error)")
        }
    }

    /// Reads the state into the state of a run of the same scenario that has not begun. After an
    /// error, do not use the state.
    ///
    /// - Parameter vectors: reads the location of the vectors of a client, and returns them.
    package func restore(
        _ target: inout RunState,
        vectors: (_ client: UInt32, ClientState<CarriedBody>, inout ByteReader) throws(BytesError)
            ->
            CarriedBody
    ) throws(Problem) {
        do throws(BytesError) {
            var reader = state
            try target.restore(from: &reader, vectors: vectors)
            guard reader.left == Self.checksumBytes else {
                throw .surplus(reader.left - Self.checksumBytes)
            }
            guard target.rounds == header.rounds else {
                throw .invalid(
                    "expected a state after \(counted(Int(header.rounds), "round")), found one"
                        + " after \(target.rounds)")
            }
        } catch {
            throw .damaged("\(error)")
        }
    }

    private static func checksum(of bytes: Span<UInt8>) -> UInt64 {
        var hash = ContentHash()
        hash.add(bytes)
        return hash.value
    }
}
