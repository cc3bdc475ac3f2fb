import Foundation
import TestSupport
import Testing

extension `House rules` {
    /// What could go wrong: a file of a family is removed or added, and nothing replays it.
    @Test func `the oracles are those that tests name`() throws {
        let folder = "Tests/Oracles"
        let found = Set(SourceTree.files(in: folder, endings: ["json"]))
        var named: Set = [
            "\(folder)/server-three-parameters.json", "\(folder)/partition-statistics.json",
            "\(folder)/statistics.json", "\(folder)/asynchronous.json",
            "\(folder)/compression.json", "\(folder)/leaf-windows.json",
        ]
        for (family, members) in Oracle.families {
            named.formUnion(members.map { "\(folder)/\(family)-\($0).json" })
        }
        for path in named.subtracting(found).sorted() {
            Self.object(path, 1, "tests name this oracle; restore the file")
        }
        for path in found.subtracting(named).sorted() {
            Self.object(path, 1, "no test replays it; name it in Oracle.families or remove it")
        }
    }

    @Test func `the page on oracles has a row for each family`() throws {
        let page = try #require(SourceTree.text(of: "Tests/Oracles/README.md"))
        for family in Oracle.families.keys.sorted() {
            #expect(page.contains("\n| \(family)-* |"), "\(family)")
        }
    }
}
