import Charts

/// One block of the page: a question as its heading, and what answers it.
struct PageBlock {
    /// The name in addresses, such as `curves`.
    let name: String
    /// The word in the line of links.
    let link: String
    /// The question of the block, its heading.
    let heading: String
    /// What stands below it.
    let content: HTML
}

/// A file that lies beside the page.
public struct ReportFile: Sendable {
    /// The name with its ending.
    public let name: String
    /// The text of the file.
    public let text: String
}

/// Names and numbers that the pieces of one page share.
struct PageState {
    /// How many figures there are so far.
    private(set) var figures = 0
    /// The files beside the page.
    private(set) var files: [ReportFile] = []
    /// The charts of the page, for figures in other forms.
    private(set) var charts: [ReportFigure] = []
    /// The folder of the files, as the page names it.
    package let filesFolder: String
    /// How many studies the page has.
    let studyCount: Int
    /// The study that is being written, from 0.
    private(set) var study = 0
    /// The groups of variants of this study that share a line in some chart, by their roles.
    private(set) var shared: [[Int]] = []

    init(filesFolder: String, studyCount: Int) {
        (self.filesFolder, self.studyCount) = (filesFolder, studyCount)
    }

    /// The start of all ids of a study; empty on a page with one.
    var prefix: String { studyCount > 1 ? "s\(study + 1)-" : "" }

    /// Begins a study of the page.
    mutating func begin(study: Int) { (self.study, shared) = (study, []) }

    /// Adds the groups of variants that share a line in a chart.
    mutating func add(shared groups: [[Int]]) {
        for group in groups where !shared.contains(group) { shared.append(group) }
    }

    /// Returns the number of the next figure.
    mutating func nextFigure() -> Int {
        figures += 1
        return figures
    }

    /// Adds the file of a table.
    ///
    /// - Returns: its name.
    mutating func add(_ name: String, csv: String) -> String {
        let start = studyCount > 1 ? "\(study + 1)-\(name)" : name
        files.append(ReportFile(name: "\(start).csv", text: csv))
        return "\(filesFolder)/\(start).csv"
    }

    /// Adds a figure and its files.
    ///
    /// - Returns: the names of the files.
    mutating func add(_ figure: Figure, _ chart: any Chart) -> [String] {
        let (svg, csv) = (chart.svg(.file(), id: "chart"), chart.table.csv)
        let start = studyCount > 1 ? "\(study + 1)-\(figure.name)" : figure.name
        charts.append(
            ReportFigure(name: start, title: figure.title, caption: figure.caption, chart: chart))
        files.append(ReportFile(name: "\(start).svg", text: svg))
        files.append(ReportFile(name: "\(start).csv", text: csv))
        return ["\(filesFolder)/\(start).svg", "\(filesFolder)/\(start).csv"]
    }
}
