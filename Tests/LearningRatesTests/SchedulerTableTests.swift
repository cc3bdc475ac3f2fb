import ClientRules
import Foundation
import LearningRates
import Settings
import TestSupport
import Testing

/// Documentation/ClientSchedulers.md says in words what the code says in numbers.
@Suite struct `The page on client schedulers` {
    private static let page = SourceTree.text(of: "Documentation/ClientSchedulers.md") ?? ""

    @Test func `has a row for every kind, and no other`() {
        let kinds = Self.page.matches(of: /\n\| `(\w+)` \|(?: [^|\n]*\|){8}(?=\n)/).map {
            String($0.1)
        }
        #expect(kinds == clientRules.map(\.facts.kind), "run 'make pages'")
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
