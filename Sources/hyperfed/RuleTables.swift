import ClientRules
import LearningRates
import ServerRules
import Settings

/// The tables of schedulers in the pages: a row for each rule, in the order of the registry. The
/// facts of the rules, their needs and their keys are its only source.
enum RuleTables {
    /// Returns the table of client schedulers for Documentation/ClientSchedulers.md.
    static func clientSchedulers() throws -> String {
        let heading = [
            "kind", "paper", "adapts", "shares a rate", "optimizers", "gradients per step",
            "vectors", "validation", "carried by default",
        ]
        return text(heading, try clientRules.map(cells))
    }

    /// Returns the table of server schedulers for Documentation/ServerSide.md.
    static func serverSchedulers() -> String {
        text(
            ["kind", "paper", "moves", "from"],
            serverRules.map(\.facts).map { ["`\($0.kind)`", $0.paper, $0.adapts, $0.from] })
    }

    /// Returns the row of a client rule, with its default keys and the optimizer `sgd`.
    private static func cells(_ rule: Rule<any ClientScheduler>) throws -> [String] {
        let (facts, keys) = (rule.facts, rule.registered.keys)
        var scheduler = try component(facts.kind, from: ClientRules.clientSchedulers)
        let worksWithAll = try ["{ kind: sgd, momentum: 0.9 }", "adam"].allSatisfy {
            scheduler.incompatibility(with: try component($0, from: optimizers), weightDecay: 0)
                == nil
        }
        scheduler.start(localRate: 0.1, optimizer: try component("sgd", from: optimizers))
        let needs = scheduler.needs
        let vectors =
            needs.vectors + (needs.previousGradient || needs.previousDirection ? 1 : 0)
            + (needs.previousAggregate ? 1 : 0) + (needs.scope == .parameter ? 1 : 0)
        let scopes = keys.first { $0.key == "scope" }.map { key in
            key.words.map { $0 == "global" ? "all" : $0 }.joined(separator: ", ")
        }
        let carry = keys.first { $0.key == "carry" }?.defaultText
        return [
            "`\(facts.kind)`", facts.paper, facts.adapts,
            scopes ?? (needs.scope == .parameter ? "parameter" : "all"),
            worksWithAll ? "all" : "`sgd`", facts.gradients, "\(vectors)",
            needs.validation ? "yes" : "no", carry.map { "`\($0)`" } ?? "-",
        ]
    }

    /// Returns a component as a scenario names it.
    private static func component<C>(_ yaml: String, from registered: [Registered<C>]) throws -> C {
        let tree = try SettingsTree(yaml: "it: \(yaml)", file: "hyperfed list --pages")
        return try tree.load { settings in
            settings.component("it", from: registered, default: registered[0].kind, "")
        }.value
    }

    private static func text(_ heading: [String], _ rows: [[String]]) -> String {
        let lines = [heading, heading.map { _ in "---" }] + rows
        return lines.map { cells in
            "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined() + "\n"
        }.joined()
    }
}
