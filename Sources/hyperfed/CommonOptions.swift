import ArgumentParser
import Datasets
import Scenarios
import Settings
import Simulation

/// The scenario and what the command line changes in it.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario file (YAML).")
    var scenario: String

    @Option(help: "Seed of everything random; of a comparison, its only seed.")
    var seed: String?

    @Option(help: "Rounds of the run (training.rounds).")
    var rounds: Int?

    @Option(help: "Clients that own data (clients.count).")
    var clients: Int?

    @Option(help: "Client processes: a number, per_client or per_core (clients.processes).")
    var processes: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change any scenario key, with a YAML value; may be repeated. Variants of a comparison"
                + " come on top.",
            valueName: "key.path=value"))
    var changes: [String] = []

    /// Reads the file and applies the changes.
    func file(isComparison: Bool) throws -> ScenarioFile {
        var overrides: [ScenarioFile.Override] = []
        if let seed {
            guard let number = UInt64(seed) else {
                throw UsageError(
                    "--seed: expected a whole number between 0 and \(UInt64.max), found '\(seed)'")
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
                    "--set takes key.path=value, such as client.learning_rate=0.1; this is"
                        + " '\(change)'")
            }
            overrides.append(
                .init(String(change[..<equals]), String(change[change.index(after: equals)...])))
        }
        if !isComparison { warn(ofComparisonIn: overrides) }
        return try ScenarioFile(
            text: ScenarioText.read(scenario), file: scenario, workingFolder: Files.workingFolder,
            overrides: overrides)
    }

    /// Says which changes have no effect, since they are about a comparison and none is run.
    private func warn(ofComparisonIn overrides: [ScenarioFile.Override]) {
        for override in overrides where override.isAboutComparison && !override.isNull {
            writeError(
                "\(override.place): warning: only 'hyperfed compare' uses \(override.path), so this"
                    + " value has no effect")
        }
    }

    /// Says that `--processes` has no effect with this command or option.
    func warnOfProcesses(_ reason: String) {
        if processes != nil {
            writeError("command line --processes: warning: \(reason), so this value has no effect")
        }
    }

    /// Decodes the data and draws the partitions of runs; says what is odd about them, once.
    func prepare(_ runs: [ScenarioFile.Run]) throws -> [PreparedRun] {
        tell(runs)
        var supply = DataSupply(DataCache())
        let prepared = try runs.map { try PreparedRun($0, &supply) }
        tell(dataWarnings(of: prepared, places: runs))
        return prepared
    }

    /// Decodes the data and draws the partitions of studies; says what is odd about them, once.
    ///
    /// - Parameter base: a further run that is checked with them, if any.
    func prepare(
        _ studies: [ScenarioFile.Study], base: ScenarioFile.Run? = nil
    ) throws -> [PreparedStudy] {
        tell(studies.flatMap(\.runs) + [base].compactMap(\.self))
        var supply = DataSupply(DataCache())
        let prepared = try studies.map { try PreparedStudy($0, &supply) }
        let baseRun = try base.map { try PreparedRun($0, &supply) }
        tell(
            dataWarnings(
                of: prepared.flatMap(\.runs) + [baseRun].compactMap(\.self),
                places: studies.flatMap(\.runs) + [base].compactMap(\.self)))
        return prepared
    }

    private func tell(_ runs: [ScenarioFile.Run]) { tell(runs.flatMap(\.warnings)) }

    private func tell(_ warnings: [Diagnostic]) {
        var said: [Diagnostic] = []
        for warning in warnings where !said.contains(warning) {
            writeError("\(warning)")
            said.append(warning)
        }
    }
}

/// Where results go and how much is said.
struct OutputOptions: ParsableArguments {
    @Option(help: "Folder of the results (default: runs/NAME/base/seed-N; compare: runs/NAME).")
    var output: String?

    @Flag(help: "Replace results that are already in that folder.")
    var overwrite = false

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false
}

/// The option that says in which process clients train.
struct PlaceOptions: ParsableArguments {
    @Flag(
        help: """
            Everything in this process, without sockets: for debugging. Same results; Ctrl-C acts \
            between two clients, a second one at once.
            """)
    var inProcess = false
}
