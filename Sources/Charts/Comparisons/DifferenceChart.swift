import Bytes

/// Differences of variants from the baseline, drawn: the interval with its mean above, a dot for
/// each seed below, and a zero line through all rows.
public struct DifferenceChart: Sendable {
    /// The differences of one variant.
    public struct Row: Sendable {
        /// The role of the variant.
        public var variant: Int
        /// The name of the variant.
        public var name: String
        /// The differences of the seeds.
        public var seeds: [Double]
        /// The mean of the differences, or nil without seeds.
        public var mean: Double?
        /// The interval of the mean, or nil with too few seeds.
        public var interval: ClosedRange<Double>?

        /// Makes a row from its numbers.
        public init(
            variant: Int, name: String, seeds: [Double], mean: Double?,
            interval: ClosedRange<Double>?
        ) {
            (self.variant, self.name) = (variant, name)
            self.seeds = seeds.filter(\.isFinite)
            self.mean = mean.flatMap { $0.isFinite ? $0 : nil }
            self.interval = interval.flatMap {
                $0.lowerBound.isFinite && $0.upperBound.isFinite ? $0 : nil
            }
        }

        fileprivate var values: [Double] {
            seeds + (mean.map { [$0] } ?? [])
                + (interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
    }

    /// The name of the chart.
    public var title: String
    /// The title of the axis with the unit, such as "points of accuracy".
    public var axisTitle: String
    /// The variants in the order of the table, without the baseline.
    public var rows: [Row]

    /// Makes a chart from its rows.
    public init(title: String, axisTitle: String, rows: [Row]) {
        (self.title, self.axisTitle, self.rows) = (title, axisTitle, rows)
    }

    /// The width of a row's drawing in a table.
    public static let cellWidth = 156.0

    /// The ends of the axis, which all rows share: 0 is inside.
    package var span: Span {
        let values = rows.flatMap(\.values) + [0]
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let size = high > low ? high - low : 1
        return Span(low: low - 0.06 * size, high: high + 0.06 * size, isLogarithmic: false)
    }

    private func ticks(most: Int) -> [Double] { Ticks.linear(span.low, span.high, most: most) }

    private func place(_ value: Double) -> Double {
        6 + span.position(value) * (Self.cellWidth - 12)
    }

    /// Returns a row's drawing for a cell of a page's table, 156 by 40 pixels. The cell's text says
    /// the same, so the drawing is hidden from readers of the screen.
    public func cellSVG(_ index: Int) -> String {
        guard rows.indices.contains(index) else { return "" }
        var drawing = Drawing(.panel, id: "", height: 40)
        draw(rows[index], &drawing, y: 15, gap: 14) { place($0) }
        return cellRoot(height: 40) + drawing.parts.joined() + "</svg>"
    }

    /// The numbers of the axis for the head of the table's column, 156 by 16 pixels.
    public var headSVG: String {
        var drawing = Drawing(.panel, id: "", height: 16)
        for value in ticks(most: 5) {
            drawing.text(place(value), 12, Self.text(value), .middle, .tick)
        }
        return cellRoot(height: 16) + drawing.parts.joined() + "</svg>"
    }

    /// The grid lines as the background of the table's cells, so that they join from row to row: a
    /// value for the CSS property `background`.
    public var cellBackground: String {
        ticks(most: 5).map { value in
            let colour = value == 0 ? "var(--soft)" : "var(--grid)"
            let x = NumberText.coordinate(place(value))
            return "linear-gradient(\(colour),\(colour)) \(x)px 0/1px 100% no-repeat"
        }.joined(separator: ",")
    }

    private func cellRoot(height: Int) -> String {
        let width = Int(Self.cellWidth)
        return "<svg class=\"forest\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\""
            + " height=\"\(height)\" aria-hidden=\"true\">"
    }

    private static func text(_ value: Double) -> String {
        let text = NumberText.tick(value)
        return value > 0 ? "+" + text : text
    }

    /// Draws an interval with its mean, and the seeds a gap below.
    private func draw(
        _ row: Row, _ drawing: inout Drawing, y: Double, gap: Double, _ x: (Double) -> Double
    ) {
        let n = drawing.number
        if let interval = row.interval {
            let (low, high) = (n(x(interval.lowerBound)), n(x(interval.upperBound)))
            drawing.path(
                "M\(low) \(n(y))H\(high)M\(low) \(n(y - 4))v8M\(high) \(n(y - 4))v8",
                .interval(row.variant))
        }
        if let mean = row.mean { drawing.dot(x(mean), y, radius: 4.2, .mean(row.variant)) }
        for value in row.seeds {
            drawing.dot(x(value), y + gap, radius: 2.8, .seed(row.variant))
        }
    }
}

extension DifferenceChart: Drawable {
    /// Each variant's mean with its interval.
    public var summary: String {
        let parts = rows.compactMap { row -> String? in
            guard let mean = row.mean else { return nil }
            let interval = row.interval.map {
                " (\(NumberText.short($0.lowerBound, 3)) to \(NumberText.short($0.upperBound, 3)))"
            }
            return "\(row.name) \(Self.text(Double(mean)))" + (interval ?? "")
        }
        return parts.isEmpty ? "No differences." : parts.joined(separator: "; ") + "."
    }

    /// A row for each seed of each variant, with the variant's mean and interval.
    public var table: ChartTable {
        let entries = rows.flatMap { row in
            row.seeds.map { value -> [ChartTable.Cell] in
                [
                    .text(row.name), .number(value), row.mean.map { .number($0) } ?? .missing,
                    row.interval.map { .number($0.lowerBound) } ?? .missing,
                    row.interval.map { .number($0.upperBound) } ?? .missing,
                ]
            }
        }
        return ChartTable(
            caption: title, columns: ["variant", "difference", "mean", "low", "high"],
            rows: entries)
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let step = form.isPaper ? 28.0 : 34
        let letters = 0.4 * form.width / form.letter - 1
        let names = rows.map { Markup.shortened($0.name, to: letters) }
        let foot = form.isPage ? 6.0 : 36
        let top = form.isPage ? 20.0 : 8
        var drawing = Drawing(form, id: id, height: 0)
        drawing.height = top + 6 + step * Double(rows.count) + foot
        let widest = names.map { form.width(of: $0) }.max() ?? 0
        let plot = Plot(
            left: min(widest + 12, 0.45 * form.width), right: form.width - 8, top: top,
            bottom: drawing.height - foot, horizontal: span,
            vertical: Span(low: 0, high: 1, isLogarithmic: false))
        for value in ticks(most: plot.width > 300 ? 7 : 5) {
            let x = plot.x(value)
            drawing.line(x, plot.top, x, plot.bottom, value == 0 ? .axis : .grid)
            // In a page the numbers stand on top, as in the table; in a file the axis is below.
            let y = form.isPage ? 13 : plot.bottom + 14
            drawing.text(x, y, Self.text(value), .middle, .tick)
        }
        for (index, row) in rows.enumerated() {
            let y = plot.top + 12 + step * Double(index)
            drawing.text(0, y + 8, names[index], .start, .label(row.variant), whole: row.name)
            draw(row, &drawing, y: y, gap: form.isPaper ? 11 : 13) { plot.x($0) }
        }
        if !form.isPage {
            let half = form.width(of: axisTitle) / 2
            let middle = min((plot.left + plot.right) / 2, form.width - half)
            drawing.text(middle, plot.bottom + 30, axisTitle, .middle, .axisTitle)
        }
        return drawing
    }
}
