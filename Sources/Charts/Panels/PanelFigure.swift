/// Several small charts with the same axes or the same colours. A page shows each of them; a file
/// has them all, and on paper they have letters.
public struct PanelFigure: Sendable {
    /// The name of the figure.
    public var title: String
    /// The title of the horizontal axis, for the caption and below the panels of a file.
    public var xTitle: String
    /// The title of the vertical axis.
    public var yTitle: String
    /// The key of the colours, if the panels are maps.
    public var key: ColourKey?
    /// The key of other colours, if some of the maps show values and others differences.
    public var secondKey: ColourKey?
    private let panels: [any Panel]
    /// The least width of a panel in a file, and its height.
    private let size: (width: Double, height: Double?)

    /// Makes a figure of charts with one variant each. They get the same axes.
    public init(title: String, charts: [CurveChart]) {
        self.title = title
        (xTitle, yTitle) = (charts.first?.x.title ?? "", charts.first?.y.title ?? "")
        panels = Self.withSharedAxes(charts)
        size = (150, 150)
    }

    /// Makes a figure of maps over start rates.
    public init(
        title: String, maps: [GridMap], key: ColourKey?, secondKey: ColourKey? = nil
    ) {
        (self.title, self.key, self.secondKey) = (title, key, secondKey)
        (xTitle, yTitle) = (maps.first?.xTitle ?? "", maps.first?.yTitle ?? "")
        panels = maps
        let needed = maps.map { $0.neededWidth(.paper(width: 3.3)) }.max() ?? 0
        size = (max(132, needed), nil)
    }

    /// Makes a figure of maps of clients.
    public init(title: String, maps: [RasterMap], key: ColourKey?) {
        (self.title, self.key) = (title, key)
        (xTitle, yTitle) = (maps.first?.xTitle ?? "", "")
        panels = maps
        size = (300, 230)
    }

    private static func withSharedAxes(_ charts: [CurveChart]) -> [CurveChart] {
        let spans = charts.map { CurveLayout($0, .panel).plot }
        let vertical = charts.first.map { first in
            var axis = first.y
            axis.extent = .all
            let values = charts.flatMap { $0.curves }.flatMap { curve in
                curve.y + curve.bands.flatMap { $0.low + $0.high }
            }
            return axis.span(values)
        }
        guard let vertical, let left = spans.map(\.horizontal.low).min(),
            let right = spans.map(\.horizontal.high).max()
        else { return charts }
        return charts.map { chart in
            var chart = chart
            chart.y.extent = .fixed(vertical.low, vertical.high)
            chart.y.scale = vertical.isLogarithmic ? .logarithmic : .linear
            chart.x.extent = .fixed(left, right)
            chart.names = .abovePanel
            return chart
        }
    }

    /// The class of the element around the panels of a page: `panels` for a grid of 170 pixels,
    /// `panels3` for one of 348.
    public var pageClass: String { isWide ? "panels3" : "panels" }

    private var isWide: Bool {
        panels.contains { $0.pageForm.width > ChartForm.panel.width }
    }

    /// Returns each panel as an SVG element for a page, all of one size.
    ///
    /// - Parameter id: a name that no other figure of the page has.
    public func pageSVGs(id: String) -> [String] {
        panels.enumerated().map { index, panel in
            panel.svg(isWide ? .widePanel : .panel, id: "\(id)p\(index)")
        }
    }
}

extension PanelFigure: Drawable {
    /// The results of all panels.
    public var summary: String {
        panels.map { "\($0.title): \($0.summary)" }.joined(separator: " ")
    }

    /// The numbers of all panels below one another.
    public var table: ChartTable {
        var table = panels.first?.table ?? ChartTable(caption: title, columns: [], rows: [])
        table.caption = title
        for panel in panels.dropFirst() { table.rows += panel.table.rows }
        return table
    }

    /// Returns the sentences of the first panel that has any.
    public func notes(_ form: ChartForm) -> [String] {
        panels.lazy.map { $0.notes(form) }.first { !$0.isEmpty } ?? []
    }

    package func drawing(_ form: ChartForm, id: String) -> Drawing {
        let gap = 14.0
        let most = max(1, Int((form.width + gap) / (size.width + gap)))
        let across = min(most, max(panels.count, 1))
        // One or two panels do not fill a page: they keep the size that four would have.
        let share = Double(max(across, min(most, 2)))
        let width = (form.width - gap * (share - 1)) / share
        let inner = form.sized(width: width, height: size.height)
        var drawing = Drawing(form.sized(width: form.width, height: nil), id: id, height: 0)
        var y = 0.0
        for start in stride(from: 0, to: panels.count, by: across) {
            var height = 0.0
            for (place, index) in (start..<min(start + across, panels.count)).enumerated() {
                let letter = form.isPaper && panels.count > 1 ? Self.letter(index) : nil
                let panel = letter.map { panels[index].lettered($0) } ?? panels[index]
                let part = panel.drawing(inner, id: "\(id)p\(index)")
                drawing.append(part, x: Double(place) * (width + gap), y: y)
                height = max(height, part.height)
            }
            y += height + 10
        }
        let isMapped = panels.contains { $0 is CurveChart }
        if isMapped {
            let words = "\(yTitle) by \(xTitle)"
            drawing.text(form.width / 2, y + 8, words, .middle, .axisTitle)
            y += 16
        }
        if panels.contains(where: { $0 is GridMap }), !yTitle.isEmpty {
            drawing.text(0, y + 6, "rows: \(yTitle)", .start, .tick)
            y += 14
        }
        for key in [key, secondKey].compactMap(\.self) {
            key.draw(&drawing, x: 0, y: y)
            y += ColourKey.height
        }
        drawing.height = max(y, 1)
        return drawing
    }

    private static func letter(_ index: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return index < letters.count ? "(\(letters[index]))" : "(\(index + 1))"
    }
}

/// A chart that can be one of several.
package protocol Panel: Drawable {
    /// The form of the panel in a page.
    var pageForm: ChartForm { get }
    /// Returns the panel with a letter before its name.
    func lettered(_ letter: String) -> Self
}

extension GridMap: Panel {}

extension RasterMap: Panel {
    package var pageForm: ChartForm { .widePanel }
}

extension CurveChart: Panel {
    package var pageForm: ChartForm { .panel }

    package func lettered(_ letter: String) -> CurveChart {
        var chart = self
        for index in chart.curves.indices {
            chart.curves[index].name = "\(letter) \(chart.curves[index].name)"
        }
        return chart
    }
}
