import Settings

/// The section `compare`, or one of its studies. A key that is not given is nil.
struct ComparisonSection: Sendable {
    /// The keys that `quick` can replace.
    struct Extent: Sendable {
        var seeds: [UInt64]?
        /// `set`: changed keys of the scenario. Variants win over them.
        var changes: SettingsNode?
        var grid: Grid?
    }

    /// `quick`: the keys that replace those of the full comparison with `--quick`.
    struct Quick: Sendable {
        var extent: Extent
        /// The studies to run; nil for all.
        var studies: [LocatedText]?
    }

    /// A name of a variant or a study, with its location.
    struct LocatedText: Sendable {
        let text: String
        let place: SettingLocation
    }

    let place: SettingLocation
    /// The keys that the user wrote, with their locations.
    let written: [(key: String, place: SettingLocation)]
    private(set) var extent = Extent()
    private(set) var draws: SeedDraws?
    private(set) var variants: [(name: String, overrides: SettingsNode?)]?
    /// The labels of variants that have one, by name.
    private(set) var labels: [String: String] = [:]
    private(set) var baseline: LocatedText?
    private(set) var target: (value: Double, place: SettingLocation)?
    private(set) var quick: Quick?
    private(set) var studies: [(name: String, section: ComparisonSection)] = []

    /// Reads `compare` or one study.
    ///
    /// - Parameter studyName: the name of the study; nil for `compare` itself.
    /// - Throws: `SettingsError` for unknown keys and for values of another form.
    init(_ node: SettingsNode, studyName: String? = nil) throws(SettingsError) {
        let isStudy = studyName != nil
        let path = studyName.map { "compare.studies.\(shown($0))" } ?? "compare"
        place = node.place
        written = (node.entries ?? []).map { ($0.key, $0.place) }
        let known = (ComparisonKeys.own + (isStudy ? [] : [ComparisonKeys.studies])).map(\.key)
        var tree = try Self.tree(node, path, known)
        let variants = tree.remove("variants")
        let draw = tree.remove("draw")
        // The command line removes a key with null.
        let quick = tree.remove("quick").flatMap { $0.isNull ? nil : $0 }
        let studies = tree.remove("studies").flatMap { $0.isNull ? nil : $0 }
        extent = try Self.extent(&tree, path)
        baseline = tree.node("baseline").flatMap { node in
            node.text.map { LocatedText(text: $0, place: node.place) }
        }
        let targetPlace = tree.node("target")?.place
        let loaded = try tree.load(at: path) { settings in
            _ = settings.optionalText("baseline", ComparisonKeys.baseline.meaning)
            return settings.optionalNumber(
                "target", in: ComparisonKeys.targetRange, ComparisonKeys.target.meaning)
        }
        if let value = loaded.value, let targetPlace { target = (value, targetPlace) }
        if let draw { draws = try SeedDraws(draw) }
        if let variants {
            let all = try Self.variants(variants)
            self.variants = all.map { ($0.name, $0.overrides) }
            for variant in all { labels[variant.name] = variant.label }
        }
        if let quick { self.quick = try Self.quick(quick, "\(path).quick", isStudy: isStudy) }
        if let studies { self.studies = try Self.studies(studies) }
    }

    /// Throws `SettingsError` if a key of `grid` or `draw` is the seed.
    static func refuseSeed(_ entry: SettingsNode.Entry, in path: String) throws(SettingsError) {
        guard entry.key == "seed" else { return }
        throw SettingsError(
            entry.place,
            Mismatch(
                path, expected: "keys other than seed", found: "seed",
                advice: "list seeds in compare.seeds"))
    }

    /// Makes the tree of a mapping whose keys are all known.
    private static func tree(_ node: SettingsNode, _ path: String, _ known: [String])
        throws(SettingsError) -> SettingsTree
    {
        guard let entries = node.entries else {
            throw node.unexpected(
                path, expected: "a mapping with keys of \(known.joined(separator: ", "))")
        }
        for entry in entries where !known.contains(entry.key) {
            throw SettingsError(
                entry.place, unknownName(entry.key, path, among: known, "a known key"))
        }
        return try SettingsTree(node)
    }

    private static func extent(
        _ tree: inout SettingsTree, _ path: String
    ) throws(SettingsError) -> Extent {
        var extent = Extent()
        if let grid = tree.remove("grid") { extent.grid = try Grid(grid) }
        if let changes = tree.remove("set") {
            guard changes.entries != nil else {
                throw changes.unexpected(
                    "\(path).set",
                    expected: "a mapping of changed keys such as 'training.rounds: 50'")
            }
            extent.changes = changes
        }
        guard let node = tree.remove("seeds") else { return extent }
        let entry = SettingsNode.Entry(key: "seeds", place: node.place, value: node)
        let alone = try SettingsTree(SettingsNode(.mapping([entry]), place: node.place))
        let loaded = try alone.load(at: path) { settings in
            let seeds = settings.unsignedList("seeds", ComparisonKeys.seeds.meaning)
            if seeds.isEmpty, !settings.hasErrors {
                settings.reject("seeds", expected: "one seed or more", found: "none")
            }
            for (index, seed) in seeds.enumerated() where seeds[..<index].contains(seed) {
                settings.reject(
                    "seeds", expected: "each seed once", found: "\(seed) twice",
                    advice: "remove one")
            }
            return seeds
        }
        extent.seeds = loaded.value.isEmpty ? nil : loaded.value
        return extent
    }

    private static func variants(_ node: SettingsNode) throws(SettingsError)
        -> [(name: String, overrides: SettingsNode?, label: String?)]
    {
        let entries = try node.requiredEntries(
            "compare.variants",
            expected: "a mapping of names to changed keys such as"
                + " 'fedavg: { server.scheduler: constant }'")
        try FolderNames.check(entries, "compare.variants")
        var variants: [(name: String, overrides: SettingsNode?, label: String?)] = []
        for entry in entries {
            let (overrides, label) = try VariantLabels.separate(entry)
            variants.append((entry.key, overrides, label))
        }
        try VariantLabels.check(variants.map { ($0.name, $0.label) }, entries)
        return variants
    }

    private static func quick(
        _ node: SettingsNode, _ path: String, isStudy: Bool
    ) throws(SettingsError) -> Quick {
        let known = (ComparisonKeys.ownQuick + (isStudy ? [] : [ComparisonKeys.quickStudies]))
        var tree = try tree(node, path, known.map(\.key))
        guard node.entries?.isEmpty == false else {
            throw SettingsError(
                node.place,
                Mismatch(
                    path,
                    expected: "changes of the comparison such as"
                        + " '{ seeds: [1], set: { training.rounds: 10 } }'", found: "none"))
        }
        var quick = Quick(extent: try extent(&tree, path))
        func refusal(_ node: SettingsNode) -> SettingsError {
            node.unexpected("\(path).studies", expected: "a list of names of studies")
        }
        guard let studies = tree.remove("studies") else { return quick }
        guard case .list(let nodes) = studies.content, !nodes.isEmpty else {
            throw refusal(studies)
        }
        quick.studies = []
        for node in nodes {
            guard let text = node.text else { throw refusal(node) }
            quick.studies?.append(LocatedText(text: text, place: node.place))
        }
        return quick
    }

    private static func studies(_ node: SettingsNode) throws(SettingsError)
        -> [(name: String, section: ComparisonSection)]
    {
        let entries = try node.requiredEntries(
            "compare.studies",
            expected: "a mapping of names to comparisons such as"
                + " 'robustness: { grid: { client.learning_rate: [0.01, 0.1] } }'")
        try FolderNames.check(entries, "compare.studies")
        var studies: [(name: String, section: ComparisonSection)] = []
        for entry in entries {
            studies.append((entry.key, try ComparisonSection(entry.value, studyName: entry.key)))
        }
        return studies
    }
}
