import Bytes

/// A map over the start rates of a grid: a cell for each pair, with its number inside.
public struct GridMap: Sendable {
    /// The runs of one pair of start rates.
    public struct Cell: Sendable {
        /// The mean over the seeds, or nil where all runs failed.
        public var value: Double?
        /// The number of runs that failed or diverged.
        public var failed: Int

        /// Makes a cell; a number that is not finite counts as none.
        public init(_ value: Double?, failed: Int = 0) {
            (self.value, self.failed) = (value.flatMap { $0.isFinite ? $0 : nil }, failed)
        }
    }

    /// What the numbers are.
    public enum Kind: Equatable, Sendable {
        /// Final values; the best cell has a frame.
        case values(lowerIsBetter: Bool)
        /// Differences from the baseline in the same cell, with a sign.
        case differences
    }

    /// The name above the map, such as the variant.
    public var name: String
    /// The role of the variant.
    public var variant: Int?
    /// What the columns are, such as "local rate at start".
    public var xTitle: String
    /// What the rows are, such as "global rate at start".
    public var yTitle: String
    /// The values of the columns in rising order.
    public var columns: [String]
    /// The values of the rows in rising order; the last one is drawn on top.
    public var rows: [String]
    /// The cells, a list for each row.
    public var cells: [[Cell]]
    /// What the numbers are.
    public var kind: Kind
    /// The colours, the same for all maps of a figure.
    public var scale: ColourScale
    /// The number of decimals in a cell.
    public var digits: Int

    /// Makes a map from its cells. Missing cells are empty.
    public init(
        name: String, variant: Int? = nil, xTitle: String, yTitle: String, columns: [String],
        rows: [String], cells: [[Cell]], kind: Kind, scale: ColourScale, digits: Int = 0
    ) {
        (self.name, self.variant, self.xTitle, self.yTitle) = (name, variant, xTitle, yTitle)
        (self.columns, self.rows, self.kind, self.scale) = (columns, rows, kind, scale)
        self.digits = max(digits, 0)
        self.cells = rows.indices.map { row in
            columns.indices.map { column in
                row < cells.count && column < cells[row].count
                    ? cells[row][column] : Cell(nil)
            }
        }
    }

    /// The form of this map in a page: a small panel, or one twice as wide for many columns.
    public var pageForm: ChartForm {
        neededWidth(.panel) <= ChartForm.panel.width ? .panel : .widePanel
    }
}

extension GridMap: Drawable {
    /// The name with what the map shows.
    public var title: String {
        name + (kind == .differences ? ": difference" : ": final value") + " on the grid"
    }

    /// The smallest and the largest number, and the best cell.
    public var summary: String {
        let values = cells.flatMap { $0 }.compactMap(\.value)
        guard let low = values.min(), let high = values.max() else { return "All runs failed." }
        let digits = digits + 1
        var text = "From \(NumberText.fixed(low, digits)) to \(NumberText.fixed(high, digits))"
        if let best {
            text += "; best at \(xTitle) \(columns[best.column]), \(yTitle) \(rows[best.row])"
        }
        let failed = cells.flatMap { $0 }.reduce(0) { $0 + $1.failed }
        return text + (failed > 0 ? "; \(failed) failed" : "") + "."
    }

    /// A row for each cell.
    public var table: ChartTable {
        let entries = rows.indices.flatMap { row in
            columns.indices.map { column -> [ChartTable.Cell] in
                let cell = cells[row][column]
                return [
                    .text(name), .text(columns[column]), .text(rows[row]),
                    cell.value.map { .number($0) } ?? .missing, .number(Double(cell.failed)),
                ]
            }
        }
        return ChartTable(
            caption: title, columns: ["variant", xTitle, yTitle, "value", "failed"], rows: entries)
    }

    /// The cell with the best value.
    private var best: (row: Int, column: Int)? {
        guard case .values(let lowerIsBetter) = kind else { return nil }
        var best: (row: Int, column: Int, value: Double)?
        for row in rows.indices {
            for column in columns.indices {
                guard let value = cells[row][column].value else { continue }
                let size = lowerIsBetter ? -value : value
                if size > best?.value ?? -.infinity { best = (row, column, size) }
            }
        }
        return best.map { ($0.row, $0.column) }
    }

    private func words(_ value: Double) -> String {
        kind == .differences ? NumberText.signed(value, digits) : NumberText.fixed(value, digits)
    }

    /// Returns the value of a row or column without a zero before the point, to save room.
    private func tick(_ text: String) -> String {
        text.hasPrefix("0.") ? String(text.dropFirst()) : text
    }

    /// Returns the room for the values of the rows, at most two fifths of the width.
    private func left(_ form: ChartForm) -> Double {
        let widest = rows.map { form.width(of: tick($0), size: 10.5) }.max() ?? 0
        return min(max(32, widest + 7), 0.4 * form.width)
    }

    /// Returns the value of a row or column as it stands beside the cells.
    private func label(_ text: String, _ form: ChartForm) -> String {
        Markup.shortened(tick(text), to: (0.4 * form.width - 7) / form.letter(at: 10.5))
    }

    /// Returns the least width at which the numbers fit into their cells.
    package func neededWidth(_ form: ChartForm) -> Double {
        let values = cells.flatMap { $0 }.compactMap(\.value)
        let widest = values.map { form.width(of: words($0), size: 10.5) }.max() ?? 10
        // The cross of a cell that lost some of its seeds stands beside the number.
        let isPartial = cells.flatMap { $0 }.contains { $0.value != nil && $0.failed > 0 }
        return left(form) + Double(columns.count) * (widest + (isPartial ? 8 : 4))
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let count = Double(max(rows.count, 1))
        let side = min(max(140 / count, 15), 36)
        let top = 24.0
        var drawing = Drawing(form, id: id, height: 0)
        drawing.height = top + side * count + 32
        let left = left(form)
        let width = (form.width - left) / Double(max(columns.count, 1))
        let letters = form.width / form.letter - 1
        drawing.text(
            0, 11, Markup.shortened(name, to: letters), .start, .panelTitle(variant), whole: name)
        for (place, row) in rows.indices.reversed().enumerated() {
            let y = top + Double(place) * side
            for column in columns.indices {
                draw(row, column, &drawing, (left + Double(column) * width, y, width, side))
            }
            drawing.text(
                left - 5, y + side / 2 + 4, label(rows[row], form), .end, .smallTick,
                whole: tick(rows[row]))
        }
        let bottom = top + side * count
        let labels = columns.map { label($0, form) }
        let widest = labels.map { form.width(of: $0, size: 10.5) }.max() ?? 0
        let stride = max(1, Int(((widest + 4) / width).rounded(.up)))
        for column in Swift.stride(from: 0, to: columns.count, by: stride) {
            let half = form.width(of: labels[column], size: 10.5) / 2
            let middle = min(left + (Double(column) + 0.5) * width, form.width - half)
            drawing.text(
                middle, bottom + 12, labels[column], .middle, .smallTick,
                whole: tick(columns[column]))
        }
        let words = Markup.shortened(xTitle, to: letters)
        let half = form.width(of: words) / 2
        let middle = min(max((left + form.width) / 2, half), form.width - half)
        drawing.text(middle, bottom + 27, words, .middle, .axisTitle, whole: xTitle)
        return drawing
    }

    private typealias Box = (x: Double, y: Double, width: Double, height: Double)

    private func draw(_ row: Int, _ column: Int, _ drawing: inout Drawing, _ box: Box) {
        let cell = cells[row][column]
        let (x, y) = (box.x + box.width / 2 - 0.5, box.y + box.height / 2 + 3.5)
        let isBest = best.map { $0 == (row, column) } ?? false
        let at = "\(xTitle) \(columns[column]), \(yTitle) \(rows[row]): "
        let failed = cell.failed > 0 ? ", \(cell.failed) failed" : ""
        let text = cell.value.map {
            kind == .differences
                ? NumberText.signed($0, digits + 1) : NumberText.fixed($0, digits + 1)
        }
        drawing.titled(at + (text ?? "no value") + failed) { drawing in
            guard let value = cell.value, let colour = scale.colour(value) else {
                drawing.rectangle(box.x, box.y, box.width - 1, box.height - 1, .missing)
                drawing.text(x, y, cell.failed > 0 ? "×" : "", .middle, .smallTick)
                return
            }
            drawing.rectangle(
                box.x, box.y, box.width - 1, box.height - 1, fill: colour.text)
            let ink = colour.textColour
            drawing.text(x, y, words(value), .middle, .cell(colour: ink, isBest: isBest))
            if isBest {
                drawing.frame(
                    box.x + 1.5, box.y + 1.5, box.width - 4, box.height - 4, colour: ink)
            }
            // Some of the seeds failed: a small cross in the corner.
            if cell.failed > 0 {
                let (right, top) = (box.x + box.width - 2.5, box.y + 1.5)
                let n = drawing.number
                drawing.raw(
                    "<path fill=\"none\" stroke=\"\(ink)\" d=\"M\(n(right - 3)) \(n(top))l3 3"
                        + "M\(n(right)) \(n(top))l-3 3\"/>")
            }
        }
    }

    /// Returns the map with a letter before its name.
    package func lettered(_ letter: String) -> GridMap {
        var map = self
        map.name = "\(letter) \(name)"
        return map
    }
}
