import Bytes
import CZlib

/// A picture of coloured cells as an 8-bit palette PNG. Maps with many cells are pictures, since a
/// shape for each cell would make a page large.
package struct PaletteImage {
    /// The entry of a transparent cell.
    package static let transparent: UInt8 = 255

    package let width: Int
    package let height: Int
    /// Entries from 0 to 254 along the ramp, or `transparent`; row by row.
    package let entries: [UInt8]
    package let ramp: ColourRamp

    /// Creates a picture from its entries, shape (height, width).
    package init(width: Int, height: Int, entries: [UInt8], ramp: ColourRamp) {
        (self.width, self.height, self.entries, self.ramp) = (width, height, entries, ramp)
    }

    /// The picture as an address that holds its bytes.
    package var address: String { "data:image/png;base64," + Base64.text(png) }

    /// The bytes of the PNG file.
    package var png: [UInt8] {
        var header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height))
        // Eight bits, a palette, and no choice in the rest.
        header += [8, 3, 0, 0, 0]
        var palette: [UInt8] = []
        for entry in 0...254 { palette += ramp.colour(at: Double(entry) / 254).bytes }
        palette += [0, 0, 0]
        let opacities = [UInt8](repeating: 255, count: 255) + [0]
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += entries[row * width..<(row + 1) * width]
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
            + Self.chunk("PLTE", palette) + Self.chunk("tRNS", opacities)
            + Self.chunk("IDAT", Self.compressed(rows)) + Self.chunk("IEND", [])
    }

    private static func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(kind.utf8) + body
        let checksum = unsafe crc32(0, content, uInt(content.count))
        return bigEndian(UInt32(body.count)) + content
            + bigEndian(UInt32(truncatingIfNeeded: checksum))
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
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
