import ArgumentParser
import Scenarios
import Settings
import Simulation

/// The changes of the command line to a scenario.
struct ScenarioChanges: ParsableArguments {
    @Option(help: "Seed of everything random; of a comparison, its only seed.")
    var seed: String?

    @Option(help: "Rounds of the run (training.rounds).")
    var rounds: Int?

    @Option(help: "Clients that own data (clients.count).")
    var clients: Int?

    @Option(help: "Client processes: auto, per_client, per_core or a number (clients.processes).")
    var processes: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change any scenario key, with a YAML value; may be repeated. The command line wins"
                + " over variants.",
            valueName: "key.path=value"))
    var changes: [String] = []

    /// Returns the changes in order.
    func overrides(isComparison: Bool) throws -> [ScenarioFile.Override] {
        var overrides: [ScenarioFile.Override] = []
        if let seed {
            guard let number = UInt64(seed) else {
                throw UsageError(
                    Mismatch(
                        "--seed", expected: "a whole number between 0 and \(UInt64.max)",
                        found: "'\(seed)'"
                    ).text)
            }
            overrides.append(.seed(number, isComparison: isComparison))
        }
        if let rounds {
            overrides.append(.init("training.rounds", "\(rounds)", option: "--rounds"))
        }
        if let clients {
            overrides.append(.init("clients.count", "\(clients)", option: "--clients"))
        }
        if let processes {
            overrides.append(.init("clients.processes", processes, option: "--processes"))
        }
        for change in changes {
            guard let equals = change.firstIndex(of: "="), equals > change.startIndex else {
                throw UsageError(
                    Mismatch(
                        "--set", expected: "key.path=value such as client.learning_rate=0.1",
                        found: "'\(change)'"
                    ).text)
            }
            overrides.append(
                .init(String(change[..<equals]), String(change[change.index(after: equals)...])))
        }
        if !isComparison { warn(ofComparisonIn: overrides) }
        return overrides
    }

    /// Warns about changes of `compare`, which have no effect if no comparison is run.
    private func warn(ofComparisonIn overrides: [ScenarioFile.Override]) {
        for override in overrides where override.isAboutComparison && !override.isNull {
            let mismatch = Mismatch(
                override.path, expected: "the command 'hyperfed compare'", found: "another one",
                effect: "the value has no effect", advice: "leave it out")
            writeError("\(Diagnostic(place: override.place, severity: .warning, mismatch))")
        }
    }

    /// Warns that `--processes` has no effect with this command or option.
    ///
    /// - Parameter reason: why the command starts no client processes.
    func warnOfProcesses(_ reason: String) {
        guard processes != nil else { return }
        let mismatch = Mismatch(
            "clients.processes", expected: "client processes that this command starts",
            found: "none (\(reason))", effect: "the value has no effect",
            advice: "leave --processes out")
        let place = SettingLocation("command line --processes")
        writeError("\(Diagnostic(place: place, severity: .warning, mismatch))")
    }
}
