/// A picture of numbers. One value gives the drawings of all sizes and the numbers as a table.
public protocol Chart: Sendable {
    /// The name of the chart, such as "Test accuracy against rounds".
    var title: String { get }
    /// The result in numbers, in a sentence, for readers who do not see the picture.
    var summary: String { get }
    /// All numbers of the chart, not smoothed and not rounded.
    var table: ChartTable { get }
    /// Sentences for the caption: what is cut, smoothed or named together in a drawing.
    func notes(_ form: ChartForm) -> [String]
    /// Returns the chart as an SVG element in a page, or as the text of an SVG file.
    ///
    /// - Parameter id: letters, digits and hyphens that no other drawing of the page has.
    func svg(_ form: ChartForm, id: String) -> String
}

/// A chart that can be drawn beside others in one file.
package protocol Drawable: Chart {
    /// Returns the shapes of the chart.
    func drawing(_ form: ChartForm, id: String) -> Drawing
}

extension Drawable {
    public func svg(_ form: ChartForm, id: String) -> String {
        drawing(form, id: id).svg(title: title, description: summary)
    }
}

extension Chart {
    /// Returns no notes. By default, a drawing shows everything.
    public func notes(_ form: ChartForm) -> [String] { [] }

    /// Returns the chart for wide screens and for phones and paper; a page shows one of the two.
    ///
    /// - Parameter id: a name that no other chart of the page has.
    public func bothSizes(id: String) -> String {
        svg(.wide, id: id + "w") + svg(.narrow, id: id + "n")
    }
}
