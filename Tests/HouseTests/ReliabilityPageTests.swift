import TestSupport
import Testing

extension `House rules` {
    /// A test that a page names as its proof must exist.
    @Test func `the tests on the page of reliability exist`() throws {
        let page = "Documentation/Reliability.md"
        let tests = SourceTree.files(in: "Tests", endings: ["swift"])
            .compactMap { SourceTree.text(of: $0) }.joined()
        let lines = try #require(SourceTree.text(of: page)).split(
            separator: "\n", omittingEmptySubsequences: false)
        var count = 0
        let table = lines.prefix { !$0.hasPrefix("## Counts") }
        for (index, line) in table.enumerated() where line.hasPrefix("| ") {
            let cells = line.split(separator: " | ")
            guard cells.count == 3, let last = cells.last, last.contains("`") else { continue }
            for match in last.matches(of: /`([^`]+)`/) {
                count += 1
                if !tests.contains("func `\(match.1)`") {
                    Self.object(page, index + 1, "no test is called \(match.1); name one")
                }
            }
        }
        #expect(count > 30, "names were found")
    }
}
