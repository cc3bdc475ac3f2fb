import Bytes

/// A partition as a file, little-endian: `HYPFPART`, version u32, clients u32, samples that there
/// were to share out u64, indices u64; then clients + 1 offsets u32 and the indices i32; then the
/// `ContentHash` of all bytes before it, u64.
enum PartitionFile {
    private static let magic = Array("HYPFPART".utf8)
    static let version: UInt32 = 1
    private static let headerBytes = 32

    static func bytes(_ partition: Partition) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(magic)
        writer.write(version)
        writer.write(UInt32(partition.clients))
        writer.write(UInt64(partition.sampleCount))
        writer.write(UInt64(partition.indices.count))
        for offset in partition.offsets { writer.write(UInt32(offset)) }
        for index in partition.indices { writer.write(index) }
        var hash = ContentHash()
        hash.add(writer.bytes)
        writer.write(hash.value)
        return writer.bytes
    }

    /// Reads a partition; whatever the bytes are, the result is one or an error.
    static func read(_ file: MappedFile) throws(DataError) -> Partition {
        do throws(BytesError) {
            return try parse(file)
        } catch {
            throw .damaged(path: file.path, reason: error.description)
        }
    }

    private static func parse(_ file: MappedFile) throws(BytesError) -> Partition {
        var reader = ByteReader(file.prefix(headerBytes))
        guard try reader.raw(8) == magic else { throw .invalid("not a partition of hyperfed") }
        let version = try reader.integer(UInt32.self)
        guard version == Self.version else {
            throw .invalid(
                "partition file of version \(version); this program reads \(Self.version)")
        }
        let clients = Int(try reader.integer(UInt32.self))
        let sampleCount = try reader.integer(UInt64.self)
        let indexCount = try reader.integer(UInt64.self)
        guard sampleCount <= Int32.max, indexCount <= sampleCount else {
            throw .invalid("impossible number of samples")
        }
        let offsetBytes = 4 * (clients + 1)
        let hashed = headerBytes + offsetBytes + 4 * Int(indexCount)
        guard file.count == hashed + 8 else {
            throw .invalid(
                "\((hashed + 8).grouped) bytes expected, \(file.count.grouped) found")
        }
        var hash = ContentHash()
        file.add(0..<hashed, to: &hash)
        // Lengths are checked: all of these loads lie inside the file, at multiples of 4.
        let (offsets, indices, found) = file.withBytes { bytes in
            (
                (0...clients).map {
                    Int(bytes.load(fromByteOffset: headerBytes + 4 * $0, as: UInt32.self))
                },
                Array(
                    UnsafeRawBufferPointer(rebasing: bytes[headerBytes + offsetBytes..<hashed])
                        .bindMemory(to: Int32.self)),
                bytes.loadUnaligned(fromByteOffset: hashed, as: UInt64.self)
            )
        }
        guard found == hash.value else { throw .invalid("its content is not what was written") }
        if let problem = Partition.problem(
            offsets: offsets, indices: indices, sampleCount: Int(sampleCount))
        {
            throw .invalid(problem)
        }
        return Partition(offsets: offsets, indices: indices, sampleCount: Int(sampleCount))
    }
}
