import Charts
import Reporting

/// How much the start rates matter: sensitivity, maps, profile, all cells. Only with a grid.
enum StartRatesBlock {
    /// Returns the block; nil without a grid.
    static func block(_ content: StudyContent, _ state: inout PageState) -> PageBlock? {
        guard let charts = GridCharts(content) else { return nil }
        var parts: [HTML] = ["<p class=\"second\">\(charts.sentence)</p>", charts.table]
        if let maps = charts.values {
            let figure = Figure(
                name: "robustness", title: "\(charts.metricName) on the grid",
                caption: "To the right: \(charts.keys.x); upwards: \(charts.keys.y ?? ""). The"
                    + " frame marks a variant’s best cell; × marks runs that failed. One colour"
                    + " scale for all panels.", style: "full long")
            parts.append(figure.html(panels: maps, &state))
        }
        if let maps = charts.differences, let baseline = content.study.baseline {
            let figure = Figure(
                name: "robustness-gain", title: "Difference from \(baseline.label), cell by cell",
                caption: "Blue: better than \(baseline.label) from the same start values; orange:"
                    + " worse. The CSV file has more digits.", style: "full long")
            parts.append(figure.html(panels: maps, &state))
        }
        let profile = Figure(
            name: "profile", title: "Performance profile over the grid",
            caption: "How much of the grid reaches a value; a curve that stays high for longer is"
                + " more robust.")
        let cells = Figure(
            name: "cells", title: "All cells of each variant",
            caption: "A tick is a cell, the dot their mean; the variant with the best mean on top.")
        let both =
            profile.html(charts.profile, table: charts.profile.shortTable(), &state)
            + cells.html(charts.cells, &state)
        parts.append("<div class=\"two\">\n\(both)</div>")
        return PageBlock(
            name: "start-rates", link: "Grid",
            heading: charts.isOfRates
                ? "How much do the start rates matter?" : "How much do these settings matter?",
            content: parts.joined("\n"))
    }
}
