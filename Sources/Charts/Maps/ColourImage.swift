import Bytes

/// A picture in 8-bit colours as a PNG.
package struct ColourImage {
    package let width: Int
    package let height: Int
    /// Red, green and blue of each pixel, row by row.
    package let pixels: [UInt8]

    /// Creates a picture from its pixels, shape (height, width, 3).
    package init(width: Int, height: Int, pixels: [UInt8]) {
        (self.width, self.height, self.pixels) = (width, height, pixels)
    }

    /// The bytes of the PNG file.
    package var png: [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity((3 * width + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += pixels[3 * row * width..<3 * (row + 1) * width]
        }
        // Eight bits, three colours, and no choice in the rest.
        return PNGFile.bytes(
            width: width, height: height, kind: [8, 2, 0, 0, 0],
            chunks: [("IDAT", PNGFile.compressed(rows))])
    }

    /// Makes an SVG file of the picture, with a name beside each row of pictures.
    ///
    /// - Parameter rowHeight: the height of a row in pixels.
    package func svg(names: [String], rowHeight: Int) -> String {
        let zoom = max(1, 32 / max(rowHeight, 1))
        let (left, all) = (120, (width: width * zoom, height: height * zoom))
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(left + all.width)\" height=\""
            + "\(all.height)\" font-family=\"sans-serif\" font-size=\"12\">\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
            + "<image x=\"\(left)\" width=\"\(all.width)\" height=\"\(all.height)\" style=\""
            + "image-rendering:pixelated\" href=\"data:image/png;base64,\(Base64.text(png))\"/>\n"
        for (index, name) in names.enumerated() {
            let middle = Double(zoom * rowHeight) * (Double(index) + 0.5) + 5
            guard middle < Double(all.height) else { break }
            text +=
                "<text x=\"\(left - 6)\" y=\"\(middle)\" text-anchor=\"end\">"
                + "\(Markup.escaped(name))</text>\n"
        }
        return text + "</svg>\n"
    }
}
