public import Charts

/// A chart of a report with the words around it.
public struct ReportFigure: Sendable {
    /// The name of its files, without ending.
    public let name: String
    /// The title of the figure.
    public let title: String
    /// What the lines, bands and marks are.
    public let caption: String
    /// The chart, which can be drawn in any form.
    public let chart: any Chart
}
