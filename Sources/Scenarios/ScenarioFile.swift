public import Settings

/// A scenario file with its layers: the base scenario, the parts of its comparison, and the changes
/// of the command line, which win over all others.
public struct ScenarioFile: Sendable {
    /// The file without `compare` and without the command line.
    let written: SettingsTree
    /// The changes of the command line, in order.
    let overrides: [Override]
    /// The section `compare` with the changes of the command line; nil if there is none.
    let compare: SettingsNode?
    private let base: LayeredTree
    private let file: String
    /// Warnings about values that the command line sets twice.
    let commandLineWarnings: [Diagnostic]

    /// A key that the command line sets.
    public struct Override: Equatable, Sendable {
        /// The path of the key.
        public let path: String
        /// The value as YAML.
        public let value: String
        /// The option that sets the key; nil for `--set`.
        public let option: String?
        /// The location, as messages name it.
        public let place: SettingLocation
        let layer: SettingsLayer

        /// Makes an override of a key path and a YAML value.
        ///
        /// - Parameter option: the option that sets the key, such as "--rounds"; nil for `--set`.
        public init(_ path: String, _ value: String, option: String? = nil) {
            (self.path, self.value, self.option) = (path, value, option)
            place = option.map { SettingLocation("command line \($0)") } ?? .commandLine(set: path)
            layer = SettingsLayer(.commandLine, option ?? "--set")
        }

        /// Whether the override removes the key.
        public var isNull: Bool { ["null", "~"].contains(value) }

        /// Makes the override of `--seed`: the only seed of a comparison, or the seed of a run.
        ///
        /// - Parameter isComparison: whether the command runs the comparison, if there is one.
        public static func seed(_ seed: UInt64, isComparison: Bool) -> Override {
            isComparison
                ? Override("compare.seeds", "[\(seed)]", option: "--seed")
                : Override("seed", "\(seed)", option: "--seed")
        }

        /// This override for a file without a comparison: the only seed of a comparison is that of
        /// the run.
        var withoutComparison: Override {
            guard place == SettingLocation("command line --seed"), isAboutComparison else {
                return self
            }
            return Override("seed", value.filter { !"[]".contains($0) }, option: "--seed")
        }

        /// Whether the override changes `compare`, and not the scenario itself.
        public var isAboutComparison: Bool { path == "compare" || path.hasPrefix("compare.") }

        func apply(to tree: inout LayeredTree) throws(SettingsError) {
            try tree.set(path, to: value, place: place, as: layer)
        }
    }

    /// One run: a variant with one seed.
    public struct ConfiguredRun: Sendable {
        /// The name of variant and cell in messages.
        public var name: String {
            ([variant] + cell.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
        }
        /// The variant's name; "base" outside comparisons.
        public let variant: String
        /// The values of the grid for this run; empty without a grid.
        public let cell: [GridValue]
        /// The values that the seed of this run draws; empty without `draw`.
        public internal(set) var drawn: [GridValue] = []
        /// The label of the variant in figures and tables of the report; nil for its name.
        public internal(set) var label: String?
        /// The name of the study; nil in a file without studies.
        public internal(set) var study: String?
        /// The settings of the run.
        public let scenario: Scenario
        /// The settings as a file with every default. Reading it gives the same run, and equal runs
        /// have equal texts.
        public let resolved: String
        /// `resolved` with comments that name the layers of values.
        public let resolvedWithLayers: String
        /// Warnings about the settings.
        public internal(set) var warnings: [Diagnostic]
        let tree: LayeredTree
        let fileName: String

        fileprivate init(
            _ variant: String, _ cell: [GridValue], _ tree: LayeredTree, fileName: String,
            warnings: [Diagnostic]
        ) throws(SettingsError) {
            let loaded = try tree.effective.load(otherNames: namesElsewhere) {
                Scenario($0, fileName: fileName)
            }
            (self.variant, self.cell, self.tree) = (variant, cell, tree)
            self.fileName = fileName
            (scenario, resolved) = (loaded.value, loaded.resolved)
            resolvedWithLayers = loaded.resolvedWithLayers
            self.warnings = warnings + loaded.warnings
        }

        /// Returns the value of a key as it was written; nil if it has its default.
        package func value(of path: String) -> String? {
            tree.effective.node(path)?.flowText
        }

        /// Returns the location of a key, for errors that are only found with the data.
        public func place(of path: String) -> SettingLocation? { tree.effective.place(of: path) }
    }

    /// Reads the text of a scenario file.
    ///
    /// - Parameters:
    ///   - file: its path, for messages and for relative paths inside.
    ///   - workingFolder: the folder at which relative paths of the command line start.
    ///   - dataFolder: the folder that has all files of the scenario, under the last names of
    ///     their paths; nil if they are where the scenario says.
    ///   - overrides: the changes of the command line, in order.
    public init(
        text: String, file: String, workingFolder: String, dataFolder: String? = nil,
        overrides: [Override] = []
    ) throws(SettingsError) {
        var written = try SettingsTree(yaml: text, file: file, workingFolder: workingFolder)
        written.dataFolder = dataFolder
        var whole = LayeredTree(written)
        let isComparison = written.remove("compare")?.isNull == false
        self.overrides = isComparison ? overrides : overrides.map(\.withoutComparison)
        var base = LayeredTree(written)
        for override in self.overrides {
            try override.apply(to: &whole)
            if !override.isAboutComparison { try override.apply(to: &base) }
        }
        var changed = whole.effective
        // The command line removes the comparison with null.
        compare = changed.remove("compare").flatMap { $0.isNull ? nil : $0 }
        commandLineWarnings = Self.setTwice(whole)
        (self.written, self.base, self.file) = (written, base, file)
    }

    // Values of the command line over which a later option of the command line wins.
    private static func setTwice(_ tree: LayeredTree) -> [Diagnostic] {
        tree.lostValues().map { lost in
            let value = lost.value.text.map { ", \(shown($0))," } ?? ""
            return Diagnostic(
                place: lost.value.place, severity: .warning,
                Mismatch(
                    lost.path, expected: "one value on the command line", found: "a later one",
                    effect: "this value\(value) has no effect", advice: "leave one of them out"))
        }
    }

    /// Whether the file has a comparison.
    public var isComparison: Bool { compare != nil }

    /// Returns the base scenario, which `hyperfed run` runs.
    public func baseRun() throws(SettingsError) -> ConfiguredRun {
        var run = try run("base", [], base, warnings: commandLineWarnings)
        // A variant may use a key that the base scenario does not use.
        if isComparison { run.warnings.removeAll(where: \.isAboutUnusedKey) }
        return run
    }

    /// Returns all runs of the comparison, study by study.
    public func comparison() throws(SettingsError) -> [ConfiguredRun] {
        try studies().flatMap(\.runs)
    }

    /// Checks the base scenario and all comparisons, in full and with `--quick`.
    ///
    /// - Returns: the run of `hyperfed run`, the studies of `hyperfed compare`, and its
    ///   studies with `--quick`, which are empty without `quick`.
    public func validate() throws(SettingsError)
        -> (base: ConfiguredRun, studies: [Study], quick: [Study])
    {
        var mistakes = Mistakes()
        var base: ConfiguredRun?
        var found: (studies: [Study], quick: [Study]) = ([], [])
        do { base = try baseRun() } catch { mistakes.add(error) }
        do { found.studies = try studies() } catch { mistakes.add(error) }
        do { found.quick = try quickStudies() } catch { mistakes.add(error) }
        try mistakes.end()
        if let base { return (base, found.studies, found.quick) }
        return (try baseRun(), found.studies, found.quick)
    }

    /// Returns whether the command line sets this key.
    func isOnCommandLine(_ path: String) -> Bool { overrides.contains { $0.path == path } }

    /// The location of the seeds of runs, for messages.
    var seedsPlace: SettingLocation { SettingLocation("\(file): compare.seeds") }

    /// Reads the settings of one run.
    ///
    /// - Parameters:
    ///   - isQuick: whether the name of the run gets the ending "-quick".
    ///   - warnings: the warnings in front of the run's own.
    func run(
        _ variant: String, _ cell: [GridValue], _ tree: LayeredTree, isQuick: Bool = false,
        warnings: [Diagnostic] = []
    ) throws(SettingsError) -> ConfiguredRun {
        var tree = tree
        if isQuick {
            let given = tree.effective.node("name")
            let name = (given?.text ?? Scenario.stem(of: file)) + "-quick"
            let place = given?.place ?? SettingLocation("\(file): compare.quick")
            let node = SettingsNode(.scalar(text: name, quoted: true), place: place)
            try tree.apply(
                SettingsNode(
                    .mapping([.init(key: "name", place: place, value: node)]), place: place),
                as: SettingsLayer(.quickSet, "--quick"))
        }
        return try ConfiguredRun(variant, cell, tree, fileName: file, warnings: warnings)
    }
}
