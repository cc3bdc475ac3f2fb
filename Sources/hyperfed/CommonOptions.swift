import ArgumentParser
import Datasets
import Scenarios
import Settings
import Simulation

/// The scenario of a command that takes one, and the changes of the command line.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario file (YAML); - for standard input.")
    var scenario: String

    @OptionGroup var changes: ScenarioChanges

    /// Reads the file and applies the changes.
    func file(isComparison: Bool) throws -> ScenarioFile {
        try source(isComparison: isComparison).file()
    }

    /// Reads the text of the file.
    func source(isComparison: Bool) throws -> ScenarioSource {
        try ScenarioSource(scenario, try changes.overrides(isComparison: isComparison))
    }

    /// Decodes the data and draws the partition of each run. Prints each warning once.
    func prepare(_ runs: [ScenarioFile.ConfiguredRun]) throws -> [PreparedRun] {
        try Preparation.runs(runs)
    }
}

/// The scenarios of a command that takes several, and the changes of the command line.
struct ScenariosOptions: ParsableArguments {
    @Argument(help: "The scenario files (YAML), one or more; - for standard input.")
    var scenarios: [String]

    @OptionGroup var changes: ScenarioChanges

    /// Reads the texts of all files.
    ///
    /// - Throws: `UsageError` if one cannot be read, or is named twice.
    func sources(isComparison: Bool) throws -> [ScenarioSource] {
        let overrides = try changes.overrides(isComparison: isComparison)
        for (index, name) in scenarios.enumerated() where scenarios[..<index].contains(name) {
            throw UsageError("scenarios: expected each file once, found \(name) twice; remove one")
        }
        return try scenarios.map { try ScenarioSource($0, overrides) }
    }

    /// Returns the folder of the results of each scenario.
    ///
    /// - Parameters:
    ///   - output: `--output`; with several scenarios, each has a folder of its name inside.
    ///   - runs: the first run of each scenario.
    ///   - standard: the folder without `--output`.
    /// - Throws: `UsageError` if two have the same folder.
    func folders(
        _ output: String?, _ runs: [PreparedRun], _ standard: (PreparedRun) -> String
    ) throws -> [String] {
        let folders = runs.map { run in
            guard let output else { return standard(run) }
            return runs.count == 1 ? output : "\(output)/\(run.scenario.name)"
        }
        for (index, folder) in folders.enumerated() where folders[..<index].contains(folder) {
            throw UsageError(
                "scenarios: expected a folder for each, found \(folder) for two of them; give one"
                    + " another 'name'")
        }
        return folders
    }
}

/// The text of a scenario with the changes of the command line.
struct ScenarioSource {
    let path: String
    let text: String
    let overrides: [ScenarioFile.Override]

    /// Reads a file; `-` is standard input.
    init(_ path: String, _ overrides: [ScenarioFile.Override]) throws {
        let isInput = path == "-"
        self.path = isInput ? ScenarioText.standardInput : path
        text = try isInput ? ScenarioText.readStandardInput() : ScenarioText.read(path)
        self.overrides = overrides
    }

    /// Reads the settings.
    ///
    /// - Parameter more: changes of the command itself, which win over all others.
    func file(adding more: [ScenarioFile.Override] = []) throws -> ScenarioFile {
        try ScenarioFile(
            text: text, file: path, workingFolder: Files.workingFolder,
            overrides: overrides + more)
    }
}

/// Data and partitions of runs. Each warning is printed once.
enum Preparation {
    /// Decodes the data and draws the partition of each run.
    static func runs(_ runs: [ScenarioFile.ConfiguredRun]) throws -> [PreparedRun] {
        printWarnings(runs.flatMap(\.warnings))
        var supply = DataSupply(DataCache())
        let prepared = try runs.map { try PreparedRun($0, &supply) }
        printWarnings(dataWarnings(of: prepared, places: runs))
        return prepared
    }

    /// Decodes the data and draws the partitions of studies.
    ///
    /// - Parameter base: one more run to check; nil for none.
    static func studies(
        _ studies: [ScenarioFile.Study], base: ScenarioFile.ConfiguredRun? = nil
    ) throws -> [PreparedStudy] {
        printWarnings((studies.flatMap(\.runs) + [base].compactMap(\.self)).flatMap(\.warnings))
        var supply = DataSupply(DataCache())
        let prepared = try studies.map { try PreparedStudy($0, &supply) }
        let baseRun = try base.map { try PreparedRun($0, &supply) }
        printWarnings(zip(prepared, studies).compactMap { $0.vocabularyWarning($1.runs) })
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
    @Option(
        help: """
            Folder of the results (default: runs/NAME/base/seed-N; compare: runs/NAME); of several \
            scenarios, the folder around theirs.
            """)
    var output: String?

    @Flag(help: "Replace results that are already in that folder.")
    var overwrite = false

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false
}

/// In which form results are printed.
struct FormatOptions: ParsableArguments {
    /// The form of what goes to standard output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(
        help: """
            text, or json: one JSON object a line for each run that has ended, and one at the end.
            """)
    var format = Format.text

    @Flag(help: "With --format json, also one object for each round.")
    var events = false

    func validate() throws {
        if events, format != .json {
            throw ValidationError(
                "--events: expected --format json, found --format \(format.rawValue); add it")
        }
    }
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
