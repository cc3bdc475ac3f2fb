/// The page `report.html`: one file that needs nothing else, readable without scripts.
///
/// Without JavaScript everything is there; with it, charts show the values under the pointer. The
/// same data give the same bytes.
public struct ReportPage {
    /// The text of the page.
    public let text: String
    /// The files that lie beside it: each chart as SVG and CSV.
    public let files: [ReportFile]
    /// The charts of the page in their order.
    public let charts: [ReportFigure]

    /// Makes the page.
    ///
    /// - Parameters:
    ///   - data: what it shows.
    ///   - filesFolder: the folder of the files beside it, as the page names it.
    ///   - head: elements that `watch` adds to the head, already escaped.
    public init(_ data: ReportData, filesFolder: String = "report", head: String = "") {
        var state = PageState(filesFolder: filesFolder, studyCount: data.studies.count)
        let roles = Self.roles(data.studies)
        var body: HTML = ""
        var hidden: HTML = ""
        for (index, study) in data.studies.enumerated() {
            state.begin(study: index)
            let content = StudyContent(study.withRoles(roles))
            body += Self.section(content, data, &state)
            hidden += VariantBoxes(content).style(state)
        }
        let title = PageText.list(data.studies.map(\.title))
        let style = PageStyle.text(roles: max(roles.count, 1) + 1)
        text = Self.document(
            title: title, style: HTML(made: style) + hidden, head: HTML(made: head), body: body)
        files = state.files
        charts = state.charts
    }

    /// Returns the roles of variants by name: one name has one colour in all studies.
    static func roles(_ studies: [StudyData]) -> [String: Int] {
        var roles: [String: Int] = [:]
        for variant in studies.flatMap(\.variants) where roles[variant.name] == nil {
            roles[variant.name] = roles.count
        }
        return roles
    }

    private static func section(
        _ content: StudyContent, _ data: ReportData, _ state: inout PageState
    ) -> HTML {
        let blocks = [
            SummaryBlock.block(content, &state), CurvesBlock.block(content, &state),
            RatesBlock.block(content, &state), StartRatesBlock.block(content, &state),
            ClientsBlock.block(content, &state), ClassesBlock.block(content, &state),
            PartitionBlock.block(content, &state), RepeatBlock.block(content),
        ].compactMap(\.self)
        let prefix = state.prefix
        let links = blocks.map { block -> HTML in
            "<a href=\"#\(prefix)\(block.name)\">\(block.link)</a>"
        }
        let sections = blocks.map { block -> HTML in
            """
            <section id="\(prefix)\(block.name)" class="\(block.name)">
            <h2>\(block.heading)</h2>
            \(block.content)
            </section>

            """
        }
        let problems = state.study == 0 ? problemList(data.problems) : HTML()
        let level = data.studies.count > 1 && state.study > 0 ? "h2" : "h1"
        return """
            <div class="study" id="study\(state.study + 1)">
            \(HeadBlock.header(content, heading: level, problems: problems))
            <nav aria-label="Contents of \(content.study.title)">\(links.joined(" "))</nav>
            <main>
            \(sections.joined())</main>
            </div>

            """
    }

    private static func problemList(_ problems: [String]) -> HTML {
        guard !problems.isEmpty else { return "" }
        let shown = problems.prefix(8).map { problem -> HTML in "<li>\(problem)</li>" }
        let more = problems.count - shown.count
        let rest: HTML = more > 0 ? "<li>and \(more) more</li>" : ""
        return "<ul class=\"problems\">\(shown.joined())\(rest)</ul>"
    }

    private static func document(title: String, style: HTML, head: HTML, body: HTML) -> String {
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            \(HTML(made: generator))
            <meta http-equiv="Content-Security-Policy" content="\(PageScript.policy)">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark">
            \(head)<title>\(title): hyperfed report</title>
            <style>
            \(style)</style>
            </head>
            <body>
            \(body)<footer>Written by hyperfed. The figures lie beside this page as SVG and CSV \
            files.</footer>
            <script>\(HTML(made: PageScript.text))</script>
            </body>
            </html>

            """
        return page.text
    }
}
