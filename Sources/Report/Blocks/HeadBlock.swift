import Reporting
import Settings
import Simulation

/// The head of a study: what was compared, on what, and what came out.
enum HeadBlock {
    /// Returns the head with the name, the setting and the verdict.
    ///
    /// - Parameters:
    ///   - heading: the element of the name: `h1`, or `h2` on a page with several studies.
    ///   - problems: what could not be read.
    static func header(_ content: StudyContent, heading: String, problems: HTML) -> HTML {
        let study = content.study
        let kind = study.kind == .run ? "Hyperfed run" : "Hyperfed comparison"
        let element = HTML(made: heading)
        return """
            <header>
            <p class="kick">\(kind)</p>
            <\(element) class="title">\(study.title)</\(element)>
            <p class="what">\(setting(content))</p>
            \(problems)\(progress(study))\(Verdicts.paragraphs(content))
            </header>
            """
    }

    /// Returns what was compared, in a sentence or two.
    private static func setting(_ content: StudyContent) -> String {
        let study = content.study
        var sizes: [String] = []
        if study.kind == .comparison {
            sizes.append(counted(study.variants.count, "variant"))
            let cells = study.variants.map(\.cells.count).max() ?? 1
            if cells > 1 { sizes.append(counted(cells, "grid cell")) }
            sizes.append(counted(study.seeds.count, "seed"))
        } else {
            sizes.append("seed \(study.seeds.first ?? 0)")
        }
        sizes.append(counted(study.rounds, "round"))
        let first = sizes.joined(separator: study.kind == .run ? ", " : " × ") + "."
        guard let facts = study.scenario else { return first }
        var parts: [String] = []
        if let dataset = facts.kind("data.dataset") { parts.append(dataset) }
        if let count = facts.text("clients.count"), let cohort = facts.text("clients.per_round") {
            let clients = Int(count).map { counted($0, "client") } ?? "\(count) clients"
            let verb = cohort == "1" ? "takes" : "take"
            parts.append("\(clients) of which \(cohort) \(verb) part in a round")
        }
        if let skew = facts.kind("data.skew") {
            let alpha = facts.text("data.skew.alpha").map { " \($0)" } ?? ""
            parts.append("skew \(skew)\(alpha)")
        }
        if let model = facts.kind("model") {
            let hidden = facts.list("model.hidden")
            parts.append(model + (hidden.isEmpty ? "" : " " + hidden.joined(separator: "-")))
        }
        let rates = [
            ("local rate", "client.learning_rate"), ("global rate", "server.learning_rate"),
        ]
        for (name, key) in rates where !study.grid.contains(key) && !study.drawn.contains(key) {
            if let rate = facts.text(key) { parts.append("\(name) \(rate) at start") }
        }
        let all = parts.joined(separator: ", ")
        return first + (all.isEmpty ? "" : " \(all).")
    }

    /// Returns how many runs go on or are missing; empty if all have ended.
    private static func progress(_ study: StudyData) -> HTML {
        var parts: [String] = []
        let all = study.runs.count
        // The verdict names the failed ones.
        let words: [(RunStatus, String)] = [
            (.unfinished, "not finished"), (.missing, "missing"), (.damaged, "damaged"),
        ]
        for (status, word) in words where study.count(status) > 0 {
            parts.append("\(study.count(status)) of \(counted(all, "run")) \(word)")
        }
        guard !parts.isEmpty else { return "" }
        return "<p class=\"status\">\(PageText.list(parts)).</p>\n"
    }
}
