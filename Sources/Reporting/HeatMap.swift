/// Coloured tables as SVG text, a panel for each: rows and columns are values of two keys. Panels
/// of one kind share one colour scale; each cell shows its number.
public struct HeatMap: Sendable {
    /// One table of the heat map.
    public struct Panel: Sendable {
        /// The text above the table.
        public var title: String
        /// Rows of numbers; nil where there is none.
        public var values: [[Double?]]
        /// What stands below a number, such as "1 failed"; rows as those of `values`, or none.
        public var remarks: [[String]]
        /// Whether the numbers are gains: around 0, and coloured by their sign.
        public var isGain: Bool

        /// Makes a table from its cells.
        public init(
            _ title: String, _ values: [[Double?]], remarks: [[String]] = [], isGain: Bool = false
        ) {
            (self.title, self.values, self.remarks) = (title, values, remarks)
            self.isGain = isGain
        }
    }

    /// A key and its values, in order.
    public typealias Axis = (key: String, values: [String])

    /// The text above all tables.
    public var title: String
    /// The key whose values are the rows, from top to bottom.
    public var rows: Axis
    /// The key whose values are the columns, from left to right.
    public var columns: Axis
    /// The tables, from top to bottom.
    public var panels: [Panel]
    /// The text of a value; gains have a sign and one digit.
    private let text: @Sendable (Double) -> String

    /// A heat map.
    ///
    /// - Parameter text: how numbers that are no gains are written.
    public init(
        title: String, rows: Axis, columns: Axis, panels: [Panel],
        text: @escaping @Sendable (Double) -> String = { brief($0) }
    ) {
        (self.title, self.rows, self.columns, self.panels) = (title, rows, columns, panels)
        self.text = text
    }

    // Pixels.
    private static let (cellWidth, cellHeight, gap) = (68.0, 36.0, 28.0)
    private static let (top, panelTop, panelBottom) = (44.0, 30.0, 46.0)
    private static let widest = 1_400.0

    /// Room on the left of a panel: the key, upright, and the values.
    private var left: Double {
        34 + 8 * Double(rows.values.map(\.count).max() ?? 0)
    }

    private var panelWidth: Double {
        let titles = panels.map { 8 * Double($0.title.count) }.max() ?? 0
        return left + max(Self.cellWidth * Double(columns.values.count), titles)
    }

    private var panelHeight: Double {
        Self.panelTop + Self.cellHeight * Double(rows.values.count) + Self.panelBottom
    }

    /// Returns the heat map as an SVG document.
    public func svg() -> String {
        let across = max(1, min(panels.count, Int(Self.widest / (panelWidth + Self.gap))))
        let down = (panels.count + across - 1) / across
        let (values, gains) = (scale(isGain: false), scale(isGain: true))
        var elements = [SVG.text(16, 26, title, "start", size: 16)]
        for (index, panel) in panels.enumerated() {
            elements += draw(
                panel, panel.isGain ? gains : values,
                x: 16 + Double(index % across) * (panelWidth + Self.gap),
                y: Self.top + Double(index / across) * (panelHeight + Self.gap))
        }
        let bottom = Self.top + Double(down) * (panelHeight + Self.gap)
        var legend: [String] = []
        if panels.contains(where: { !$0.isGain }), let values {
            legend.append("values \(text(values.least)) (light) to \(text(values.most)) (dark)")
        }
        if panels.contains(where: \.isGain), let gains {
            legend.append(
                "gains \(signed(-gains.most, 1)) (orange) to \(signed(gains.most, 1)) (blue)")
        }
        elements.append(
            SVG.text(16, bottom, "Colours: " + legend.joined(separator: "; "), "start"))
        let width = 32 + Double(across) * (panelWidth + Self.gap)
        return SVG.document(max(width, 8 * Double(title.count) + 32), bottom + 20, elements)
    }

    /// Returns the range of the colours; for gains it is as wide on both sides of 0.
    private func scale(isGain: Bool) -> (least: Double, most: Double)? {
        let numbers = panels.filter { $0.isGain == isGain }.flatMap(\.values).flatMap { $0 }
            .compactMap { $0 }.filter(\.isFinite)
        guard let least = numbers.min(), let most = numbers.max() else { return nil }
        guard isGain else { return (least, most) }
        let size = max(-least, most)
        return (-size, size)
    }

    private func draw(
        _ panel: Panel, _ scale: (least: Double, most: Double)?, x: Double, y: Double
    ) -> [String] {
        let (left, top) = (x + left, y + Self.panelTop)
        let width = Self.cellWidth * Double(columns.values.count)
        let height = Self.cellHeight * Double(rows.values.count)
        var elements = [SVG.text(left, y + 18, panel.title, "start", size: 14)]
        for (row, values) in panel.values.enumerated() {
            let middle = top + Self.cellHeight * (Double(row) + 0.5)
            if row < rows.values.count {
                elements.append(SVG.text(left - 8, middle + 4, rows.values[row], "end"))
            }
            for (column, value) in values.enumerated() {
                let remark =
                    row < panel.remarks.count && column < panel.remarks[row].count
                    ? panel.remarks[row][column] : ""
                elements += cell(
                    value, remark, panel.isGain, scale,
                    x: left + Self.cellWidth * Double(column), middle: middle)
            }
        }
        for (column, value) in columns.values.enumerated() {
            let middle = left + Self.cellWidth * (Double(column) + 0.5)
            elements.append(SVG.text(middle, top + height + 18, value, "middle"))
        }
        elements.append(
            SVG.text(left + width / 2, top + height + 38, columns.key, "middle"))
        elements.append(SVG.upright(x + 14, top + height / 2, rows.key))
        return elements
    }

    private func cell(
        _ value: Double?, _ remark: String, _ isGain: Bool, _ scale: (least: Double, most: Double)?,
        x: Double, middle: Double
    ) -> [String] {
        var (ground, words) = (Colour.nothing, "-")
        if let value, value.isFinite, let scale {
            let span = scale.most - scale.least
            let place = span > 0 ? (value - scale.least) / span : 0.5
            ground = isGain ? Colour.diverging(place) : Colour.sequential(place)
            words = isGain ? signed(value, 1) : text(value)
        }
        let ink = ground.isDark ? "white" : "black"
        let centre = x + Self.cellWidth / 2
        var elements = [
            SVG.rectangle(
                x, middle - Self.cellHeight / 2, Self.cellWidth, Self.cellHeight,
                "fill=\"\(ground.text)\" stroke=\"#CCC\""),
            SVG.text(centre, middle + (remark.isEmpty ? 4 : -1), words, "middle", colour: ink),
        ]
        if !remark.isEmpty {
            elements.append(SVG.text(centre, middle + 13, remark, "middle", size: 10, colour: ink))
        }
        return elements
    }
}

/// Red, green and blue, 0...255.
private struct Colour {
    let parts: [Double]

    static let nothing = Colour(parts: [221, 221, 221])
    private static let pale = Colour(parts: [240, 246, 252])
    private static let deep = Colour(parts: [8, 48, 107])
    private static let (orange, white, blue) = (
        Colour(parts: [213, 94, 0]), Colour(parts: [255, 255, 255]), Colour(parts: [0, 114, 178])
    )

    /// Returns a colour from pale (0) to deep (1).
    static func sequential(_ place: Double) -> Colour { mix(pale, deep, place) }

    /// Returns orange below a half, white at a half and blue above. Colour-blind readers see the
    /// difference.
    static func diverging(_ place: Double) -> Colour {
        place < 0.5 ? mix(orange, white, 2 * place) : mix(white, blue, 2 * place - 1)
    }

    private static func mix(_ one: Colour, _ other: Colour, _ share: Double) -> Colour {
        Colour(parts: zip(one.parts, other.parts).map { $0 + ($1 - $0) * min(max(share, 0), 1) })
    }

    /// Whether white letters are easier to read on it than black ones.
    var isDark: Bool {
        zip(parts, [0.299, 0.587, 0.114]).reduce(0) { $0 + $1.0 * $1.1 } < 130
    }

    var text: String { "rgb(" + parts.map { fixed($0, 0) }.joined(separator: ",") + ")" }
}
