import Settings

/// What a comparison's grid sets for a run.
public struct GridValue: Equatable, Sendable {
    /// The dotted key.
    public let key: String
    /// Its value, as written.
    public let value: String
    let place: Place

    /// Where it was written does not count.
    public static func == (one: GridValue, other: GridValue) -> Bool {
        one.key == other.key && one.value == other.value
    }
}

extension ScenarioFile {
    /// What a `compare` section says.
    struct ComparisonSection {
        var seeds: [Int?] = [nil]
        var draws = SeedDraws()
        var variants: [(name: String, overrides: SettingsNode?)] = [("base", nil)]
        var cells: [[GridValue]] = [[]]
    }

    /// Its seeds, variants and cells; one each that change nothing where it has none.
    func compareSection() throws(SettingsError) -> ComparisonSection {
        var section = ComparisonSection()
        guard let compare else { return section }
        var tree = try SettingsTree(compare)
        let variants = tree.remove("variants")
        if let grid = tree.remove("grid") { section.cells = try Self.cells(grid) }
        let draw = tree.remove("draw")
        if let draw { section.draws = try SeedDraws(draw) }
        let loaded = try tree.load { settings in
            let seeds = settings.integers(
                "seeds", default: [], in: .nonNegative, "seeds of the runs of each variant")
            for (index, seed) in seeds.enumerated() where seeds[..<index].contains(seed) {
                settings.reject("seeds", "seeds has \(seed) twice; each run needs its own")
            }
            return seeds
        }
        if !loaded.value.isEmpty { section.seeds = loaded.value }
        if let draw, loaded.value.isEmpty {
            throw SettingsError(draw.place, "draw is for each of compare.seeds, but there are none")
        }
        guard let variants else { return section }
        guard let entries = variants.entries, !entries.isEmpty else {
            throw SettingsError(diagnostics: [
                Diagnostic(
                    place: variants.place,
                    message: "variants is a mapping of names to changed keys, such as"
                        + " 'fedavg: { server.scheduler: constant }'")
            ])
        }
        for entry in entries where !isFolderName(entry.key) {
            throw SettingsError(diagnostics: [
                Diagnostic(
                    place: entry.place,
                    message:
                        "a variant's name is the name of a folder; this is '\(shown(entry.key))'")
            ])
        }
        section.variants = entries.map { ($0.key, $0.value) }
        return section
    }

    /// All combinations of a grid's values; the last key's change fastest.
    private static func cells(_ grid: SettingsNode) throws(SettingsError) -> [[GridValue]] {
        func mistake(_ place: Place, _ message: String) -> SettingsError {
            SettingsError(diagnostics: [Diagnostic(place: place, message: message)])
        }
        guard let entries = grid.entries, !entries.isEmpty else {
            throw mistake(
                grid.place,
                "grid is a mapping of keys to lists of values, such as"
                    + " 'client.learning_rate: [0.01, 0.1]'")
        }
        var cells: [[GridValue]] = [[]]
        for entry in entries {
            guard entry.key != "seed" else {
                throw mistake(entry.place, "seeds of a comparison stand in compare.seeds")
            }
            guard case .list(let nodes) = entry.value.content, !nodes.isEmpty else {
                throw mistake(
                    entry.value.place,
                    "\(entry.key) in a grid is a list of one value or more; this is"
                        + " \(entry.value.shown)")
            }
            var values: [GridValue] = []
            for node in nodes {
                guard let text = node.text, isFolderName("a \(text)") else {
                    throw mistake(
                        node.place, "a value of a grid is a number or a word; this is \(node.shown)"
                    )
                }
                guard !values.contains(where: { $0.value == text }) else {
                    throw mistake(node.place, "\(entry.key) has \(text) twice in the grid")
                }
                values.append(GridValue(key: entry.key, value: text, place: node.place))
            }
            cells = cells.flatMap { cell in values.map { cell + [$0] } }
        }
        return cells
    }
}
