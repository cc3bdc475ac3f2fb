import Settings

/// `compare`, or one study in it: what it gives itself, and nil for what it leaves to others.
struct ComparisonSection: Sendable {
    /// What a shorter comparison can have in its own way.
    struct Extent {
        var seeds: [UInt64]?
        /// Changed keys of the scenario, below those of the variants.
        var changes: SettingsNode?
        var grid: Grid?
    }

    /// `quick`: what `--quick` puts in the place of the full comparison's.
    struct Quick {
        var extent: Extent
        /// The studies to run; nil for all.
        var studies: [Word]?
    }

    /// A name that stands for something elsewhere, and where it was written.
    struct Word {
        let text: String
        let place: Place
    }

    let place: Place
    /// The keys that it has, with their places.
    let written: [(key: String, place: Place)]
    private(set) var extent = Extent()
    private(set) var draws: SeedDraws?
    private(set) var variants: [(name: String, overrides: SettingsNode?)]?
    private(set) var baseline: Word?
    private(set) var target: (value: Double, place: Place)?
    private(set) var quick: Quick?
    private(set) var studies: [(name: String, section: ComparisonSection)] = []

    /// - Parameter isStudy: whether it is one of the studies, which have no studies themselves.
    init(_ node: SettingsNode, isStudy: Bool = false) throws(SettingsError) {
        place = node.place
        written = (node.entries ?? []).map { ($0.key, $0.place) }
        let known = ["set", "grid", "seeds", "draw", "variants", "baseline", "target", "quick"]
        var tree = try Self.tree(
            node, isStudy ? "a study" : "compare", known + (isStudy ? [] : ["studies"]))
        let variants = tree.remove("variants")
        let draw = tree.remove("draw")
        // Null is how the command line takes a key away.
        let quick = tree.remove("quick").flatMap { $0.isNull ? nil : $0 }
        let studies = tree.remove("studies").flatMap { $0.isNull ? nil : $0 }
        extent = try Self.extent(&tree)
        baseline = tree.node("baseline").flatMap { node in
            node.text.map { Word(text: $0, place: node.place) }
        }
        let targetPlace = tree.node("target")?.place
        let loaded = try tree.load { settings in
            _ = settings.optionalText("baseline", "the variant that others are compared with")
            return settings.optionalNumber(
                "target", in: .positiveUpTo(1),
                "share of the baseline's best value whose rounds are compared")
        }
        if let value = loaded.value, let targetPlace { target = (value, targetPlace) }
        if let draw { draws = try SeedDraws(draw) }
        if let variants { self.variants = try Self.variants(variants) }
        if let quick { self.quick = try Self.quick(quick, isStudy: isStudy) }
        if let studies { self.studies = try Self.studies(studies) }
    }

    /// The tree of a mapping whose keys are all known.
    private static func tree(_ node: SettingsNode, _ name: String, _ known: [String])
        throws(SettingsError) -> SettingsTree
    {
        guard let entries = node.entries else {
            throw SettingsError(
                node.place,
                "\(name) is a mapping of \(known.joined(separator: ", ")); this is \(node.shown)")
        }
        for entry in entries where !known.contains(entry.key) {
            let advice = suggestion(for: entry.key, among: known).map { "did you mean '\($0)'?" }
            throw SettingsError(
                entry.place,
                "unknown key '\(shown(entry.key))' in \(name); "
                    + (advice ?? "known keys: \(known.joined(separator: ", "))"))
        }
        return try SettingsTree(node)
    }

    private static func extent(_ tree: inout SettingsTree) throws(SettingsError) -> Extent {
        var extent = Extent()
        if let grid = tree.remove("grid") { extent.grid = try Grid(grid) }
        if let changes = tree.remove("set") {
            guard changes.entries != nil else {
                throw SettingsError(
                    changes.place,
                    "set is a mapping of changed keys, such as 'training.rounds: 50'; this is"
                        + " \(changes.shown)")
            }
            extent.changes = changes
        }
        guard let node = tree.remove("seeds") else { return extent }
        let entry = SettingsNode.Entry(key: "seeds", place: node.place, value: node)
        let loaded = try SettingsTree(SettingsNode(.mapping([entry]), place: node.place)).load {
            settings in
            let seeds = settings.unsignedList("seeds", "seeds of the runs of each variant")
            if seeds.isEmpty, !settings.hasErrors {
                settings.reject("seeds", "seeds is a list of one seed or more; this is empty")
            }
            for (index, seed) in seeds.enumerated() where seeds[..<index].contains(seed) {
                settings.reject("seeds", "seeds has \(seed) twice; each run needs its own")
            }
            return seeds
        }
        extent.seeds = loaded.value.isEmpty ? nil : loaded.value
        return extent
    }

    private static func variants(_ node: SettingsNode) throws(SettingsError)
        -> [(name: String, overrides: SettingsNode?)]
    {
        guard let entries = node.entries, !entries.isEmpty else {
            throw SettingsError(
                node.place,
                "variants is a mapping of names to changed keys, such as"
                    + " 'fedavg: { server.scheduler: constant }'")
        }
        try FolderNames.check(entries, "a variant's name")
        return entries.map { ($0.key, $0.value) }
    }

    private static func quick(_ node: SettingsNode, isStudy: Bool) throws(SettingsError) -> Quick {
        var tree = try tree(node, "quick", ["seeds", "set", "grid"] + (isStudy ? [] : ["studies"]))
        guard node.entries?.isEmpty == false else {
            throw SettingsError(
                node.place,
                "quick says what --quick runs in place of the full comparison, such as"
                    + " '{ seeds: [1], set: { training.rounds: 10 } }'")
        }
        var quick = Quick(extent: try extent(&tree))
        guard let studies = tree.remove("studies") else { return quick }
        guard case .list(let nodes) = studies.content, !nodes.isEmpty else {
            throw SettingsError(
                studies.place, "studies in quick is a list of names; this is \(studies.shown)")
        }
        quick.studies = []
        for node in nodes {
            guard let text = node.text else {
                throw SettingsError(
                    node.place, "studies in quick is a list of names; this is \(node.shown)")
            }
            quick.studies?.append(Word(text: text, place: node.place))
        }
        return quick
    }

    private static func studies(_ node: SettingsNode) throws(SettingsError)
        -> [(name: String, section: ComparisonSection)]
    {
        guard let entries = node.entries, !entries.isEmpty else {
            throw SettingsError(
                node.place,
                "studies is a mapping of names to comparisons, such as"
                    + " 'robustness: { grid: { client.learning_rate: [0.01, 0.1] } }'")
        }
        try FolderNames.check(entries, "a study's name")
        var studies: [(name: String, section: ComparisonSection)] = []
        for entry in entries {
            studies.append((entry.key, try ComparisonSection(entry.value, isStudy: true)))
        }
        return studies
    }
}
