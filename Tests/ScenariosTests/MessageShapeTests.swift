import Datasets
import Federation
import LearningRates
import Models
import Scenarios
import Settings
import Testing

/// Every key of every registry and section is given values that it does not take.
@Suite struct `Messages about values that a key does not take` {
    /// A text, a list and a mapping, and a number beyond the largest one; none suits any key.
    private static let values = ["no such word", "[[[x]]]", "{ zz: zz }", "1e400", "-1e300"]

    /// Checks the messages of one key; returns how many there were.
    private static func check(_ name: String, _ key: KeyDescription, _ found: String) -> Int {
        let lines = found.split(separator: "\n").map(String.init)
        for line in lines {
            // The key's own messages, and those about the mapping around it.
            let shape = /(demo\.yaml:\d+:\d+|command line --set \S+): error: (.+)/
            guard let match = line.wholeMatch(of: shape) else {
                Issue.record("\(name).\(key.path): no location in '\(line)'")
                continue
            }
            let message = match.2
            #expect(
                message.wholeMatch(of: /([A-Za-z0-9_.\[\]]+: )?expected .+, found .+/) != nil,
                "\(name).\(key.path): '\(message)' is not 'where: expected X, found Y; do Z'")
            #expect(!message.hasSuffix("."), "\(name).\(key.path): '\(message)' ends with a stop")
            #expect(
                !message.contains("; this is") && !message.contains("must be"),
                "\(name).\(key.path): '\(message)'")
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
                    count += check(registered.kind, key, own.joined(separator: "\n"))
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
        #expect(Self.check(optimizers) > 20)
        #expect(Self.check(serverOptimizers) > 20)
        #expect(Self.check(clientSchedulers) > 150)
        #expect(Self.check(serverSchedulers) > 80)
        #expect(Self.check(towerLevels) > 20)
        #expect(Self.check(cohortSamplings()) > 2)
        #expect(Self.check(driftCorrections) > 8)
    }

    @Test func `have one shape in all sections, and name the whole path`() {
        var count = 0
        for key in describe({ _ = Scenario($0, fileName: "demo.yaml") }) {
            for value in Self.values {
                let found = mistakes("data: { dataset: gaussian_clusters }", [(key.path, value)])
                count += Self.check("scenario", key, found)
                let named = found.isEmpty || found.contains("error: \(key.path)")
                #expect(named || value.hasPrefix("{"), "\(key.path): \(found)")
            }
        }
        #expect(count > 150)
    }
}
