/// Lines with bands: accuracy against rounds, rates, sorted accuracies, performance profiles.
///
///     let chart = CurveChart(
///         title: "Test accuracy against rounds", x: .rounds,
///         y: Axis("Test accuracy, %", extent: .withoutStart(step: 10), limits: 0...100),
///         curves: curves, runningMean: RunningMean.width(points: 300))
///     page += chart.bothSizes(id: "accuracy")
///
/// In a page the element has two attributes for a script that shows values under the pointer. The
/// first, `data-p`, is the plot as `left,right,top,bottom`. The second, `data-h`, is JSON:
///
/// - `x`: the title of the horizontal axis
/// - `a`: the two ends of the axis
/// - `log`: whether the axis is logarithmic
/// - `s`: the lines, each as `[name, class, x values, y values]` with at most 100 points
public struct CurveChart: Sendable {
    /// How the points of a line are joined.
    public enum Shape: Sendable {
        /// Straight lines join the points.
        case lines
        /// By steps: a value holds from its point to the next one, as in a performance profile.
        case steps
    }

    /// Where the names of the lines stand.
    public enum Names: Sendable {
        /// At the right end of each line.
        case atLines
        /// In a list in the emptiest corner, for lines that meet at the right.
        case inCorner
        /// Above the chart, as the name of the panel; for a chart of one variant.
        case abovePanel
    }

    /// A horizontal line at a value with a word, such as the target of a study.
    public struct Mark: Sendable {
        /// Where the line lies on the vertical axis.
        public var value: Double
        /// The word beside the line.
        public var name: String

        /// Makes a mark from its value and its word.
        public init(_ value: Double, _ name: String) { (self.value, self.name) = (value, name) }
    }

    /// The name of the chart.
    public var title: String
    /// The horizontal axis with its title.
    public var x: Axis
    /// The vertical axis with its title.
    public var y: Axis
    /// The lines, in the order of their roles.
    public var curves: [Curve]
    /// How the points of a line are joined.
    public var shape: Shape
    /// Where the names of the lines stand.
    public var names: Names
    /// A line at a value, such as a target.
    public var mark: Mark?
    /// Ranges of the horizontal axis that are set off, such as the worst tenth.
    public var zones: [ClosedRange<Double>]
    /// The width of the centred running means of the drawing, 1 for none. Tables stay raw.
    public var runningMean: Int
    /// Whether all lines end where the shortest one ends, to compare them at equal cost.
    public var endsWithShortest: Bool
    /// Roles, best first: it decides which lines and bands a crowded chart shows. Empty: by the
    /// last values, the largest first.
    public var ranking: [Int]
    /// With more lines than this, only the baseline and the six best have a name and a colour.
    public var mostNamed = 12
    private let ownSummary: String?

    /// Makes a chart from its curves.
    ///
    /// - Parameter summary: the result in numbers; by default the last value of each line.
    public init(
        title: String, x: Axis, y: Axis, curves: [Curve], shape: Shape = .lines,
        names: Names = .atLines, mark: Mark? = nil, zones: [ClosedRange<Double>] = [],
        runningMean: Int = 1, endsWithShortest: Bool = false, ranking: [Int] = [],
        summary: String? = nil
    ) {
        (self.title, self.x, self.y, self.curves) = (title, x, y, curves)
        (self.shape, self.names, self.mark, self.zones) = (shape, names, mark, zones)
        (self.runningMean, self.endsWithShortest) = (runningMean, endsWithShortest)
        (self.ranking, ownSummary) = (ranking, summary)
    }
}

extension CurveChart: Drawable {
    /// The last values, or the sentence that the caller gave.
    public var summary: String {
        if let ownSummary { return ownSummary }
        let ends = ordered.compactMap { curve in
            curve.last.map { "\(curve.name) \(NumberText.short($0, 3))" }
        }
        return ends.isEmpty ? "No values." : "Last values: " + ends.joined(separator: "; ") + "."
    }

    /// All points: a row for each point of each variant.
    public var table: ChartTable {
        let bands = curves.map(\.bands.count).max() ?? 0
        let ends = (0..<bands).flatMap {
            bands == 1 ? ["low", "high"] : ["low_\($0)", "high_\($0)"]
        }
        let rows = curves.flatMap { curve in
            curve.x.indices.map { index -> [ChartTable.Cell] in
                [.text(curve.name), .number(curve.x[index]), .number(curve.y[index])]
                    + (0..<bands).flatMap { band -> [ChartTable.Cell] in
                        guard band < curve.bands.count else { return [.missing, .missing] }
                        return [
                            .number(curve.bands[band].low[index]),
                            .number(curve.bands[band].high[index]),
                        ]
                    }
            }
        }
        return ChartTable(
            caption: "\(y.title) by \(x.title)",
            columns: ["variant", x.column ?? x.title, y.title] + ends,
            rows: rows)
    }

    /// Returns about ten rows for a page, with a column for each variant.
    ///
    /// - Parameters:
    ///   - count: the number of rows.
    ///   - digits: decimals of the values, or nil for four significant digits.
    public func shortTable(rows count: Int = 10, digits: Int? = nil) -> ChartTable {
        let ends = curves.compactMap(\.x.last)
        let places = curves.max { $0.x.count < $1.x.count }.map(\.x) ?? []
        let stop = endsWithShortest ? ends.min() ?? 0 : ends.max() ?? 0
        let inside = places.filter { $0 <= stop * (1 + 1e-12) }
        let steps = max(min(count, inside.count), 1)
        let chosen = (0..<steps).compactMap { step in
            inside.isEmpty
                ? nil : inside[steps == 1 ? 0 : step * (inside.count - 1) / (steps - 1)]
        }
        func text(_ value: Double) -> String {
            digits.map { NumberText.fixed(value, $0) } ?? NumberText.short(value)
        }
        let rows = chosen.map { place in
            [ChartTable.Cell.number(place)]
                + curves.map { curve -> ChartTable.Cell in
                    guard let index = curve.x.lastIndex(where: { $0 <= place * (1 + 1e-12) }),
                        curve.y[index].isFinite
                    else { return .missing }
                    guard let band = curve.bands.first, band.low[index].isFinite else {
                        return .text(text(curve.y[index]))
                    }
                    return .text(
                        "\(text(curve.y[index])) (\(text(band.low[index])) to"
                            + " \(text(band.high[index])))")
                }
        }
        return ChartTable(
            caption: y.title,
            columns: [(x.column ?? x.title).replacing("_", with: " ")] + curves.map(\.name),
            rows: rows)
    }

    /// Returns sentences on running means, cut lines, lines that coincide and lines without a name.
    public func notes(_ form: ChartForm) -> [String] {
        CurveLayout(self, form).notes
    }

    /// The roles of variants that share a line, in either size of a page.
    package var sharedRoles: [[Int]] {
        [ChartForm.wide, .narrow].flatMap { CurveLayout(self, $0).groups }.map(\.variants)
            .filter { $0.count > 1 }
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        CurveLayout(self, form).drawing(id: id)
    }

    /// The curves, best first.
    package var ordered: [Curve] {
        if !ranking.isEmpty {
            let places = Dictionary(ranking.enumerated().map { ($1, $0) }) { first, _ in first }
            return curves.enumerated().sorted {
                (places[$0.element.variant] ?? .max, $0.offset)
                    < (places[$1.element.variant] ?? .max, $1.offset)
            }.map(\.element)
        }
        return curves.enumerated().sorted {
            (-($0.element.last ?? -.infinity), $0.offset)
                < (-($1.element.last ?? -.infinity), $1.offset)
        }.map(\.element)
    }
}
