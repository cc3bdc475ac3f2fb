import Bytes

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
        // Eight bits, a palette, and no choice in the rest.
        return PNGFile.bytes(
            width: width, height: height, kind: [8, 3, 0, 0, 0],
            chunks: [
                ("PLTE", palette), ("tRNS", opacities), ("IDAT", PNGFile.compressed(rows)),
            ])
    }
}
