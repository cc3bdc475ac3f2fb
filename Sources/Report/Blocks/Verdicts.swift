import Reporting

/// The verdict of a study in sentences.
enum Verdicts {
    /// Returns the verdict: its first sentence in larger type, the others below. Faults stand
    /// before both.
    static func paragraphs(_ content: StudyContent) -> HTML {
        guard let statistics = content.statistics else { return "" }
        let labels = Dictionary(
            content.study.variants.map { ($0.name, $0.label) }, uniquingKeysWith: { one, _ in one })
        let verdict = Verdict(statistics, .page) { labels[$0] ?? $0 }
        let sentences = verdict.sentences.map { pieces in
            pieces.map { piece -> HTML in
                let words = PageText.bound(piece.text)
                return piece.isStrong ? "<b>\(words)</b>" : "\(words)"
            }.joined()
        }
        guard let first = sentences.first else { return "" }
        let rest = sentences.dropFirst().joined(" ")
        let second: HTML = rest.isEmpty ? "" : "<p class=\"second\">\(rest)</p>"
        return "<p class=\"verdict\">\(first)</p>\n\(second)"
    }
}
