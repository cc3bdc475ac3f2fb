public import Settings

extension ScenarioFile {
    /// A comparison whose runs are checked: the file's, or one of its studies.
    public struct Study: Sendable {
        /// The name of the study, and of its folder; nil in a file without studies.
        public let name: String?
        /// Variant by variant, inside cell by cell of the grid, inside seed by seed.
        public internal(set) var runs: [Run]
        /// What the others are compared with, if anything.
        public let baseline: Baseline?
    }

    /// The variant that others are compared with.
    public struct Baseline: Sendable {
        /// Its name.
        public let variant: String
        /// The share of its best value that rounds are counted to, if they are.
        public let target: Double?
        /// Where it is named.
        public let place: Place
    }

    /// Everything that makes a study but its runs.
    struct Plan {
        let name: String?
        /// Applied to the scenario in this order, all below the variants.
        var changes: [SettingsNode]
        var seeds: [UInt64]?
        var grid: Grid?
        var draws: SeedDraws?
        var variants: [(name: String, overrides: SettingsNode?)]
    }

    /// The file's comparisons: one for each study, or one alone; all runs are checked before the
    /// first one starts. Without a `compare` section: the base scenario alone.
    ///
    /// - Parameters:
    ///   - names: the studies to run, in file order whatever the order here; nil for all, or for
    ///     those that `quick` names.
    ///   - isQuick: whether `quick` is applied.
    public func studies(named names: [String]? = nil, isQuick: Bool = false) throws(SettingsError)
        -> [Study]
    {
        let words = names?.map {
            ComparisonSection.Word(text: $0, place: Place("command line --study"))
        }
        guard let compare else {
            if isQuick { throw Self.noQuick(nil, "the scenario has no compare section") }
            if let words { _ = try chosen(words, []) }
            return [Study(name: nil, runs: [try baseRun()], baseline: nil)]
        }
        return try studies(words, ComparisonSection(compare), isQuick)
    }

    /// What `--quick` runs; none where nothing says what that is.
    func quickStudies() throws(SettingsError) -> [Study] {
        guard let compare else { return [] }
        let section = try ComparisonSection(compare)
        if section.quick != nil { return try studies(nil, section, true) }
        let own = section.studies.compactMap { name, own in
            own.quick.map { _ in ComparisonSection.Word(text: name, place: own.place) }
        }
        return own.isEmpty ? [] : try studies(own, section, true)
    }

    private func studies(
        _ named: [ComparisonSection.Word]?, _ section: ComparisonSection, _ isQuick: Bool
    ) throws(SettingsError) -> [Study] {
        let words = named ?? (isQuick ? section.quick?.studies : nil)
        guard !section.studies.isEmpty else {
            if let words { _ = try chosen(words, []) }
            return [try study(nil, section, section, isQuick)]
        }
        let unused = section.withoutEffect()
        let selected = try chosen(words, section.studies.map(\.name))
        if isQuick, section.quick == nil {
            for (name, own) in section.studies where selected.contains(name) && own.quick == nil {
                throw Self.noQuick(own.place, "study \(name) has no quick")
            }
        }
        var studies: [Study] = []
        var mistakes = Mistakes()
        for (name, own) in section.studies where selected.contains(name) {
            do {
                var study = try study(name, own, section, isQuick)
                for index in study.runs.indices { study.runs[index].warnings += unused }
                studies.append(study)
            } catch {
                mistakes.add(error)
            }
        }
        try mistakes.end()
        return studies
    }

    private static func noQuick(_ place: Place?, _ reason: String) -> SettingsError {
        SettingsError(
            place,
            "\(reason); --quick needs compare.quick to say what it runs, such as"
                + " 'quick: { seeds: [1], set: { training.rounds: 10 } }'")
    }

    private func chosen(
        _ words: [ComparisonSection.Word]?, _ known: [String]
    ) throws(SettingsError) -> [String] {
        guard let words else { return known }
        for word in words where !known.contains(word.text) {
            let name = shown(word.text)
            guard !known.isEmpty else {
                throw SettingsError(
                    word.place, "there is no study '\(name)': the scenario has no compare.studies")
            }
            let advice = suggestion(for: word.text, among: known).map { "did you mean '\($0)'?" }
            throw SettingsError(
                word.place,
                "there is no study '\(name)'; "
                    + (advice ?? "studies: \(known.joined(separator: ", "))"))
        }
        return words.map(\.text)
    }

    /// A study with what it takes from `compare`.
    private func study(
        _ name: String?, _ own: ComparisonSection, _ shared: ComparisonSection, _ isQuick: Bool
    ) throws(SettingsError) -> Study {
        let sharedChanges = name == nil ? nil : shared.extent.changes
        var plan = Plan(
            name: name, changes: [sharedChanges, own.extent.changes].compactMap { $0 },
            seeds: own.extent.seeds ?? shared.extent.seeds,
            grid: own.extent.grid ?? shared.extent.grid, draws: own.draws ?? shared.draws,
            variants: own.variants ?? shared.variants ?? [("base", nil)])
        if isQuick {
            let (mine, common) = (own.quick?.extent, shared.quick?.extent)
            guard mine != nil || common != nil else {
                throw Self.noQuick(own.place, "compare has no quick")
            }
            plan.changes += [name == nil ? nil : common?.changes, mine?.changes].compactMap { $0 }
            plan.seeds = mine?.seeds ?? common?.seeds ?? plan.seeds
            // A grid for all studies is none for one that has its own.
            plan.grid = mine?.grid ?? own.extent.grid ?? common?.grid ?? plan.grid
        }
        // What the command line says about seeds, it says about every study's.
        if placeOnCommandLine("compare.seeds") != nil { plan.seeds = shared.extent.seeds }
        if let draws = plan.draws { try draws.check(seeds: plan.seeds, grid: plan.grid) }
        let runs = try runs(plan, isQuick)
        return Study(
            name: name, runs: runs,
            baseline: try baseline(
                own.baseline ?? shared.baseline, own.target ?? shared.target, plan, runs))
    }

    /// What a seed draws comes before what a variant or a cell changes.
    private func runs(_ plan: Plan, _ isQuick: Bool) throws(SettingsError) -> [Run] {
        let start = try base(with: plan.changes)
        var mistakes = try conflicts(in: plan)
        var arms: [Arm] = []
        for variant in plan.variants {
            for cell in plan.grid?.cells ?? [[]] {
                for seed in plan.seeds.map({ $0 as [UInt64?] }) ?? [nil] {
                    let tree = try tree(plan, variant, cell, seed, from: start, &mistakes)
                    arms.append(Arm(variant: variant.name, cell: cell, tree: tree))
                }
            }
        }
        let warnings =
            try commandLineWarnings + withoutEffect(in: plan, start, arms)
            + FolderNames.warnings(plan.variants.map { ($0.name, $0.overrides?.place) })
        var runs: [Run] = []
        for arm in arms {
            do {
                runs.append(
                    try run(arm.variant, arm.cell, arm.tree, isQuick: isQuick, warnings: warnings))
            } catch {
                mistakes.add(error)
            }
        }
        try mistakes.end()
        return Self.compared(runs, plan)
    }

    private func tree(
        _ plan: Plan, _ variant: (name: String, overrides: SettingsNode?), _ cell: [GridValue],
        _ seed: UInt64?, from start: SettingsTree, _ mistakes: inout Mistakes
    ) throws(SettingsError) -> SettingsTree {
        var tree = start
        if let seed { try plan.draws?.apply(to: &tree, seed: seed) }
        if let overrides = variant.overrides { try tree.merge(overrides) }
        if let lost = plan.draws?.lost(in: tree) {
            mistakes.add(
                variant.overrides?.place,
                "variant \(variant.name) replaces \(lost), which each seed draws; leave it out of"
                    + " one of them")
        }
        for value in cell { try tree.set(value.key, to: value.value, place: value.place) }
        if let seed { try tree.set("seed", to: String(seed), place: seedsPlace) }
        return tree
    }

    private func baseline(
        _ word: ComparisonSection.Word?, _ target: (value: Double, place: Place)?, _ plan: Plan,
        _ runs: [Run]
    ) throws(SettingsError) -> Baseline? {
        guard let word else {
            guard let target else { return nil }
            throw SettingsError(
                target.place,
                "target is a share of the baseline's best value, but no variant is the baseline;"
                    + " name one, such as 'baseline: \(plan.variants[0].name)'")
        }
        let names = plan.variants.map(\.name)
        let study = plan.name.map { "study \($0)" } ?? "compare"
        guard names.contains(word.text) else {
            let advice = suggestion(for: word.text, among: names).map { "did you mean '\($0)'?" }
            throw SettingsError(
                word.place,
                "baseline is the name of a variant, and \(study) has no variant"
                    + " '\(shown(word.text))'; "
                    + (advice ?? "variants: \(names.joined(separator: ", "))"))
        }
        guard names.count > 1 else {
            throw SettingsError(
                word.place,
                "\(study) has no variant but the baseline; give it others to compare with it")
        }
        if let blind = runs.first(where: { $0.scenario.evaluation.every == 0 }) {
            throw SettingsError(
                word.place,
                "a baseline compares evaluations, but evaluation.every is 0 in \(blind.name);"
                    + " leave it at 1, or take baseline away")
        }
        return Baseline(variant: word.text, target: target?.value, place: word.place)
    }
}
