import Charts
import Reporting
import Settings
import Statistics

/// Charts and tables over the cells of a grid.
struct GridCharts {
    /// The values of one variant, cell by cell.
    struct Row {
        let variant: VariantData
        /// What each cell counts as, in percent or in the unit of the RMSE; nil if it has no run.
        let values: [Double?]
        let sensitivity: GridSensitivity
    }

    let rows: [Row]
    /// The keys along the columns and the rows of maps.
    let keys: (x: String, y: String?)
    let content: StudyContent
    private let nearBest: [Double?]

    /// Returns nil without a grid, or before a cell has a value.
    init?(_ content: StudyContent) {
        let grid = content.study.grid
        guard !grid.isEmpty, (content.study.variants.map(\.cells.count).max() ?? 0) > 1 else {
            return nil
        }
        self.content = content
        let scale = content.scale
        let isAccuracy = content.largerIsBetter
        rows = content.study.variants.compactMap { variant in
            let values = variant.cells.map { cell in cell.counted.map { $0 * scale } }
            return GridSensitivity(values.compactMap(\.self), largerIsBetter: isAccuracy).map {
                Row(variant: variant, values: values, sensitivity: $0)
            }
        }
        guard !rows.isEmpty else { return nil }
        nearBest = sharesNearBest(rows.map(\.values), largerIsBetter: isAccuracy) { own, best in
            isAccuracy ? own >= best - 1 : own <= best * 1.01
        }
        // As in the field's papers the local rate goes to the right, the global one upwards.
        let x = grid.contains("client.learning_rate") ? "client.learning_rate" : grid[0]
        keys = (x, grid.first { $0 != x })
    }

    /// Whether the grid is one of start rates.
    var isOfRates: Bool {
        Set(content.study.grid).isSubset(of: ["client.learning_rate", "server.learning_rate"])
    }

    /// The metric in titles.
    var metricName: String { "Final \(content.study.metric.name)" }
    private var unit: String { content.largerIsBetter ? "%" : "" }

    private func text(_ value: Double) -> String {
        content.largerIsBetter ? PageText.percent(value, 1) : PageText.rate(value)
    }

    /// The most robust variant and the baseline in a sentence.
    var sentence: HTML {
        let isAccuracy = content.largerIsBetter
        let best = rows.enumerated().min { one, other in
            let (a, b) = (one.element.sensitivity.mean, other.element.sensitivity.mean)
            guard a != b else { return one.offset < other.offset }
            return isAccuracy ? a > b : a < b
        }?.element
        guard let best else { return "" }
        let count = rows.map(\.values.count).max() ?? 0
        let seeds =
            content.study.seeds.count < 3
            ? "With fewer than three seeds a cell, nothing is said about chance. " : ""
        let own = best.sensitivity
        let first: HTML = """
            \(seeds)Over all \(count) cells <b>\(best.variant.label)</b> has the best mean: \
            \(text(own.mean)). Its worst cell has \(text(own.worst))
            """
        guard let base = rows.first, let baseline = content.study.baseline,
            base.variant.name == baseline.name, best.variant.name != baseline.name
        else { return first + "; its spread is \(spread(own.spread))." }
        return first
            + """
            , \(baseline.label)’s \(text(base.sensitivity.worst)); its spread is \
            \(spread(own.spread)), \(baseline.label)’s \(spread(base.sensitivity.spread)).
            """
    }

    private func spread(_ value: Double) -> String {
        content.largerIsBetter ? "\(PageText.number(value, 1)) points" : PageText.rate(value)
    }

    /// The table of sensitivities.
    var table: HTML {
        let isAccuracy = content.largerIsBetter
        func best(_ values: [Double?], least: Bool) -> Double? {
            let known = values.compactMap(\.self)
            // Where all are equal, none is best.
            guard Set(known).count > 1 else { return nil }
            return least ? known.min() : known.max()
        }
        let all = rows.map(\.sensitivity)
        let bests = [
            best(all.map(\.best), least: !isAccuracy), best(all.map(\.mean), least: !isAccuracy),
            best(all.map(\.worst), least: !isAccuracy), best(all.map(\.spread), least: true),
            best(nearBest, least: false),
        ]
        let body = zip(rows, nearBest).map { row, share -> HTML in
            let own = row.sensitivity
            let values: [Double?] = [own.best, own.mean, own.worst, own.spread, share]
            let cells = values.enumerated().map { index, value -> HTML in
                guard let value else { return "<td></td>" }
                let words =
                    index == 4
                    ? PageText.percent(value * 100, 0)
                    : isAccuracy ? PageText.number(value, 1) : PageText.rate(value)
                return value == bests[index] ? "<td><b>\(words)</b></td>" : "<td>\(words)</td>"
            }
            let failures = row.variant.cells.reduce(0) { $0 + $1.failures }
            return """
                <tr><th scope="row"><span class="swatch v\(row.variant.index)"></span>\
                \(row.variant.label)</th>\(cells.joined())<td>\(failures)</td></tr>

                """
        }
        let near = isAccuracy ? "within 1 point of the best" : "within 1 % of the best"
        let heads = ["Variant", "best cell", "mean", "worst cell", "spread", near, "failed runs"]
        let head = heads.map { name -> HTML in "<th scope=\"col\">\(name)</th>" }
        return """
            <h3 class="tt">Sensitivity over the cells</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="Sensitivity">
            <table class="plain2"><thead><tr>\(head.joined())</tr></thead><tbody>
            \(body.joined())</tbody></table></div>
            <p class="note">\(metricName)\(unit.isEmpty ? "" : " in \(unit)"), \
            \(counted(content.study.seeds.count, "seed")) a cell. \(near.capitalizedFirst): share \
            of cells in which the variant is that close to the best variant of the cell. A run \
            that diverged counts as a constant prediction.</p>
            """
    }

    private var axis: Axis {
        content.largerIsBetter
            ? Axis("final accuracy, %", limits: 0...100)
            : Axis("final \(content.study.metric.name)")
    }

    /// The share of cells that reach a value.
    var profile: CurveChart {
        let isAccuracy = content.largerIsBetter
        let all = rows.flatMap { $0.values.compactMap(\.self) }
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        let thresholds = (0...280).map { low + (high - low) * Double($0) / 280 }
        let curves = rows.map { row in
            // Errors are negated: then more is better for both.
            let values = row.values.compactMap(\.self).map { isAccuracy ? $0 : -$0 }
            let profile = PerformanceProfile(values)
            return Curve(
                variant: row.variant.index, name: row.variant.label, x: thresholds,
                y: thresholds.map { 100 * profile.share(from: isAccuracy ? $0 : -$0) })
        }
        var x = axis
        x.title =
            isAccuracy
            ? "at least this final accuracy, %"
            : "at most this final \(content.study.metric.name)"
        return CurveChart(
            title: "Performance profile over the grid", x: x,
            y: Axis("Share of cells, %", extent: .fixed(0, 100)), curves: curves, shape: .steps,
            names: .inCorner, ranking: ranked.map(\.variant.index),
            summary: ranked.map { "\($0.variant.label) mean \(text($0.sensitivity.mean))" }
                .joined(separator: "; ") + ".")
    }

    private var ranked: [Row] {
        rows.enumerated().sorted { one, other in
            let (a, b) = (one.element.sensitivity.mean, other.element.sensitivity.mean)
            guard a != b else { return one.offset < other.offset }
            return content.largerIsBetter ? a > b : a < b
        }.map(\.element)
    }

    /// All cells as ticks.
    var cells: CellsChart {
        CellsChart(
            title: "All cells of each variant", axis: axis,
            rows: ranked.map { row in
                CellsChart.Row(
                    variant: row.variant.index, name: row.variant.label,
                    values: row.values.compactMap(\.self))
            })
    }
}

extension String {
    /// The text with a capital letter at its start.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
