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

/// The range of a key as `hyperfed list` prints it, read back.
private struct PrintedRange {
    let inside: [String]
    let outside: [String]

    init?(_ key: KeyDescription) {
        let isWhole = key.kindOfValue.contains("integer")
        func number(_ text: Substring) -> Double? { Double(text) }
        let phrase = key.rangePhrase
        var lower: (value: Double, isInside: Bool)?
        var upper: (value: Double, isInside: Bool)?
        if let match = phrase.wholeMatch(of: /(\S+) or more/) {
            lower = number(match.1).map { ($0, true) }
        } else if let match = phrase.wholeMatch(of: /greater than (\S+)/) {
            lower = number(match.1).map { ($0, false) }
        } else if let match = phrase.wholeMatch(of: /between (\S+) and (\S+)/) {
            (lower, upper) = (
                number(match.1).map { ($0, true) }, number(match.2).map { ($0, true) }
            )
        } else if let match = phrase.wholeMatch(of: /at least (\S+) and less than (\S+)/) {
            (lower, upper) = (
                number(match.1).map { ($0, true) }, number(match.2).map { ($0, false) }
            )
        } else if let match = phrase.wholeMatch(of: /greater than (\S+) and at most (\S+)/) {
            (lower, upper) = (
                number(match.1).map { ($0, false) }, number(match.2).map { ($0, true) }
            )
        } else {
            return nil
        }
        let most = isWhole ? 0x1p53 : 1e300
        // The first number beyond a bound, and the last one before it.
        func next(_ value: Double, _ sign: Double) -> Double {
            isWhole ? value + sign : sign > 0 ? value.nextUp : value.nextDown
        }
        func edge(_ bound: (value: Double, isInside: Bool)?, _ sign: Double) -> (Double, Double?) {
            guard let bound else { return (sign * most, nil) }
            // Numbers that differ from 0 by less than any power of ten would be refused as such.
            return bound.isInside
                ? (bound.value, next(bound.value, sign)) : (next(bound.value, -sign), bound.value)
        }
        let (low, below) = edge(lower, -1)
        let (high, above) = edge(upper, 1)
        let isUnsigned = high > 0x1p63
        func text(_ value: Double) -> String {
            guard isWhole else { return "\(value)" }
            return isUnsigned && value >= 0x1p64 ? "18446744073709551615" : String(Int(value))
        }
        inside = [low, high].map(text)
        outside = [below, above].compactMap(\.self).map {
            isUnsigned && $0 > 1 ? "18446744073709551616" : text($0)
        }
    }
}

/// How a key with a range is written in a file.
private func written(_ value: String, for key: KeyDescription) -> String {
    key.kindOfValue.hasPrefix("list of lists")
        ? "[[\(value)]]"
        : key.kindOfValue.hasPrefix("list of ")
            ? "[\(value)]"
            : key.kindOfValue.hasPrefix("mapping") ? "{ a: \(value) }" : value
}

@Suite struct `Ranges of keys` {
    /// The mistakes of a component with this key.
    private static func refusal<C>(
        _ registered: Registered<C>, _ key: KeyDescription, _ value: String
    ) -> String {
        var yaml = "it:\n  kind: \(registered.kind)\n  \(key.key): \(value)\n"
        if !key.condition.isEmpty, !key.condition.hasPrefix("not ") {
            let condition = key.condition.split(separator: " or ")[0]
            yaml += "  \(condition)\n"
        }
        do {
            _ = try SettingsTree(yaml: yaml, file: "demo.yaml").load { settings in
                _ = settings.component("it", from: [registered], default: registered.kind, "")
            }
            return ""
        } catch {
            return "\(error)"
        }
    }

    private static func check(
        _ name: String, _ key: KeyDescription, at place: String, _ mistakes: (String) -> String
    ) -> Int {
        guard let range = PrintedRange(key) else {
            let isFree = key.rangePhrase.isEmpty || key.rangePhrase.hasPrefix("at most ")
            #expect(isFree, "\(name).\(key.key): what is '\(key.rangePhrase)'?")
            return 0
        }
        for value in range.outside {
            let found = mistakes(written(value, for: key))
            #expect(
                found.contains("\(key.rangePhrase), found "),
                "\(name).\(key.key) = \(value): \(found)")
        }
        for value in range.inside {
            // Only messages about numbers count: what is missing around the key is another matter.
            let found = mistakes(written(value, for: key)).split(separator: "\n").filter {
                $0.hasPrefix(place) && $0.contains(/expected a (whole )?number/)
            }
            #expect(
                found.isEmpty,
                "\(name).\(key.key) = \(value) is in '\(key.rangePhrase)', but: \(found)")
        }
        if !key.defaultText.isEmpty {
            #expect(
                !mistakes(key.defaultText).contains("\(key.rangePhrase), found "),
                "\(name).\(key.key): the default \(key.defaultText) is not \(key.rangePhrase)")
        }
        return 1
    }

    private static func check<C>(_ registry: [Registered<C>]) -> Int {
        var count = 0
        for registered in registry {
            for key in registered.keysOfAllForms where key.path == key.key {
                count += check(registered.kind, key, at: "demo.yaml:3:") {
                    refusal(registered, key, $0)
                }
            }
        }
        return count
    }

    @Test func `that the list prints are those that the readers enforce`() {
        #expect(Self.check(models) > 5)
        #expect(Self.check(dataSources) > 5)
        #expect(Self.check(skews) > 2)
        #expect(Self.check(optimizers) > 5)
        #expect(Self.check(serverOptimizers) > 5)
        #expect(Self.check(clientSchedulers) > 40)
        #expect(Self.check(serverSchedulers) > 20)
        #expect(Self.check(towerLevels) > 5)
        #expect(Self.check(cohortSamplings()) > 0)
        #expect(Self.check(roundModes()) > 3)
        #expect(Self.check(availabilities) > 4)
        #expect(Self.check(stalenessWeights) > 2)
        #expect(Self.check(driftCorrections) > 2)
    }

    @Test func `of a scenario's own keys are enforced, too`() {
        var count = 0
        for key in describe({ _ = Scenario($0, fileName: "demo.yaml") }) {
            let place = "command line --set \(key.path): "
            count += Self.check("scenario", key, at: place) { value in
                mistakes("data: { dataset: gaussian_clusters }", [(key.path, value)])
            }
        }
        #expect(count > 20)
    }
}

@Suite struct `Names from elsewhere` {
    @Test func `lead to keys and words that are there`() {
        let scenario = describe { _ = Scenario($0, fileName: "demo.yaml") }
        var paths = Set(scenario.map(\.path)).union(["data.skew.alpha"])
        var words = Set(scenario.flatMap(\.words))
        func add<C>(_ registry: [Registered<C>]) {
            for key in registry.flatMap(\.keysOfAllForms) {
                paths.insert(key.key)
                words.formUnion(key.words)
            }
            words.formUnion(registry.map(\.kind))
        }
        add(models)
        add(dataSources)
        add(skews)
        add(optimizers)
        add(serverOptimizers)
        add(clientSchedulers)
        add(serverSchedulers)
        add(driftCorrections)
        paths.formUnion(scenario.map(\.key))
        let targets = namesElsewhere.targets
        #expect(targets.keys.subtracting(paths) == [])
        #expect(targets.words.subtracting(words) == [])
    }

    @Test(arguments: [
        ("client.lr=0.1", "learning_rate"), ("lr=0.1", "client.learning_rate"),
        ("training.epochs=2", "local_epochs"), ("epochs=2", "training.local_epochs"),
        ("clients.num_clients=9", "count"), ("clients.n_clients=9", "count"),
        ("num_clients=9", "clients.count"), ("clients.clients_per_round=2", "per_round"),
        ("clients.fraction_fit=0.1", "per_round"), ("client.local_lr=1", "learning_rate"),
        ("client.eta=1", "learning_rate"), ("server.eta=1", "learning_rate"),
        ("client.beta=1", "learning_rate"), ("client.learning-rate=1", "learning_rate"),
        ("training.correction={ kind: feddyn, alpha: 1 }", "a"),
        ("training.correction=SCAFFOLD", "scaffold"), ("server.optimizer=FedAvgM", "momentum"),
        ("client.scheduler=FedHyper-CL", "fedhyper_cl"), ("data.skew=non-iid", "dirichlet"),
        ("data.dataset=FashionMNIST", "fashion_mnist"), ("model=LSTM", "char_lstm"),
    ])
    func `are answered with ours`(change: String, ours: String) throws {
        let equals = try #require(change.firstIndex(of: "="))
        let found = mistakes(
            "data: { dataset: digits }",
            [(String(change[..<equals]), String(change[change.index(after: equals)...]))])
        #expect(found.contains("did you mean '\(ours)'"), "\(found)")
    }
}
