import Charts

/// A chart on the page: its number and title, the drawings, the caption and its numbers.
struct Figure {
    /// The name of its files, without ending.
    let name: String
    /// The title above it.
    let title: String
    /// What its lines, bands and marks are; at most one hint for reading.
    var caption: String
    /// The class of the figure: `full` over both columns, `long` for one that paper may break.
    var style = ""

    /// Returns a figure of one chart, in two sizes.
    ///
    /// - Parameter table: the rows shown below it; nil for all rows of the chart.
    func html(
        _ chart: any Chart, table: ChartTable? = nil, key: HTML = "", _ state: inout PageState
    )
        -> HTML
    {
        let number = state.nextFigure()
        let body = HTML(made: chart.bothSizes(id: "f\(number)")) + key
        if let curves = chart as? CurveChart { state.add(shared: curves.sharedRoles) }
        let names = state.add(self, chart)
        return frame(
            number, body, notes: chart.notes(.wide), names, table ?? chart.table)
    }

    /// Returns a figure of several panels.
    func html(
        panels: PanelFigure, table: ChartTable? = nil, _ state: inout PageState
    ) -> HTML {
        let number = state.nextFigure()
        let drawings = panels.pageSVGs(id: "f\(number)").map { HTML(made: $0) }
        let key = HTML(made: panels.key?.html ?? "")
        let body: HTML = "<div class=\"\(panels.pageClass)\">\(drawings.joined())</div>\(key)"
        let names = state.add(self, panels)
        return frame(number, body, notes: panels.notes(.panel), names, table ?? panels.table)
    }

    private func frame(
        _ number: Int, _ body: HTML, notes: [String], _ files: [String], _ table: ChartTable
    ) -> HTML {
        let words = ([caption] + notes).filter { !$0.isEmpty }
            .map(PageText.bound).joined(separator: " ")
        let links = files.map { file -> HTML in "<a href=\"\(file)\">\(file)</a>" }
        return """
            <figure class="\(style)" id="figure\(number)">
            <h3><span class="fn">Figure \(number)</span> \(title)</h3>
            \(body)
            <figcaption>\(words) <span class="files">\(links.joined(" · "))</span></figcaption>
            \(DataTable.details(table))</figure>

            """
    }
}

/// The numbers of a chart below it, folded away.
enum DataTable {
    /// How many rows stand in the page. The CSV file beside it has all.
    private static let mostRows = 60

    /// Returns the table; empty without rows.
    static func details(_ table: ChartTable) -> HTML {
        guard !table.rows.isEmpty else { return "" }
        let head = table.columns.map { name -> HTML in "<th scope=\"col\">\(name)</th>" }
        var first = table
        first.rows = Array(table.rows.prefix(mostRows))
        let rows = first.texts.map { cells -> HTML in
            let parts = cells.enumerated().map { index, cell -> HTML in
                index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
            }
            return "<tr>\(parts.joined())</tr>\n"
        }
        let more = table.rows.count - rows.count
        let rest: HTML =
            more > 0 ? "<p class=\"note\">The CSV file has \(more) more rows.</p>" : ""
        return """
            <details class="data"><summary>Data as a table</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="\(table.caption)">
            <table class="plain"><caption>\(table.caption)</caption>
            <thead><tr>\(head.joined())</tr></thead><tbody>
            \(rows.joined())</tbody></table></div>\(rest)</details>
            """
    }
}
