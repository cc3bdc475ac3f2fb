import Charts
import Reporting
import Statistics

/// How the variants got there: accuracy against rounds, traffic and simulated time; loss.
enum CurvesBlock {
    /// Returns the block; nil without two evaluations of a run.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        let curves = MetricCurves(content)
        guard let rounds = curves.againstRounds else { return nil }
        var figures = [
            figure(
                "\(curves.file)-rounds", "\(curves.name) against rounds", rounds,
                curves.caption, &state)
        ]
        if let loss = curves.loss {
            figures.append(
                figure(
                    "loss-rounds", "Test loss against rounds", loss, curves.caption, &state))
        }
        if let bytes = curves.againstBytes {
            figures.append(
                figure(
                    "\(curves.file)-bytes", "\(curves.name) against traffic", bytes,
                    "The same lines by what they cost, up and down together.", &state))
        }
        if let seconds = curves.againstSeconds {
            figures.append(
                figure(
                    "\(curves.file)-seconds", "\(curves.name) against simulated time", seconds,
                    "The same lines by the simulated time of their rounds.", &state))
        }
        let boxes = VariantBoxes(content).boxes(state)
        let note: HTML =
            content.study.grid.isEmpty
            ? "" : "<p class=\"note\">\(cells(content))</p>"
        return PageBlock(
            name: "curves", link: "Curves", heading: "How did they get there?",
            content: "\(boxes)\(note)<div class=\"two\">\n\(figures.joined())</div>")
    }

    private static func figure(
        _ file: String, _ title: String, _ chart: CurveChart, _ caption: String,
        _ state: inout PageState
    ) -> HTML {
        Figure(name: file, title: title, caption: caption)
            .html(chart, table: chart.shortTable(), &state)
    }

    /// Returns which cell of the grid is drawn for each variant.
    static func cells(_ content: StudyContent) -> String {
        let grid = content.study.grid
        let cells = content.study.variants.map { variant in
            let values = variant.cells[variant.drawnCell].values
            return "\(variant.label): "
                + zip(grid, values).map { "\($0) \($1)" }.joined(separator: ", ")
        }
        return "Each variant is drawn from the start values with its best mean. "
            + cells.joined(separator: "; ") + "."
    }
}

/// The charts of the metric and the loss.
public struct MetricCurves {
    private let content: StudyContent
    init(_ content: StudyContent) {
        self.content = content
    }

    private var metric: Metric { content.study.metric }
    /// The metric in titles.
    var name: String { metric.title }
    /// The metric in names of files.
    var file: String { metric.rawValue }

    /// What the lines and bands are.
    var caption: String { Self.caption(content.study.variants.map(\.drawn.count)) }

    /// Returns the meaning of lines and bands over these numbers of runs.
    static func caption(_ runs: [Int]) -> String {
        let (least, most) = (runs.filter { $0 > 0 }.min() ?? 0, runs.max() ?? 0)
        let seeds = least == most ? "\(most) seeds" : "\(least) to \(most) seeds"
        switch most {
        case ..<2: return "Lines: one seed each."
        case ..<SeedCurve.runsOfInterval:
            return "Lines: mean of \(seeds); bands: range from the smallest to the largest seed."
        default:
            return "Lines: mean of \(seeds); bands: 95 % t interval of the mean"
                + (least < SeedCurve.runsOfInterval ? ", with fewer than 5 seeds the range." : ".")
        }
    }

    private var axis: Axis {
        content.study.metric == .accuracy
            ? Axis("Test accuracy, %", extent: .withoutStart(step: 10), limits: 0...100)
            : Axis("Test \(metric.name)", scale: .automatic, extent: .withoutStart(step: nil))
    }

    private var mark: CurveChart.Mark? {
        content.study.target.map { target in
            let text =
                content.study.metric == .accuracy
                ? PageText.percentBrief(target * 100) : PageText.rate(target)
            return CurveChart.Mark(target * content.scale, "target \(text)")
        }
    }

    /// The roles of the variants, the best first.
    private var ranking: [Int] { content.byMean.map(\.variant.index) }

    private func chart(
        _ title: String, x: Axis, y: Axis, endsWithShortest: Bool = false, mark: CurveChart.Mark?,
        _ curve: (VariantData) -> SeedCurve?
    ) -> CurveChart? {
        let curves = content.study.variants.compactMap { variant in
            curve(variant).map { $0.curve(variant) }
        }.filter { $0.x.count > 1 }
        guard let longest = curves.map(\.x.count).max() else { return nil }
        let finals = content.ranked.compactMap { variant in
            variant.mean.map { "\(variant.variant.label) \(PageText.number($0, 1))" }
        }
        let summary =
            finals.isEmpty ? nil : "Final values: " + finals.joined(separator: "; ") + "."
        return CurveChart(
            title: title, x: x, y: y, curves: curves, mark: mark,
            runningMean: RunningMean.width(points: longest), endsWithShortest: endsWithShortest,
            ranking: ranking, summary: summary)
    }

    /// The metric by rounds; nil without two evaluations.
    var againstRounds: CurveChart? {
        chart(
            "Test \(metric.name) against rounds", x: .rounds, y: axis,
            mark: mark
        ) { $0.curve(scale: content.scale) { $0.values(of: metric) } }
    }

    /// The test loss by rounds; nil without two evaluations.
    var loss: CurveChart? {
        chart(
            "Test loss against rounds", x: .rounds,
            y: Axis("Test loss", scale: .automatic, extent: .withoutStart(step: nil)), mark: nil
        ) { $0.curve(of: .testLoss) }
    }

    /// The metric by what was sent; nil without two evaluations.
    var againstBytes: CurveChart? {
        let most =
            content.study.variants.compactMap { variant in
                variant.drawn.compactMap { $0.series?.bytesSoFar.last }.min()
            }.min() ?? 0
        let units = [
            (1e12, "terabytes"), (1e9, "gigabytes"), (1e6, "megabytes"), (1e3, "kilobytes"),
        ]
        let (unit, word) = units.first { most >= 0.8 * $0.0 } ?? (1, "bytes")
        return chart(
            "Test \(metric.name) against traffic",
            x: Axis("\(word) sent, up and down"), y: axis, endsWithShortest: true, mark: mark
        ) {
            $0.curve(of: metric, scale: content.scale, against: \.bytesSoFar, unit: unit)
        }
    }

    /// The metric by simulated time; nil if nothing takes simulated time.
    var againstSeconds: CurveChart? {
        chart(
            "Test \(metric.name) against simulated time",
            x: Axis("simulated seconds"), y: axis, endsWithShortest: true, mark: mark
        ) {
            $0.curve(of: metric, scale: content.scale, against: \.simulatedSecondsSoFar, unit: 1)
        }
    }
}

extension String {
    /// Returns the text with small letters, if that is wanted.
    func lowercased(if isWanted: Bool) -> String { isWanted ? lowercased() : self }
}

extension SeedCurve {
    /// Returns the line of a variant with its band over seeds.
    func curve(_ variant: VariantData) -> Curve {
        Curve(
            variant: variant.index, name: variant.label, x: x, y: mean,
            bands: low.isEmpty ? [] : [Curve.Band(low: low, high: high)])
    }
}
