import Bytes
import Settings

/// A partition as a file, little-endian. First `HYPFPART`, version u32, clients u32, the number
/// of samples that were shared out u64, indices u64. Then clients + 1 offsets u32 and the indices
/// i32. Last the `ContentHash` of all bytes before it, u64.
///
/// Version 1 has each sample at most once. In version 2 samples may repeat.
enum PartitionFile {
    private static let magic = Array("HYPFPART".utf8)
    static let version: UInt32 = 1
    private static let versionWithRepeats: UInt32 = 2
    private static let headerBytes = 32

    /// Where the two arrays are in a file whose length is checked.
    struct Layout {
        let clients: Int
        let sampleCount: Int
        let indexCount: Int
        /// Whether a sample may occur more than once.
        let repeatsSamples: Bool

        var offsetBytes: Int { 4 * (clients + 1) }
        /// The bytes before the hash.
        var hashedBytes: Int { headerBytes + offsetBytes + 4 * indexCount }

        /// Passes the two arrays to `body`. A mapping starts on a page, so both arrays are aligned.
        func withArrays<R>(of file: MappedFile, _ body: (Partition.Arrays) -> R) -> R {
            file.withBytes { bytes in
                let middle = headerBytes + offsetBytes
                return body(
                    Partition.Arrays(
                        offsets: numbers(bytes[headerBytes..<middle]),
                        indices: numbers(bytes[middle..<hashedBytes])))
            }
        }

        private func numbers<T: BitwiseCopyable>(
            _ bytes: Slice<UnsafeRawBufferPointer>
        ) -> UnsafeBufferPointer<T> {
            UnsafeRawBufferPointer(rebasing: bytes).bindMemory(to: T.self)
        }
    }

    /// Returns the file of a partition.
    static func bytes(_ partition: Partition) -> [UInt8] {
        partition.withArrays { arrays in
            var writer = ByteWriter()
            writer.writeRaw(magic)
            writer.write(partition.repeatsSamples ? versionWithRepeats : version)
            writer.write(UInt32(partition.count))
            writer.write(UInt64(partition.sampleCount))
            writer.write(UInt64(arrays.indices.count))
            for offset in arrays.offsets { writer.write(offset) }
            for index in arrays.indices { writer.write(index) }
            var hash = ContentHash()
            hash.add(writer.bytes)
            writer.write(hash.value)
            return writer.bytes
        }
    }

    /// Reads a partition, which then shares the mapped memory.
    ///
    /// - Throws: `DataError.damaged` if the bytes are anything but the file of a partition.
    static func read(_ file: MappedFile) throws(DataError) -> Partition {
        do throws(BytesError) {
            return try parse(file)
        } catch {
            throw .damaged(path: file.path, reason: error.description)
        }
    }

    private static func parse(_ file: MappedFile) throws(BytesError) -> Partition {
        var reader = ByteReader(file.prefix(headerBytes))
        guard try reader.raw(8) == magic else {
            throw .invalid(mismatch("a partition of hyperfed", "another kind of file"))
        }
        let version = try reader.integer(UInt32.self)
        guard version == Self.version || version == versionWithRepeats else {
            throw .invalid(
                mismatch(
                    "version \(Self.version) or \(versionWithRepeats) of the format", "\(version)"))
        }
        let repeatsSamples = version == versionWithRepeats
        let clients = Int(try reader.integer(UInt32.self))
        let sampleCount = try reader.integer(UInt64.self)
        let indexCount = try reader.integer(UInt64.self)
        let mostIndices = repeatsSamples ? UInt64(Int32.max) : sampleCount
        guard sampleCount <= Int32.max, indexCount <= mostIndices else {
            throw .invalid(
                mismatch(
                    "at most \(Int(Int32.max).grouped) samples, and no more indices than samples",
                    "\(sampleCount) samples and \(indexCount) indices"))
        }
        let layout = Layout(
            clients: clients, sampleCount: Int(sampleCount), indexCount: Int(indexCount),
            repeatsSamples: repeatsSamples)
        let hashed = layout.hashedBytes
        guard file.count == hashed + 8 else {
            throw .invalid(
                mismatch("\((hashed + 8).grouped) bytes", file.count.grouped))
        }
        var hash = ContentHash()
        file.add(0..<hashed, to: &hash)
        let found = file.withBytes { $0.loadUnaligned(fromByteOffset: hashed, as: UInt64.self) }
        guard found == hash.value else {
            throw .invalid(mismatch("the content that was written", "other bytes"))
        }
        do throws(Partition.Damaged) {
            return try Partition(file, layout)
        } catch {
            throw .invalid(error.reason)
        }
    }
}
