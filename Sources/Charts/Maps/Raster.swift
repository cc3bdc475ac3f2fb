import RealModule

/// A table of positions on a colour scale, made as small as its place in a drawing.
package struct Raster {
    package private(set) var width: Int
    package private(set) var height: Int
    /// Positions from 0 to 1, not a number where there is no value; row by row.
    package private(set) var positions: [Double]

    /// Takes numbers apart into positions.
    ///
    /// - Parameters:
    ///   - rows: shorter rows are filled up with empty cells.
    ///   - most: the largest counts of columns and rows; neighbours become their mean.
    package init(_ rows: [[Double]], _ scale: ColourScale, most: (columns: Int, rows: Int)) {
        let columns = rows.map(\.count).max() ?? 0
        let across = Self.bin(columns, most.columns), down = Self.bin(rows.count, most.rows)
        (width, height) = ((columns + across - 1) / across, (rows.count + down - 1) / down)
        var sums = [Double](repeating: 0, count: width * height)
        var counts = sums
        for (row, values) in rows.enumerated() {
            for (column, value) in values.enumerated() {
                guard let position = scale.position(value) else { continue }
                let cell = row / down * width + column / across
                sums[cell] += position
                counts[cell] += 1
            }
        }
        positions = zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
    }

    /// Returns how many neighbours become one cell.
    package static func bin(_ count: Int, _ most: Int) -> Int {
        max(1, (count + max(most, 1) - 1) / max(most, 1))
    }

    /// Draws the cells: a picture in pages, shapes in files, since programs smear small pictures.
    package func draw(
        _ drawing: inout Drawing, _ ramp: ColourRamp, x: Double, y: Double, width w: Double,
        height h: Double
    ) {
        guard width > 0, height > 0 else { return }
        drawing.rectangle(x, y, w, h, .missing)
        if drawing.form.isPage {
            let entries = positions.map {
                $0.isNaN ? PaletteImage.transparent : UInt8(($0 * 254).rounded())
            }
            let image = PaletteImage(width: width, height: height, entries: entries, ramp: ramp)
            drawing.raw(
                "<image class=\"px\" href=\"\(image.address)\" x=\"\(drawing.number(x))\""
                    + " y=\"\(drawing.number(y))\" width=\"\(drawing.number(w))\""
                    + " height=\"\(drawing.number(h))\" preserveAspectRatio=\"none\"/>")
        } else {
            drawShapes(&drawing, ramp, x: x, y: y, cell: (w / Double(width), h / Double(height)))
        }
    }

    /// Draws a path for each of 64 colours; equal neighbours in a row are one rectangle.
    private func drawShapes(
        _ drawing: inout Drawing, _ ramp: ColourRamp, x: Double, y: Double,
        cell: (width: Double, height: Double)
    ) {
        var outlines = [String](repeating: "", count: 64)
        func level(_ index: Int) -> Int? {
            positions[index].isNaN ? nil : Int((positions[index] * 63).rounded())
        }
        for row in 0..<height {
            let top = y + Double(row) * cell.height
            var column = 0
            while column < width {
                let own = level(row * width + column)
                var next = column + 1
                while next < width, level(row * width + next) == own { next += 1 }
                if let own {
                    let left = drawing.number(x + Double(column) * cell.width)
                    // Cells reach a little under their neighbours: viewers would show the seams.
                    let hasNext = next < width && level(row * width + next) != nil
                    let right = drawing.number(
                        x + Double(next) * cell.width + (hasNext ? 0.25 : 0))
                    outlines[own] +=
                        "M\(left) \(drawing.number(top))H\(right)"
                        + "V\(drawing.number(top + cell.height))H\(left)Z"
                }
                column = next
            }
        }
        for (level, outline) in outlines.enumerated() where !outline.isEmpty {
            drawing.path(outline, fill: ramp.colour(at: Double(level) / 63).text)
        }
    }
}
