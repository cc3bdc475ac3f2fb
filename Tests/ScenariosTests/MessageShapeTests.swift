import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import Scenarios
import ServerRules
import Settings
import Testing
import TowerRules

/// Every key of every registry and section is given values that it does not take.
@Suite struct `Messages about values that a key does not take` {
    /// A text, a list and a mapping, and a number beyond the largest one; none suits any key.
    private static let values = ["no such word", "[[[x]]]", "{ zz: zz }", "1e400", "-1e300"]

    /// Checks the messages about one thing; returns how many there were.
    private static func check(_ name: String, _ found: String) -> Int {
        let lines = found.split(separator: "\n").map(String.init)
        for line in lines {
            // The key's own messages, and those about the mapping around it.
            let shape = /(demo\.yaml:\d+:\d+|command line --set \S+): (?:error|warning): (.+)/
            guard let match = line.wholeMatch(of: shape) else {
                Issue.record("\(name): no location in '\(line)'")
                continue
            }
            let message = match.2
            #expect(
                message.wholeMatch(of: /([A-Za-z0-9_.\[\]]+: )?expected .+, found .+/) != nil,
                "\(name): '\(message)' is not 'where: expected X, found Y; do Z'")
            #expect(!message.hasSuffix("."), "\(name): '\(message)' ends with a stop")
            #expect(
                !message.contains("; this is") && !message.contains("must be"),
                "\(name): '\(message)'")
        }
        return lines.count
    }

    private static func check<C>(_ registry: [Registered<C>]) -> Int {
        var count = 0
        for registered in registry {
            for key in registered.keysOfAllForms where key.path == key.key {
                for value in values {
                    var yaml = "it:\n  kind: \(registered.kind)\n  \(key.key): \(value)\n"
                    if !key.condition.isEmpty, !key.condition.hasPrefix("not ") {
                        yaml += "  \(key.condition.split(separator: " or ")[0])\n"
                    }
                    let found = messages(yaml) { settings in
                        _ = settings.component(
                            "it", from: [registered], default: registered.kind, "")
                    }
                    // What is missing around the key is reported at other locations.
                    let own = found.split(separator: "\n").filter { $0.hasPrefix("demo.yaml:3:") }
                    count += check("\(registered.kind).\(key.path)", own.joined(separator: "\n"))
                }
            }
        }
        return count
    }

    private static func messages(_ yaml: String, _ body: (Settings) -> Void) -> String {
        do {
            _ = try SettingsTree(yaml: yaml, file: "demo.yaml").load(body)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `have one shape in all registries`() {
        #expect(Self.check(models) > 20)
        #expect(Self.check(dataSources) > 20)
        #expect(Self.check(skews) > 8)
        #expect(Self.check(shifts) > 40)
        #expect(Self.check(optimizers) > 20)
        #expect(Self.check(serverOptimizers) > 20)
        #expect(Self.check(clientSchedulers) > 150)
        #expect(Self.check(serverSchedulers) > 80)
        #expect(Self.check(towerLevels) > 20)
        #expect(Self.check(cohortSamplings()) > 2)
        #expect(Self.check(roundModes()) > 8)
        #expect(Self.check(availabilities) > 12)
        #expect(Self.check(stalenessWeights) > 5)
        #expect(Self.check(driftCorrections) > 8)
    }

    @Test func `have one shape in all sections, and name the whole path`() {
        var count = 0
        for key in describe({ _ = Scenario($0, fileName: "demo.yaml") }) {
            for value in Self.values {
                let found = mistakes("data: { dataset: gaussian_clusters }", [(key.path, value)])
                count += Self.check(key.path, found)
                let named = found.isEmpty || found.contains("error: \(key.path)")
                #expect(named || value.hasPrefix("{"), "\(key.path): \(found)")
            }
        }
        #expect(count > 150)
    }

    /// Checks the errors, or the warnings, of a scenario with these keys; returns how many there
    /// were.
    private static func check(_ keys: [(path: String, value: String)]) -> Int {
        let found: String
        do {
            let warnings = try file("", keys).baseRun().warnings
            found = warnings.map(\.description).joined(separator: "\n")
        } catch {
            found = "\(error)"
        }
        return check(keys.map { "\($0.path)=\($0.value)" }.joined(separator: " "), found)
    }

    /// A rule with its defaults, with its released code, and with each of its trials.
    private static func settings<C>(of rules: [Rule<C>]) -> [String] {
        rules.flatMap { rule in
            let hasForms = rule.registered.keys.contains { $0.path == "form" }
            let more = (hasForms ? ["form: released_code"] : []) + rule.facts.trials
            return [rule.facts.kind] + more.map { "{ kind: \(rule.facts.kind), \($0) }" }
        }
    }

    private static let clientOptimizers = [
        "sgd", "{ kind: sgd, momentum: 0.9 }", "{ kind: sgd, momentum: 0.9, nesterov: true }",
        "adam", "adagrad",
    ]

    @Test func `have one shape if a client rule does not work with an optimizer`() {
        var count = 0
        for rule in Self.settings(of: clientRules) {
            for optimizer in Self.clientOptimizers {
                count += Self.check([
                    ("client.scheduler", rule), ("client.optimizer", optimizer),
                    ("data.validation_fraction", "0.2"),
                ])
            }
        }
        #expect(count > 40)
    }

    @Test func `have one shape if a server rule does not work, or has a warning`() {
        let optimizers = ["sgd", "momentum", "{ kind: momentum, nesterov: true }", "adam", "yogi"]
        var count = 0
        for rule in Self.settings(of: serverRules) {
            for optimizer in optimizers {
                count += Self.check([
                    ("server.scheduler", rule), ("server.optimizer", optimizer),
                    ("server.learning_rate", "5"), ("training.rounds", "2"),
                ])
            }
        }
        #expect(count > 60)
    }

    @Test func `have one shape if a drift correction does not work with the clients`() {
        let schedulers = [
            "constant", "{ kind: hypergradient, scope: layer }",
            "{ kind: hypergradient, carry: all }", "{ kind: implicit, tune: [momentum] }",
        ]
        var count = 0
        for correction in driftCorrections.map(\.kind) + ["{ kind: fednova, mu: 0.1 }"] {
            for optimizer in Self.clientOptimizers {
                for scheduler in schedulers {
                    count += Self.check([
                        ("training.correction", correction), ("client.optimizer", optimizer),
                        ("client.scheduler", scheduler), ("data.validation_fraction", "0.2"),
                    ])
                }
            }
        }
        #expect(count > 40)
    }
}
