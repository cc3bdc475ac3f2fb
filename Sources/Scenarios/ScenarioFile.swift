public import Settings

/// A scenario file, read but not yet turned into runs: its base scenario, or the variants and seeds
/// of its comparison.
public struct ScenarioFile: Sendable {
    private var base: SettingsTree
    /// The base scenario without what the command line changes.
    private let written: SettingsTree
    let overrides: [Override]
    let compare: SettingsNode?
    private let file: String
    /// What the command line sets and then sets again.
    private let setAgain: [Diagnostic]

    /// A key that the command line sets.
    public struct Override: Sendable {
        /// The dotted key.
        public let path: String
        let value: String
        /// The option that it comes from.
        public let place: Place

        /// A dotted key and a YAML value.
        ///
        /// - Parameter option: the option that stands for it, such as "--rounds"; nil for `--set`.
        public init(_ path: String, _ value: String, option: String? = nil) {
            self.path = path
            self.value = value
            place = option.map { Place("command line \($0)") } ?? .commandLine(set: path)
        }

        /// Whether it takes a key away.
        public var isNull: Bool { ["null", "~"].contains(value) }

        /// `--seed`: the only seed of a comparison, or the seed of a run.
        ///
        /// - Parameter isComparison: whether the scenario's comparison is wanted, if it has one.
        public static func seed(_ seed: UInt64, isComparison: Bool) -> Override {
            isComparison
                ? Override("compare.seeds", "[\(seed)]", option: "--seed")
                : Override("seed", "\(seed)", option: "--seed")
        }

        /// The same where there is no comparison: its only seed is the seed of the run.
        var withoutComparison: Override {
            guard place == Place("command line --seed"), isAboutComparison else { return self }
            return Override("seed", value.filter { !"[]".contains($0) }, option: "--seed")
        }

        /// Whether it changes the comparison, and not the scenario.
        public var isAboutComparison: Bool { path == "compare" || path.hasPrefix("compare.") }
    }

    /// One run: a variant with one seed.
    public struct Run: Sendable {
        /// The name of variant and cell: the folder's.
        public var name: String {
            ([variant] + cell.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
        }
        /// The variant's name; "base" outside comparisons.
        public let variant: String
        /// What the comparison's grid sets for this run; empty without a grid.
        public let cell: [GridValue]
        /// Its settings.
        public let scenario: Scenario
        /// The settings as a file, with every default filled in; reading it gives the same run.
        public let resolved: String
        /// What is legal but odd.
        public internal(set) var warnings: [Diagnostic]
        let tree: SettingsTree

        fileprivate init(
            _ variant: String, _ cell: [GridValue], _ tree: SettingsTree, fileName: String,
            warnings: [Diagnostic]
        ) throws(SettingsError) {
            let loaded = try tree.load(otherNames: namesElsewhere) {
                Scenario($0, fileName: fileName)
            }
            (self.variant, self.cell, self.tree) = (variant, cell, tree)
            (scenario, resolved) = (loaded.value, loaded.resolved)
            self.warnings = warnings + loaded.warnings
        }

        /// The place of a key, for mistakes that only show when the data are there.
        public func place(of path: String) -> Place? { tree.node(path)?.place }
    }

    /// Reads the text of a scenario file.
    ///
    /// - Parameters:
    ///   - file: its path, for messages and for relative paths inside.
    ///   - workingFolder: the folder that relative paths of the command line start from.
    ///   - overrides: what the command line changes, in order; variants of a comparison come on
    ///     top.
    public init(
        text: String, file: String, workingFolder: String, overrides: [Override] = []
    ) throws(SettingsError) {
        base = try SettingsTree(yaml: text, file: file, workingFolder: workingFolder)
        var written = base
        let isComparison = base.node("compare")?.isNull == false
        self.overrides = isComparison ? overrides : overrides.map(\.withoutComparison)
        for override in self.overrides {
            try base.set(override.path, to: override.value, place: override.place)
        }
        setAgain = try Self.setAgain(by: self.overrides, base)
        // Null is how the command line takes a key away.
        compare = base.remove("compare").flatMap { $0.isNull ? nil : $0 }
        _ = written.remove("compare")
        self.written = written
        self.file = file
    }

    /// Whether the file has a comparison.
    public var isComparison: Bool { compare != nil }

    /// The base scenario: what `run` runs.
    public func baseRun() throws(SettingsError) -> Run {
        var run = try run("base", [], base, warnings: setAgain)
        // What the base does not use, a variant may.
        if isComparison { run.warnings.removeAll(where: \.isAboutUnusedKey) }
        return run
    }

    /// All runs of the comparison, study by study.
    public func comparison() throws(SettingsError) -> [Run] { try studies().flatMap(\.runs) }

    /// Checks everything: the base scenario and, where there are some, the comparisons, in full and
    /// as `--quick` has them.
    ///
    /// - Returns: what `run` runs; what `compare` runs; and what it runs with `--quick`, none where
    ///   it has no quick.
    public func validate() throws(SettingsError)
        -> (base: Run, studies: [Study], quick: [Study])
    {
        var mistakes = Mistakes()
        var base: Run?
        var found: (studies: [Study], quick: [Study]) = ([], [])
        do { base = try baseRun() } catch { mistakes.add(error) }
        do { found.studies = try studies() } catch { mistakes.add(error) }
        do { found.quick = try quickStudies() } catch { mistakes.add(error) }
        try mistakes.end()
        if let base { return (base, found.studies, found.quick) }
        return (try baseRun(), found.studies, found.quick)
    }

    /// The base scenario with further changes, over which the command line has the last word.
    func base(with changes: [SettingsNode]) throws(SettingsError) -> SettingsTree {
        guard !changes.isEmpty else { return base }
        var tree = written
        for change in changes { try tree.merge(change) }
        for override in overrides where !override.isAboutComparison {
            try tree.set(override.path, to: override.value, place: override.place)
        }
        return tree
    }

    /// Where the command line sets this key, if it does.
    func placeOnCommandLine(_ path: String) -> Place? {
        overrides.last { $0.path == path }?.place
    }

    /// What every run is warned of: values that the command line sets and then sets again.
    var commandLineWarnings: [Diagnostic] { setAgain }

    var seedsPlace: Place { Place("\(file): compare.seeds") }

    /// - Parameters:
    ///   - isQuick: whether the name says that this is not a run of the full comparison.
    ///   - warnings: come before its own.
    func run(
        _ variant: String, _ cell: [GridValue], _ tree: SettingsTree, isQuick: Bool = false,
        warnings: [Diagnostic] = []
    ) throws(SettingsError) -> Run {
        var tree = tree
        if isQuick {
            let given = tree.node("name")
            let name = (given?.text ?? Scenario.stem(of: file)) + "-quick"
            let place = given?.place ?? Place("\(file): compare.quick")
            let node = SettingsNode(.scalar(text: name, quoted: true), place: place)
            try tree.merge(
                SettingsNode(
                    .mapping([.init(key: "name", place: place, value: node)]), place: place))
        }
        return try Run(variant, cell, tree, fileName: file, warnings: warnings)
    }
}
