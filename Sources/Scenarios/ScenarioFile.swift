public import Settings

/// A scenario file, read but not yet turned into runs: its base scenario, or the variants and seeds
/// of its comparison.
public struct ScenarioFile: Sendable {
    private var base: SettingsTree
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
        for override in overrides {
            try base.set(override.path, to: override.value, place: override.place)
        }
        compare = base.remove("compare")
        self.file = file
    }

    /// Whether the file has a comparison.
    public var isComparison: Bool { compare != nil }

    /// The base scenario: what `run` runs.
    public func baseRun() throws(SettingsError) -> Run { try run("base", [], base) }

    /// All runs of the comparison, variant by variant, inside cell by cell of the grid, inside seed by
    /// seed; all checked before the first one starts. Without a `compare` section: the base scenario alone.
    /// What a seed draws comes before what a variant or a cell changes.
    public func comparison() throws(SettingsError) -> [Run] {
        let section = try compareSection()
        var runs: [Run] = []
        for variant in section.variants {
            for cell in section.cells {
                for seed in section.seeds {
                    var tree = base
                    if let seed { try section.draws.apply(to: &tree, seed: seed) }
                    if let overrides = variant.overrides { try tree.merge(overrides) }
                    for value in cell {
                        try tree.set(value.key, to: value.value, place: value.place)
                    }
                    if let seed {
                        try tree.set(
                            "seed", to: String(seed), place: Place("\(file): compare.seeds"))
                    }
                    runs.append(try run(variant.name, cell, tree))
                }
            }
        }
        return runs
    }

    /// Checks everything: the base scenario and, where there is one, the comparison.
    public func validate() throws(SettingsError) -> [Run] {
        let base = try baseRun()
        return isComparison ? try comparison() : [base]
    }

    /// The place of a key, for mistakes that only show when the data are there.
    public func place(of path: String) -> Place? { base.node(path)?.place }

    private func run(
        _ variant: String, _ cell: [GridValue], _ tree: SettingsTree
    ) throws(SettingsError) -> Run {
        let loaded = try tree.load { Scenario($0, fileName: file) }
        return Run(
            variant: variant, cell: cell, scenario: loaded.value, resolved: loaded.resolved,
            warnings: loaded.warnings)
    }
}
