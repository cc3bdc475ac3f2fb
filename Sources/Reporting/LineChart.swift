/// A line chart as SVG text: axes, legend, one line per series; nothing but the text's own shapes.
public struct LineChart: Sendable {
    /// One line of the chart.
    public struct Series: Sendable {
        /// The name of the line in the legend.
        public var name: String
        /// y at x = 0, 1, …; what is not finite is left out.
        public var values: [Double]
        /// Whether it stands out: black and thick.
        public var isReference: Bool

        /// Makes a line from its values.
        public init(_ name: String, _ values: [Double], isReference: Bool = false) {
            (self.name, self.values, self.isReference) = (name, values, isReference)
        }
    }

    /// The text above the chart.
    public var title: String
    /// The text below the horizontal axis.
    public var horizontal: String
    /// The text beside the vertical axis.
    public var vertical: String
    /// The lines; later ones are drawn over earlier ones.
    public var series: [Series]

    /// Makes a chart from its lines.
    public init(title: String, horizontal: String, vertical: String, series: [Series]) {
        (self.title, self.horizontal, self.vertical) = (title, horizontal, vertical)
        self.series = series
    }

    // Pixels: the whole, and the place of the plot inside.
    private static let (width, height) = (960.0, 540.0)
    private static let (left, top, right, bottom) = (96.0, 48.0, 700.0, 484.0)
    // Okabe and Ito's colours, which colour-blind readers can distinguish; dashes distinguish
    // repeats.
    private static let colours = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F",
    ]
    private static let dashes = ["", "6 3", "2 2", "8 3 2 3"]

    /// Returns the chart as an SVG document.
    public func svg() -> String {
        let axis = SignedAxis(series.flatMap(\.values))
        let steps = max(series.map(\.values.count).max() ?? 0, 2)
        var lines = [SVG.text(Self.left, 26, title, "start", size: 16)]
        lines += frame(axis, steps)
        for (index, one) in series.enumerated() {
            lines += draw(one, style(index), axis, steps)
            lines += legend(one, style(index), row: index)
        }
        return SVG.document(Self.width, Self.height, lines)
    }

    private func x(_ step: Int, of steps: Int) -> Double {
        Self.left + (Self.right - Self.left) * Double(step) / Double(steps - 1)
    }

    private func y(_ value: Double, _ axis: SignedAxis) -> Double {
        Self.bottom - (Self.bottom - Self.top) * axis.position(value)
    }

    private func frame(_ axis: SignedAxis, _ steps: Int) -> [String] {
        var lines: [String] = []
        for tick in axis.ticks {
            let height = y(tick.value, axis)
            let colour = tick.value == 0 ? "#888" : "#DDD"
            lines.append(SVG.line(Self.left, height, Self.right, height, colour))
            lines.append(SVG.text(Self.left - 8, height + 4, tick.label, "end"))
        }
        let stride = max(1, (steps + 7) / 8)
        for step in Swift.stride(from: 0, to: steps, by: stride) {
            let place = x(step, of: steps)
            lines.append(SVG.line(place, Self.bottom, place, Self.bottom + 5, "black"))
            lines.append(SVG.text(place, Self.bottom + 20, String(step), "middle"))
        }
        lines.append(
            SVG.rectangle(
                Self.left, Self.top, Self.right - Self.left, Self.bottom - Self.top,
                "fill=\"none\" stroke=\"black\""))
        let middle = (Self.top + Self.bottom) / 2
        lines.append(
            SVG.text((Self.left + Self.right) / 2, Self.bottom + 42, horizontal, "middle"))
        lines.append(
            SVG.upright(22, middle, vertical + (axis.isLinear ? "" : " (log-symmetric)")))
        return lines
    }

    private func style(_ index: Int) -> String {
        if series[index].isReference {
            let before = series[..<index].count { $0.isReference }
            return "stroke=\"black\" stroke-width=\"2.5\""
                + (before == 0 ? "" : " stroke-dasharray=\"7 4\"")
        }
        let number = series[..<index].count { !$0.isReference }
        let colour = Self.colours[number % Self.colours.count]
        let dash = Self.dashes[number / Self.colours.count % Self.dashes.count]
        return "stroke=\"\(colour)\" stroke-width=\"1.5\""
            + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
    }

    private func draw(_ one: Series, _ style: String, _ axis: SignedAxis, _ steps: Int)
        -> [String]
    {
        // A gap where a value is not finite; a point alone is a dot.
        var parts: [[String]] = [[]]
        for (step, value) in one.values.enumerated() {
            guard value.isFinite else {
                parts.append([])
                continue
            }
            let point = "\(SVG.number(x(step, of: steps))),\(SVG.number(y(value, axis)))"
            parts[parts.count - 1].append(point)
        }
        return parts.filter { !$0.isEmpty }.map { points in
            let all = points.count == 1 ? points + points : points
            return "<polyline fill=\"none\" stroke-linecap=\"round\" \(style)"
                + " points=\"\(all.joined(separator: " "))\"/>"
        }
    }

    private func legend(_ one: Series, _ style: String, row: Int) -> [String] {
        let height = Self.top + 10 + 20 * Double(row)
        return [
            "<line x1=\"716\" y1=\"\(SVG.number(height))\" x2=\"744\" y2=\"\(SVG.number(height))\""
                + " \(style)/>", SVG.text(752, height + 4, one.name, "start"),
        ]
    }
}
