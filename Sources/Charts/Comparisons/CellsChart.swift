import Bytes

/// All cells of a grid for each variant: a tick for each cell and a dot for the mean.
public struct CellsChart: Sendable {
    /// All cells of one variant.
    public struct Row: Sendable {
        /// The role of the variant.
        public var variant: Int
        /// The name of the variant.
        public var name: String
        /// The values of the cells.
        public var values: [Double]

        /// Makes a row; values that are not finite are left out.
        public init(variant: Int, name: String, values: [Double]) {
            (self.variant, self.name) = (variant, name)
            self.values = values.filter(\.isFinite)
        }

        /// The mean of the cells, or nil without any.
        var mean: Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
    }

    /// The name of the chart.
    public var title: String
    /// The horizontal axis, such as final accuracy in percent.
    public var axis: Axis
    /// The variants from top to bottom.
    public var rows: [Row]

    /// Makes a chart from its rows.
    public init(title: String, axis: Axis, rows: [Row]) {
        (self.title, self.axis, self.rows) = (title, axis, rows)
    }
}

extension CellsChart: Drawable {
    /// The range and the mean of each variant.
    public var summary: String {
        let parts = rows.compactMap { row -> String? in
            guard let low = row.values.min(), let high = row.values.max(), let mean = row.mean
            else { return nil }
            return "\(row.name) from \(NumberText.short(low, 3)) to \(NumberText.short(high, 3)),"
                + " mean \(NumberText.short(mean, 3))"
        }
        return parts.isEmpty ? "No values." : parts.joined(separator: "; ") + "."
    }

    /// A row for each cell of each variant.
    public var table: ChartTable {
        ChartTable(
            caption: title, columns: ["variant", axis.title],
            rows: rows.flatMap { row in row.values.map { [.text(row.name), .number($0)] } })
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let step = form.isPaper ? 22.0 : 26
        let letters = 0.4 * form.width / form.letter - 1
        let names = rows.map { Markup.shortened($0.name, to: letters) }
        var drawing = Drawing(form, id: id, height: 0)
        drawing.height = 10 + step * Double(rows.count) + 40
        let widest = names.map { form.width(of: $0) }.max() ?? 0
        let plot = Plot(
            left: min(widest + 14, 0.46 * form.width), right: form.width - 10, top: 4,
            bottom: drawing.height - 36, horizontal: axis.span(rows.flatMap(\.values)),
            vertical: Span(low: 0, high: 1, isLogarithmic: false))
        let ticks = axis.ticks(plot.horizontal, most: plot.roomForTicks(form, axis))
        for value in ticks {
            drawing.line(plot.x(value), plot.top, plot.x(value), plot.bottom, .grid)
        }
        plot.drawFoot(&drawing, axis, ticks)
        for (index, row) in rows.enumerated() {
            let y = plot.top + 6 + step * (Double(index) + 0.5)
            let n = drawing.number
            let outline = row.values.filter {
                (-1e-9...1 + 1e-9).contains(plot.horizontal.position($0))
            }
            .map { "M\(n(plot.x($0))) \(n(y - 7))v14" }.joined()
            drawing.path(outline, .ticks(row.variant))
            if let mean = row.mean {
                drawing.dot(plot.x(mean), y, radius: 4.5, .mean(row.variant))
            }
            drawing.text(
                plot.left - 10, y + 4, names[index], .end, .label(row.variant), whole: row.name)
        }
        return drawing
    }
}
