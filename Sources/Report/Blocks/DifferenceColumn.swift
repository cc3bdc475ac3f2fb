import Charts
import Reporting
import Statistics

/// The differences from the baseline, drawn in the rows of the summary table, and as one chart
/// above the cards of narrow windows.
struct DifferenceColumn {
    private let chart: DifferenceChart
    private let names: [String]

    /// Returns nil if no variant differs from the baseline.
    init?(_ content: StudyContent) {
        let rows = content.ranked.filter { $0.difference != nil }
        guard rows.contains(where: { $0.difference?.values.contains { $0 != 0 } ?? false }) else {
            return nil
        }
        names = rows.map(\.variant.name)
        chart = DifferenceChart(
            title: SummaryTable.differenceName(content),
            axisTitle: content.study.metric.gainUnit,
            rows: rows.map { row in
                DifferenceChart.Row(
                    variant: row.variant.index, name: row.variant.label,
                    seeds: row.difference?.values ?? [],
                    mean: row.difference?.mean,
                    interval: row.difference?.interval.map { $0.lower...$0.upper })
            })
        hasIntervals = rows.contains { $0.difference?.interval != nil }
    }

    private let hasIntervals: Bool

    /// What is drawn, for the head of the column.
    var note: String {
        hasIntervals ? "95 % interval above, seeds below" : "mean above, seeds below"
    }

    /// The numbers of the axis.
    var axis: HTML { HTML(made: chart.headSVG) }

    /// Returns the cell of a row; empty of the baseline.
    func cell(_ variant: StudyContent.Row) -> HTML {
        let drawing = names.firstIndex(of: variant.variant.name).map { chart.cellSVG($0) } ?? ""
        return """
            <td role="cell" class="fc" style="background:\(HTML(made: chart.cellBackground))">\
            \(HTML(made: drawing))</td>
            """
    }

    /// Returns the chart for narrow windows.
    func chart(_ state: PageState) -> HTML {
        """
        <div class="phone-forest"><h3>\(chart.title)</h3><p class="sub">\(note)</p>\
        \(HTML(made: chart.svg(.widePanel, id: "d\(state.study + 1)")))</div>

        """
    }

    /// The interval beside the mean, for a caption; empty if there is none.
    var intervalWords: String { hasIntervals ? " with its 95 % interval" : "" }

    /// The chart as a figure of its own.
    var whole: DifferenceChart { chart }
}
