import Charts
import RealModule
import Reporting

/// What the schedulers did: rates, the directions of aggregates, and bounds.
enum RatesBlock {
    /// Returns the block; nil without any round.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        guard content.study.runs.contains(where: { ($0.series?.roundCount ?? 0) > 1 }) else {
            return nil
        }
        var parts: [HTML] = []
        let charts = RateCharts(content)
        let bounds = BoundTable(content).html
        if let chart = charts.globalRate {
            let figure = Figure(
                name: "global-rate", title: "Global rate",
                caption: charts.caption + " Rates are not smoothed.")
            let drawn = figure.html(chart, table: chart.shortTable(), &state)
            parts.append("<div class=\"two\">\n\(drawn)\(bounds)</div>")
        } else {
            parts.append(bounds)
        }
        let constant = charts.constantRateText
        if !constant.isEmpty { parts.append("<p class=\"note\">\(constant)</p>\n") }
        if let panels = charts.localRates {
            let figure = Figure(
                name: "local-rates", title: "Local rates of the participants",
                caption: "Line: median over the participants of a round and all seeds; dark band:"
                    + " middle half; pale band: from the smallest to the largest. The rate of a"
                    + " client is the mean over its steps; rounds along the bottom.",
                style: "full")
            parts.append(
                figure.html(
                    panels: PanelFigure(title: "Local rates of the participants", charts: panels),
                    table: charts.localRateTable, &state))
        }
        if let maps = charts.clientRates, let scale = maps.first?.scale {
            let key = ColourKey(scale, title: "mean local rate, logarithmic")
            let figure = Figure(
                name: "client-rates", title: "Local rate of each client",
                caption: charts.clientRateCaption, style: "full")
            let panels = PanelFigure(title: "Local rate of each client", maps: maps, key: key)
            parts.append(figure.html(panels: panels, &state))
        }
        let strips = [charts.cosine, charts.productWithPrevious].compactMap(\.self)
        if !strips.isEmpty {
            let figures = strips.map { strip in
                strip.figure.html(
                    strip.map, table: strip.table, key: HTML(made: strip.key.html), &state)
            }
            parts.append("<div class=\"two\">\n\(figures.joined())</div>")
        }
        return PageBlock(
            name: "rates", link: "Rates", heading: "What did the schedulers do?",
            content: parts.joined())
    }
}

/// How often rates were held at a bound.
struct BoundTable {
    /// What one variant did.
    struct Row {
        let variant: VariantData
        /// The share of rounds in which the server's rate was held, 0 to 1.
        let server: Double
        /// The share of local steps whose rate was held, 0 to 1; nil without rows of clients.
        let clients: Double?
    }

    let rows: [Row]

    init(_ content: StudyContent) {
        rows = content.study.variants.compactMap { variant in
            let hits = variant.drawn.compactMap(\.series).flatMap { $0[.serverBoundHit] }
            guard !hits.isEmpty else { return nil }
            let steps = variant.clients?.steps ?? 0
            return Row(
                variant: variant, server: hits.reduce(0, +) / Double(hits.count),
                clients: steps > 0 ? (variant.clients?.boundHits ?? 0) / steps : nil)
        }
    }

    /// The table; empty if no rate was ever held.
    var html: HTML {
        guard rows.contains(where: { $0.server > 0 || ($0.clients ?? 0) > 0 }) else { return "" }
        let body = rows.map { row -> HTML in
            """
            <tr><th scope="row"><span class="swatch v\(row.variant.index)"></span>\
            \(row.variant.label)</th><td>\(share(row.server))</td>\
            <td>\(row.clients.map(share) ?? "")</td></tr>

            """
        }
        return """
            <div><h3 class="tt">Held at a bound</h3>
            <div class="scroll half" tabindex="0" role="region" aria-label="Held at a bound">
            <table class="plain2"><thead><tr><th scope="col">Variant</th>\
            <th scope="col">rounds, server’s rate</th><th scope="col">steps, clients’ rates</th>\
            </tr></thead><tbody>
            \(body.joined())</tbody></table></div>
            <p class="note">A rate that is held at its bound most of the time is set by the bound, \
            not by the method.</p></div>
            """
    }

    private func share(_ value: Double) -> String {
        let percent = value * 100
        return PageText.percent(percent, percent > 0 && percent < 0.95 ? 1 : 0)
    }
}
