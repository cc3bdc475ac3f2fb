import Foundation
import LearningRates
import LinearAlgebra
import Settings
import TestSupport
import Testing

/// Documentation/ClientSchedulers.md says in words what the code says in numbers.
@Suite struct `The page on client schedulers` {
    private static let page = SourceTree.text(of: "Documentation/ClientSchedulers.md") ?? ""

    /// The cells of the row of each kind.
    private static let rows: [String: [String]] = {
        let lines = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let cells = lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }.filter { $0.count == 9 }
        return Dictionary(cells.map { ($0[0].filter { $0 != "`" }, $0) }) { first, _ in first }
    }()

    @Test func `has a row for every kind, and no other`() {
        #expect(Set(Self.rows.keys) == Set(clientSchedulers.map(\.kind)))
    }

    @Test(arguments: clientSchedulers.map(\.kind))
    func `is right about a kind`(kind: String) throws {
        let row = try #require(Self.rows[kind])
        let registered = try #require(clientSchedulers.first { $0.kind == kind })
        let carry = registered.keys.first { $0.key == "carry" }?.defaultText
        #expect(row[8] == (carry.map { "`\($0)`" } ?? "-"), "carried by default")

        var scheduler = try component(kind, from: clientSchedulers)
        let momentum = try optimizer("{ kind: sgd, momentum: 0.9 }")
        let adam = try optimizer("adam")
        let worksWithAll =
            scheduler.objection(to: momentum, weightDecay: 0) == nil
            && scheduler.objection(to: adam, weightDecay: 0) == nil
        #expect(row[4] == (worksWithAll ? "all" : "`sgd`"), "optimizers")

        scheduler.start(localRate: 0.1, optimizer: try optimizer("sgd"))
        let needs = scheduler.needs
        #expect(row[7] == (needs.validation ? "yes" : "no"), "validation")
        let vectors =
            needs.vectors + (needs.previousGradient || needs.previousDirection ? 1 : 0)
            + (needs.movement ? 1 : 0) + (needs.scope == .parameter ? 1 : 0)
        #expect(row[6] == "\(vectors)", "vectors")
        let scopes = registered.keys.first { $0.key == "scope" }?.kindOfValue
        let words = scopes?.dropFirst("one of ".count).split(separator: " | ").joined(
            separator: ", ")
        let shared = needs.scope == .parameter ? "parameter" : "all"
        #expect(
            row[3] == words?.replacingOccurrences(of: "global", with: "all") ?? shared,
            "shares a rate")
    }

    /// Every block of settings on the page is a client section that loads.
    @Test func `has examples that are right`() throws {
        let blocks = Self.page.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(!blocks.isEmpty)
        for block in blocks {
            let tree = try SettingsTree(yaml: block, file: "ClientSchedulers.md")
            _ = try tree.load { settings in
                settings.section("client", "") { client in
                    _ = client.number("learning_rate", default: 1, in: .positive, "")
                    _ = client.component("optimizer", from: optimizers, default: "sgd", "")
                    _ = client.component(
                        "scheduler", from: clientSchedulers, default: "constant", "")
                }
            }
        }
    }
}
