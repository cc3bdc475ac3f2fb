import Foundation
import LearningRates
import LinearAlgebra
import Settings
import TestSupport
import Testing

/// Documentation/ClientSchedulers.md says in words what the code says in numbers.
@Suite struct `The page on client schedulers` {
    private static let page = SourceTree.text(of: "Documentation/ClientSchedulers.md") ?? ""

    /// The lines of the table, by kind.
    private static let lines = page.split(separator: "\n").filter {
        $0.hasPrefix("| `") && $0.split(separator: "|").count == 9
    }.map(String.init)

    @Test func `has a row for every kind, and no other`() {
        #expect(Self.lines.count == clientRules.count)
    }

    @Test(arguments: clientRules.map(\.facts.kind))
    func `is right about a kind`(kind: String) throws {
        let rule = try #require(clientRules.first { $0.facts.kind == kind })
        let row = try Self.row(rule)
        #expect(Self.lines.contains(row), "paste into the table of ClientSchedulers.md:\n\(row)")
    }

    /// The row of a rule, as its facts and the code have it.
    private static func row(_ rule: Rule<any ClientScheduler>) throws -> String {
        let (facts, keys) = (rule.facts, rule.registered.keys)
        var scheduler = try component(facts.kind, from: clientSchedulers)
        let worksWithAll = try ["{ kind: sgd, momentum: 0.9 }", "adam"].allSatisfy {
            scheduler.incompatibility(with: try optimizer($0), weightDecay: 0) == nil
        }
        scheduler.start(localRate: 0.1, optimizer: try optimizer("sgd"))
        let needs = scheduler.needs
        let vectors =
            needs.vectors + (needs.previousGradient || needs.previousDirection ? 1 : 0)
            + (needs.previousAggregate ? 1 : 0) + (needs.scope == .parameter ? 1 : 0)
        let scopes = keys.first { $0.key == "scope" }.map { key in
            key.words.map { $0 == "global" ? "all" : $0 }.joined(separator: ", ")
        }
        let carry = keys.first { $0.key == "carry" }?.defaultText
        let cells = [
            "`\(facts.kind)`", facts.paper, facts.adapts,
            scopes ?? (needs.scope == .parameter ? "parameter" : "all"),
            worksWithAll ? "all" : "`sgd`", facts.gradients, "\(vectors)",
            needs.validation ? "yes" : "no", carry.map { "`\($0)`" } ?? "-",
        ]
        return "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined()
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
