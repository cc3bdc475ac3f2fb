import TestSupport
import Testing

extension `House rules` {
    private static let index = "Documentation/README.md"

    /// The lines of a page that are text, with their numbers from 1: no fenced code, no code spans.
    private static func prose(of page: String) -> [(number: Int, text: String)] {
        var isFenced = false
        var prose: [(number: Int, text: String)] = []
        let lines = (SourceTree.text(of: page) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") { isFenced.toggle() }
            if isFenced || line.hasPrefix("    ") { continue }
            prose.append((index + 1, String(line)))
        }
        return prose
    }

    /// The anchors that GitHub gives to the headings of a page: lower case, words joined by "-".
    private static func anchors(of page: String) -> Set<String> {
        var anchors: Set<String> = []
        for line in prose(of: page) where line.text.hasPrefix("#") {
            let title = line.text.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
            let slug = title.compactMap { letter -> Character? in
                if letter == " " { return "-" }
                return letter.isLetter || letter.isNumber || "-_".contains(letter) ? letter : nil
            }
            var anchor = String(slug)
            var repetition = 0
            while !anchors.insert(anchor).inserted {
                repetition += 1
                anchor = String(slug) + "-\(repetition)"
            }
        }
        return anchors
    }

    /// The path from the root that a link on a page leads to.
    private static func path(of target: String, on page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    /// The targets of the links of a page, but for those to other sites.
    private static func links(of page: String) -> [(line: Int, path: String, anchor: String?)] {
        prose(of: page).flatMap { line -> [(line: Int, path: String, anchor: String?)] in
            // A bracket in a code span is no link.
            let text = line.text.replacing(/`[^`]*`/, with: "`")
            return text.matches(of: /\]\(([^)\s]+)\)/).compactMap {
                match -> (line: Int, path: String, anchor: String?)? in
                let target = String(match.1)
                guard !target.contains("://") else { return nil }
                let parts = target.split(
                    separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let path = parts[0].isEmpty ? page : path(of: String(parts[0]), on: page)
                return (line.number, path, parts.count > 1 ? String(parts[1]) : nil)
            }
        }
    }

    @Test(arguments: pages + ["CHANGELOG.md"])
    func `links on a page lead somewhere`(page: String) {
        for (line, path, anchor) in Self.links(of: page) {
            guard !SourceTree.files(in: path).isEmpty else {
                Self.object(page, line, "there is no \(path); correct the link")
                continue
            }
            guard let anchor, !Self.anchors(of: path).contains(anchor) else { continue }
            Self.object(page, line, "\(path) has no heading #\(anchor); correct the link")
        }
    }

    @Test func `the index has a line for each page`() {
        let linked = Set(Self.links(of: Self.index).map(\.path))
        #expect(linked.count > 10)
        for page in Self.pages where page.hasPrefix("Documentation/") && page != Self.index {
            if !linked.contains(page) { Self.object(Self.index, 1, "add a line for \(page)") }
        }
    }

    @Test func `the README is short`() {
        let lines = (SourceTree.text(of: "README.md") ?? "").count { $0 == "\n" }
        #expect(lines > 100)
        if lines > 250 {
            Self.object("README.md", lines, "more than 250 lines; move details to Documentation")
        }
    }

    @Test func `the reader of links sees anchors and files`() {
        let page = "Documentation/Glossary.md"
        #expect(Self.anchors(of: page).isSuperset(of: ["data-sets", "clients", "compare"]))
        #expect(Self.path(of: "../README.md", on: page) == "README.md")
        #expect(Self.links(of: page).contains { $0.path == page && $0.anchor == "data-sets" })
        #expect(Self.links(of: "README.md").contains { $0.path == Self.index })
    }
}
