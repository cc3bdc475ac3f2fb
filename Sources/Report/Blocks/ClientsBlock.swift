import Charts
import Reporting
import Settings
import Statistics

/// Who is left behind: the clients' own accuracies.
enum ClientsBlock {
    /// Returns the block. Without evaluations of clients it says which key turns them on.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        let heading = "Who is left behind?"
        let known = content.study.variants.filter { !($0.clients?.evaluations.isEmpty ?? true) }
        guard !known.isEmpty else {
            guard content.study.runs.contains(where: { $0.series != nil }) else { return nil }
            return PageBlock(
                name: "clients", link: "Clients", heading: heading,
                content: """
                    <p class="note">Clients were not evaluated one by one. \
                    <code>evaluation.per_client: all</code> turns that on.</p>
                    """)
        }
        let table = FairnessTable(content, known)
        let chart = table.chart
        let figure = Figure(
            name: "client-\(content.largerIsBetter ? "accuracy" : "rmse")", title: chart.title,
            caption: "The grey ranges are the worst and the best tenth. A curve is the mean over"
                + " seeds of the client with that rank.")
        return PageBlock(
            name: "clients", link: "Clients", heading: heading,
            content: """
                <div class="two">
                \(figure.html(chart, table: chart.shortTable(), &state))<div>
                \(table.html)</div></div>
                """)
    }
}

/// The values of clients by variant, as a table and as a chart of sorted values.
struct FairnessTable {
    private struct Row {
        let variant: VariantData
        /// One for each seed.
        let seeds: [Fairness]

        func mean(_ value: (Fairness) -> Double?) -> Double? {
            Statistics.mean(seeds.compactMap(value))
        }
    }

    private let rows: [Row]
    private let content: StudyContent

    init(_ content: StudyContent, _ variants: [VariantData]) {
        self.content = content
        let isAccuracy = content.largerIsBetter
        rows = variants.map { variant in
            Row(
                variant: variant,
                seeds: (variant.clients?.evaluations ?? []).compactMap { values in
                    Fairness(
                        values.map { $0 * (isAccuracy ? 100 : 1) }, largerIsBetter: isAccuracy)
                })
        }
    }

    private var metric: String { content.study.metric.title }

    private var part: String {
        switch rows.lazy.compactMap(\.variant.clients?.evaluatedPart).first {
        case "test": "its own test samples"
        case "validation": "its own validation samples"
        default: "its own training samples"
        }
    }

    /// The chart of the sorted values.
    var chart: CurveChart {
        let curves = rows.map { row in
            let runs = row.variant.clients?.evaluations ?? []
            let count = runs.map(\.count).min() ?? 0
            let x = (0..<count).map { (Double($0) + 0.5) / Double(max(count, 1)) * 100 }
            let curve = SeedCurve(
                x: x, runs.map { run in run.prefix(count).map { $0 * content.scale } })
            return Curve(
                variant: row.variant.index, name: row.variant.label, x: curve.x, y: curve.mean)
        }
        let tenths = rows.compactMap { row in
            row.mean(\.worstTenth).map {
                "\(row.variant.label): worst tenth \(PageText.number($0, 1))"
            }
        }
        return CurveChart(
            title: "\(metric) of each client, sorted",
            x: Axis(
                "clients, from the worst to the best, %", extent: .fixed(0, 100),
                ticks: [0, 10, 25, 50, 75, 90, 100]),
            y: content.largerIsBetter
                ? Axis("Accuracy on a client’s samples, %", limits: 0...100)
                : Axis("\(metric) on a client’s samples", scale: .automatic),
            curves: curves, names: .inCorner, zones: [0...10, 90...100],
            summary: tenths.joined(separator: "; ") + ".")
    }

    /// The table of worst and best tenths and of the spread.
    var html: HTML {
        let isAccuracy = content.largerIsBetter
        let columns: [(name: String, least: Bool, value: (Fairness) -> Double?)] = [
            ("worst tenth", !isAccuracy, { $0.worstTenth }), ("median", !isAccuracy, { $0.median }),
            ("best tenth", !isAccuracy, { $0.bestTenth }),
            ("standard deviation", true, { $0.deviation }),
            ("Jain’s index", false, { $0.jainIndex }),
        ]
        let bests = columns.map { column -> Double? in
            let known = rows.compactMap { $0.mean(column.value) }
            // Where all are equal, none is best.
            guard Set(known).count > 1 else { return nil }
            return column.least ? known.min() : known.max()
        }
        let body = rows.map { row -> HTML in
            let cells = columns.indices.map { index -> HTML in
                guard let value = row.mean(columns[index].value) else { return "<td></td>" }
                let words =
                    index == 4
                    ? PageText.number(value, 3)
                    : isAccuracy ? PageText.number(value, 1) : PageText.rate(value)
                return value == bests[index] ? "<td><b>\(words)</b></td>" : "<td>\(words)</td>"
            }
            return """
                <tr><th scope="row"><span class="swatch v\(row.variant.index)"></span>\
                \(row.variant.label)</th>\(cells.joined())</tr>

                """
        }
        let head = columns.map { column -> HTML in "<th scope=\"col\">\(column.name)</th>" }
        let seeds = rows.map(\.seeds.count).max() ?? 0
        return """
            <h3 class="tt">Between clients</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="Between clients">
            <table class="plain2"><thead><tr><th scope="col">Variant</th>\(head.joined())</tr>\
            </thead><tbody>
            \(body.joined())</tbody></table></div>
            <p class="note">\(metric)\(isAccuracy ? " in %" : "") of the last model on each \
            client, on \(part); mean over \(counted(seeds, "seed")). The standard deviation is \
            over clients. Jain’s index is 1 where all clients are equal. Clients without samples \
            are left out.</p>
            """
    }
}
