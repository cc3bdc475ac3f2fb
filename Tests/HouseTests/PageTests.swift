import TestSupport
import Testing

extension `House rules` {
    /// A block of code on a page, and what the line above it says of where it is from.
    private struct Excerpt {
        let line: Int
        let language: String
        let path: String?
        let isWholeFile: Bool
        let text: String
    }

    /// The fenced blocks of a page.
    private static func excerpts(of page: String) -> [Excerpt] {
        let lines = (SourceTree.text(of: page) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        var excerpts: [Excerpt] = []
        var start: Int?
        for (index, line) in lines.enumerated() where line.hasPrefix("```") {
            guard let first = start else {
                start = index
                continue
            }
            start = nil
            let above = lines[..<first].last { !$0.isEmpty } ?? ""
            let path = above.firstMatch(of: /`((?:Sources|Tests|Scenarios)\/[^`]+)`/)
            excerpts.append(
                Excerpt(
                    line: first + 1, language: String(lines[first].dropFirst(3)),
                    path: path.map { String($0.1) }, isWholeFile: above.contains("the whole file"),
                    text: lines[(first + 1)..<index].map { $0 + "\n" }.joined()))
        }
        return excerpts
    }

    @Test(arguments: pages)
    func `code on a page is the code of the file that it names`(page: String) {
        for excerpt in Self.excerpts(of: page) {
            guard let path = excerpt.path else {
                if excerpt.language == "swift" {
                    Self.object(page, excerpt.line, "name the code's file in the line above")
                }
                continue
            }
            guard let text = SourceTree.text(of: path) else {
                Self.object(page, excerpt.line, "there is no \(path)")
                continue
            }
            if excerpt.isWholeFile ? text != excerpt.text : !text.contains(excerpt.text) {
                Self.object(page, excerpt.line, "this is not what \(path) says; copy it anew")
            }
        }
    }

    @Test func `the page on adding a scheduler shows whole files`() {
        let excerpts = Self.excerpts(of: "Documentation/AddAScheduler.md")
        let whole = excerpts.filter(\.isWholeFile).compactMap(\.path)
        #expect(
            Set(whole) == [
                "Sources/ServerRules/FedExProx.swift", "Scenarios/fedexprox.yaml",
                "Tests/LearningRatesTests/FedExProxTests.swift",
            ])
        #expect(excerpts.filter { $0.path != nil }.count > whole.count)
    }
}
