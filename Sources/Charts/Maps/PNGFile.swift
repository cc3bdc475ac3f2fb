import CZlib

/// The frame of a PNG file: its signature, its header and chunks with checksums.
///
/// - Source: ISO/IEC 15948 (PNG, third edition).
enum PNGFile {
    /// Returns the bytes of a file.
    ///
    /// - Parameters:
    ///   - kind: bits, colour type, and three zeros of the header.
    ///   - chunks: the chunks between the header and the end.
    static func bytes(
        width: Int, height: Int, kind: [UInt8], chunks: [(name: String, body: [UInt8])]
    ) -> [UInt8] {
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + kind
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunks.flatMap { chunk($0.name, $0.body) } + chunk("IEND", [])
    }

    private static func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(kind.utf8) + body
        let checksum = unsafe crc32(0, content, uInt(content.count))
        return bigEndian(UInt32(body.count)) + content
            + bigEndian(UInt32(truncatingIfNeeded: checksum))
    }

    /// Compresses rows of pixels.
    static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        var out = [UInt8](repeating: 0, count: Int(size))
        // The bound is always enough, so the only failure is a lack of memory. The picture is empty
        // then, and the rest of the page is there.
        guard unsafe compress2(&out, &size, bytes, uLong(bytes.count), 9) == Z_OK else { return [] }
        return Array(out.prefix(Int(size)))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
