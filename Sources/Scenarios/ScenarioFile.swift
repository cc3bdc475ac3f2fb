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

    /// A key that the command line sets.
    public struct Override: Sendable {
        let path: String
        let value: String
        let place: Place

        /// A dotted key and a YAML value.
        ///
        /// - Parameter option: the option that stands for it, such as "--rounds"; nil for `--set`.
        public init(_ path: String, _ value: String, option: String? = nil) {
            self.path = path
            self.value = value
            place = option.map { Place("command line \($0)") } ?? .commandLine(set: path)
        }

        var isAboutComparison: Bool { path == "compare" || path.hasPrefix("compare.") }
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
        public let warnings: [Diagnostic]
        private let tree: SettingsTree

        fileprivate init(
            _ variant: String, _ cell: [GridValue], _ tree: SettingsTree, fileName: String,
            warnings: [Diagnostic]
        ) throws(SettingsError) {
            let loaded = try tree.load { Scenario($0, fileName: fileName) }
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
        for override in overrides {
            try base.set(override.path, to: override.value, place: override.place)
        }
        compare = base.remove("compare")
        _ = written.remove("compare")
        self.written = written
        self.overrides = overrides
        self.file = file
    }

    /// Whether the file has a comparison.
    public var isComparison: Bool { compare != nil }

    /// The base scenario: what `run` runs.
    public func baseRun() throws(SettingsError) -> Run { try run("base", [], base) }

    /// All runs of the comparison, study by study.
    public func comparison() throws(SettingsError) -> [Run] { try studies().flatMap(\.runs) }

    /// Checks everything: the base scenario and, where there are some, the comparisons, in full and
    /// as `--quick` has them.
    ///
    /// - Returns: what `compare` runs, and what it runs with `--quick`; none where it has no quick.
    public func validate() throws(SettingsError) -> (studies: [Study], quick: [Study]) {
        var mistakes = Mistakes()
        var found: (studies: [Study], quick: [Study]) = ([], [])
        do { _ = try baseRun() } catch { mistakes.add(error) }
        do { found.studies = try studies() } catch { mistakes.add(error) }
        do { found.quick = try quickStudies() } catch { mistakes.add(error) }
        try mistakes.end()
        return found
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
