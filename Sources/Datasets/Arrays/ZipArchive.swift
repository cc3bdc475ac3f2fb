import CZlib
import Settings

/// The members of a zip archive, stored or deflated.
///
/// The list at the end of the archive is read, as all tools do. Archives above 4 GiB (zip64) are
/// read too. Encrypted members and archives in several files are refused.
///
/// - Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", version 6.3.10.
struct ZipArchive {
    /// One file of the archive.
    struct Member {
        let name: String
        fileprivate let method: Int
        fileprivate let isEncrypted: Bool
        fileprivate let packedCount: Int
        /// The number of bytes when unpacked.
        let count: Int
        fileprivate let checksum: UInt32
        fileprivate let offset: Int
    }

    let members: [Member]
    let path: String
    private let file: MappedFile

    private static let largestCount = 1 << 33
    // Deflate needs 2 bits for 258 bytes at least.
    private static let largestRatio = 1_032
    private static let mostMembers = 1 << 16

    init(path: String) throws(DataError) {
        file = try MappedFile(path: path)
        self.path = path
        members = try Self.members(file)
    }

    private static func damaged(
        _ path: String, _ expected: String, _ found: String, _ advice: String? = nil
    ) -> DataError {
        .damaged(path: path, reason: mismatch(expected, found, advice))
    }

    private static func members(_ file: MappedFile) throws(DataError) -> [Member] {
        try file.withBytes { bytes throws(DataError) in
            let reader = LittleEndian(bytes: bytes)
            guard let end = reader.lastSignature(0x0605_4B50) else {
                throw damaged(
                    file.path, "a whole zip archive",
                    file.count == 0
                        ? "an empty file" : "\(file.count.grouped) bytes without its list of files",
                    "copy the file again")
            }
            var count = reader.integer(end + 10, 2) ?? 0
            var position = reader.integer(end + 16, 4) ?? 0
            let locator = end - 20
            if locator >= 0, reader.integer(locator, 4) == 0x0706_4B50,
                let large = reader.integer(locator + 8, 8),
                reader.integer(large, 4) == 0x0606_4B50
            {
                count = reader.integer(large + 32, 8) ?? 0
                position = reader.integer(large + 48, 8) ?? 0
            }
            guard count <= mostMembers else {
                throw damaged(
                    file.path, "at most \(mostMembers.grouped) arrays", count.grouped)
            }
            var members: [Member] = []
            for index in 0..<count {
                guard let (member, next) = reader.member(at: position) else {
                    throw damaged(
                        file.path,
                        "the entry of file \(index) in the archive at byte "
                            + position.grouped, "other bytes", "copy the file again")
                }
                members.append(member)
                position = next
            }
            return members
        }
    }

    /// Unpacks a member.
    ///
    /// - Throws: `DataError` for damaged and encrypted members, and for those that would need more
    ///   than 8 GiB.
    func bytes(of member: Member) throws(DataError) -> [UInt8] {
        let content = try firstBytes(of: member, most: .max)
        let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        guard UInt32(truncatingIfNeeded: checksum) == member.checksum else {
            throw Self.damaged(
                "\(path), \(withoutControls(member.name, "?"))", "the bytes of its checksum",
                "other bytes", "copy the file again")
        }
        return content
    }

    /// Unpacks the first bytes of a member, at most this number. Their checksum is not compared.
    func firstBytes(of member: Member, most: Int) throws(DataError) -> [UInt8] {
        let place = "\(path), \(withoutControls(member.name, "?"))"
        guard !member.isEncrypted, member.method == 0 || member.method == 8 else {
            throw Self.damaged(
                place, "a member that is stored or deflated",
                member.isEncrypted ? "an encrypted one" : "compression method \(member.method)",
                "write it with numpy.savez or numpy.savez_compressed")
        }
        let possible =
            member.method == 0 ? member.packedCount : member.packedCount * Self.largestRatio
        guard member.count <= min(possible, Self.largestCount) else {
            throw Self.damaged(
                place, "at most \(min(possible, Self.largestCount).grouped) unpacked bytes",
                member.count.grouped)
        }
        return try file.withBytes { bytes throws(DataError) in
            let reader = LittleEndian(bytes: bytes)
            guard reader.integer(member.offset, 4) == 0x0403_4B50,
                let name = reader.integer(member.offset + 26, 2),
                let extra = reader.integer(member.offset + 28, 2),
                case let start = member.offset + 30 + name + extra,
                member.packedCount <= bytes.count - start
            else {
                throw Self.damaged(
                    place, "its \(member.packedCount.grouped) bytes", "a shorter file",
                    "copy the file again")
            }
            let packed = UnsafeRawBufferPointer(
                rebasing: bytes[start..<start + member.packedCount])
            return try Self.content(packed, member, most: min(most, member.count), place)
        }
    }

    private static func content(
        _ packed: UnsafeRawBufferPointer, _ member: Member, most: Int, _ place: String
    ) throws(DataError) -> [UInt8] {
        guard member.method == 8 else {
            guard packed.count == member.count else {
                throw damaged(place, "\(member.count.grouped) bytes", packed.count.grouped)
            }
            return Array(packed.prefix(most))
        }
        var content = [UInt8](repeating: 0, count: most)
        let isPart = most < member.count
        guard let count = inflated(packed, into: &content, isPart: isPart), count == most else {
            throw damaged(
                place, "\(member.count.grouped) bytes in deflated form", "damaged data",
                "copy the file again")
        }
        return content
    }

    /// Unpacks a raw deflate stream. Returns the number of bytes, or nil for a damaged stream and
    /// for one with more bytes than `content` has.
    ///
    /// - Parameter isPart: whether `content` is for the first bytes only.
    private static func inflated(
        _ packed: UnsafeRawBufferPointer, into content: inout [UInt8], isPart: Bool
    ) -> Int? {
        var stream = z_stream()
        // A negative size: a stream without a header.
        guard
            inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { inflateEnd(&stream) }
        // One byte more, so that the end of the stream is reached also after the last byte.
        var spare: UInt8 = 0
        let piece = 1 << 30
        var (read, written) = (0, 0)
        let total = content.count
        return content.withUnsafeMutableBufferPointer { output -> Int? in
            withUnsafeMutablePointer(to: &spare) { spare -> Int? in
                while true {
                    let input = min(packed.count - read, piece)
                    let room = min(total - written, piece)
                    // zlib reads the input only; its declaration is older than `const`.
                    stream.next_in = UnsafeMutablePointer(
                        mutating: packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
                            .advanced(by: read))
                    stream.avail_in = UInt32(input)
                    stream.next_out =
                        room > 0 ? output.baseAddress?.advanced(by: written) : spare
                    stream.avail_out = room > 0 ? UInt32(room) : 1
                    let state = inflate(&stream, Z_NO_FLUSH)
                    read += input - Int(stream.avail_in)
                    let found = (room > 0 ? room : 1) - Int(stream.avail_out)
                    if room == 0, found > 0 { return nil }
                    written += found
                    if isPart, written == total { return written }
                    if state == Z_STREAM_END { return written }
                    guard state == Z_OK, input > 0 || found > 0 else { return nil }
                }
            }
        }
    }
}

/// Reads little-endian numbers at any place of some bytes.
private struct LittleEndian {
    let bytes: UnsafeRawBufferPointer

    /// Returns the number of 1 to 8 bytes; nil if it is not inside or does not fit.
    func integer(_ position: Int, _ size: Int) -> Int? {
        guard position >= 0, position <= bytes.count - size else { return nil }
        var value: UInt64 = 0
        for index in 0..<size { value |= UInt64(bytes[position + index]) << (8 * index) }
        return value <= UInt64(Int.max / 4) ? Int(value) : nil
    }

    /// Returns the last place of a signature in the last 64 KiB, where the end of an archive is.
    func lastSignature(_ signature: Int) -> Int? {
        var position = bytes.count - 22
        let first = max(position - 0xFFFF, 0)
        while position >= first {
            if integer(position, 4) == signature { return position }
            position -= 1
        }
        return nil
    }

    /// Reads the entry of a member, and the position after the entry.
    func member(at position: Int) -> (ZipArchive.Member, next: Int)? {
        guard integer(position, 4) == 0x0201_4B50, let flags = integer(position + 8, 2),
            let method = integer(position + 10, 2), let checksum = integer(position + 16, 4),
            var packedCount = integer(position + 20, 4), var count = integer(position + 24, 4),
            let nameCount = integer(position + 28, 2), let extraCount = integer(position + 30, 2),
            let noteCount = integer(position + 32, 2), var offset = integer(position + 42, 4),
            case let name = position + 46, case let extra = name + nameCount,
            extra + extraCount <= bytes.count
        else { return nil }
        // Sizes above 4 GiB are in an extra field, those that do not fit in this order.
        var field = extra
        while let kind = integer(field, 2), let size = integer(field + 2, 2),
            field + 4 + size <= extra + extraCount
        {
            var value = field + 4
            func next() -> Int? {
                defer { value += 8 }
                return value + 8 <= field + 4 + size ? integer(value, 8) : nil
            }
            if kind == 1 {
                if count == 0xFFFF_FFFF { count = next() ?? count }
                if packedCount == 0xFFFF_FFFF { packedCount = next() ?? packedCount }
                if offset == 0xFFFF_FFFF { offset = next() ?? offset }
            }
            field += 4 + size
        }
        guard packedCount <= bytes.count else { return nil }
        let member = ZipArchive.Member(
            name: String(decoding: bytes[name..<extra], as: UTF8.self), method: method,
            isEncrypted: flags & 1 != 0, packedCount: packedCount, count: count,
            checksum: UInt32(truncatingIfNeeded: checksum), offset: offset)
        return (member, extra + extraCount + noteCount)
    }
}
