import ArgumentParser
import Datasets
import Scenarios
import Settings
import Simulation

/// The scenario, and the changes of the command line.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario file (YAML).")
    var scenario: String

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

    /// Reads the file and applies the changes.
    func file(isComparison: Bool) throws -> ScenarioFile {
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
        return try ScenarioFile(
            text: ScenarioText.read(scenario), file: scenario, workingFolder: Files.workingFolder,
            overrides: overrides)
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

    /// Decodes the data and draws the partition of each run. Prints each warning once.
    func prepare(_ runs: [ScenarioFile.ConfiguredRun]) throws -> [PreparedRun] {
        printWarnings(runs.flatMap(\.warnings))
        var supply = DataSupply(DataCache())
        let prepared = try runs.map { try PreparedRun($0, &supply) }
        printWarnings(dataWarnings(of: prepared, places: runs))
        return prepared
    }

    /// Decodes the data and draws the partitions of studies. Prints each warning once.
    ///
    /// - Parameter base: one more run to check; nil for none.
    func prepare(
        _ studies: [ScenarioFile.Study], base: ScenarioFile.ConfiguredRun? = nil
    ) throws -> [PreparedStudy] {
        printWarnings((studies.flatMap(\.runs) + [base].compactMap(\.self)).flatMap(\.warnings))
        var supply = DataSupply(DataCache())
        let prepared = try studies.map { try PreparedStudy($0, &supply) }
        let baseRun = try base.map { try PreparedRun($0, &supply) }
        printWarnings(
            dataWarnings(
                of: prepared.flatMap(\.runs) + [baseRun].compactMap(\.self),
                places: studies.flatMap(\.runs) + [base].compactMap(\.self)))
        return prepared
    }

}

/// Prints warnings, each once.
func printWarnings(_ warnings: [Diagnostic]) {
    var said: [Diagnostic] = []
    for warning in warnings where !said.contains(warning) {
        writeError("\(warning)")
        said.append(warning)
    }
}

/// The folder of results, and how much is printed.
struct OutputOptions: ParsableArguments {
    @Option(help: "Folder of the results (default: runs/NAME/base/seed-N; compare: runs/NAME).")
    var output: String?

    @Flag(help: "Replace results that are already in that folder.")
    var overwrite = false

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false
}

/// The option that says in which process clients train.
struct InProcessOption: ParsableArguments {
    @Flag(
        help: """
            Everything in this process, without sockets: for debugging. Same results; Ctrl-C acts \
            between two clients, a second one at once.
            """)
    var inProcess = false
}
