public import Settings

extension ScenarioFile {
    /// A comparison with checked runs: the one of the file, or one of its studies.
    public struct Study: Sendable {
        /// The name of the study, and of its folder; nil in a file without studies.
        public let name: String?
        /// Variant by variant, inside cell by cell of the grid, inside seed by seed.
        public internal(set) var runs: [ConfiguredRun]
        /// The variant that the others are compared with, if there is one.
        public let baseline: Baseline?
    }

    /// The variant that others are compared with.
    public struct Baseline: Sendable {
        /// The name of the variant.
        public let variant: String
        /// The share of the baseline's best value to which rounds are counted; nil for none.
        public let target: Double?
        /// The location of the name.
        public let place: SettingLocation
    }

    /// The definition of a study, from which its runs are made.
    struct StudyDefinition {
        let name: String?
        /// The changes of `set`, from the weakest to the strongest.
        var changes: [(layer: SettingsLayer, node: SettingsNode)]
        var seeds: [UInt64]?
        var grid: Grid?
        var draws: SeedDraws?
        var variants: [(name: String, overrides: SettingsNode?)]
        /// The labels of variants that have one, by name.
        var labels: [String: String] = [:]
    }

    /// Returns the comparisons of the file: one for each study, or one alone. Without a `compare`
    /// section, the only run is the base scenario. All settings are checked.
    ///
    /// - Parameters:
    ///   - names: the studies to run; nil for all, or for those that `quick` names. The result is
    ///     always in file order.
    ///   - isQuick: whether `quick` is applied.
    public func studies(named names: [String]? = nil, isQuick: Bool = false) throws(SettingsError)
        -> [Study]
    {
        let words = names?.map {
            ComparisonSection.LocatedText(text: $0, place: SettingLocation("command line --study"))
        }
        guard let compare else {
            if isQuick { throw Self.noQuick(nil, "no section compare") }
            if let words { _ = try chosen(words, []) }
            return [Study(name: nil, runs: [try baseRun()], baseline: nil)]
        }
        return try studies(words, ComparisonSection(compare), isQuick)
    }

    /// Returns the studies of `--quick`; none if there is no `quick`.
    func quickStudies() throws(SettingsError) -> [Study] {
        guard let compare else { return [] }
        let section = try ComparisonSection(compare)
        if section.quick != nil { return try studies(nil, section, true) }
        let own = section.studies.compactMap { name, own in
            own.quick.map { _ in ComparisonSection.LocatedText(text: name, place: own.place) }
        }
        return own.isEmpty ? [] : try studies(own, section, true)
    }

    private func studies(
        _ named: [ComparisonSection.LocatedText]?, _ section: ComparisonSection, _ isQuick: Bool
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
                throw Self.noQuick(own.place, "none, also not in study \(name)")
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

    private static func noQuick(_ place: SettingLocation?, _ found: String) -> SettingsError {
        SettingsError(
            place,
            Mismatch(
                "--quick", expected: "compare.quick", found: found,
                advice: "add 'quick: { seeds: [1], set: { training.rounds: 10 } }' to compare"))
    }

    private func chosen(
        _ words: [ComparisonSection.LocatedText]?, _ known: [String]
    ) throws(SettingsError) -> [String] {
        guard let words else { return known }
        for word in words where !known.contains(word.text) {
            let isOption = word.place.file == nil
            throw SettingsError(
                word.place,
                unknownName(
                    word.text, isOption ? "--study" : "compare.quick.studies", among: known,
                    "a study of compare.studies"))
        }
        return words.map(\.text)
    }

    /// Makes a study of its own keys and of those that `compare` gives to all studies.
    private func study(
        _ name: String?, _ own: ComparisonSection, _ shared: ComparisonSection, _ isQuick: Bool
    ) throws(SettingsError) -> Study {
        let path = name.map { "compare.studies.\(shown($0))" } ?? "compare"
        var changes: [(layer: SettingsLayer, node: SettingsNode)] = []
        func add(_ node: SettingsNode?, _ kind: SettingsLayer.Kind, _ name: String) {
            if let node { changes.append((SettingsLayer(kind, name), node)) }
        }
        if name != nil { add(shared.extent.changes, .compareSet, "compare.set") }
        add(own.extent.changes, name == nil ? .compareSet : .studySet, "\(path).set")
        var plan = StudyDefinition(
            name: name, changes: [],
            seeds: own.extent.seeds ?? shared.extent.seeds,
            grid: own.extent.grid ?? shared.extent.grid, draws: own.draws ?? shared.draws,
            variants: own.variants ?? shared.variants ?? [("base", nil)],
            labels: own.variants == nil ? shared.labels : own.labels)
        if isQuick {
            let (mine, common) = (own.quick?.extent, shared.quick?.extent)
            guard mine != nil || common != nil else {
                throw Self.noQuick(own.place, "none")
            }
            if name != nil { add(common?.changes, .quickSet, "compare.quick.set") }
            add(mine?.changes, .quickSet, "\(path).quick.set")
            plan.seeds = mine?.seeds ?? common?.seeds ?? plan.seeds
            // The own grid of a study comes before the quick grid of all studies.
            plan.grid = mine?.grid ?? own.extent.grid ?? common?.grid ?? plan.grid
        }
        plan.changes = changes
        // Seeds of the command line replace those of every study.
        if isOnCommandLine("compare.seeds") { plan.seeds = shared.extent.seeds }
        try plan.draws?.check(seeds: plan.seeds)
        let runs = try runs(plan, isQuick)
        return Study(
            name: name, runs: runs,
            baseline: try baseline(
                own.baseline ?? shared.baseline, own.target ?? shared.target, plan, runs))
    }

    private func baseline(
        _ word: ComparisonSection.LocatedText?, _ target: (value: Double, place: SettingLocation)?,
        _ plan: StudyDefinition,
        _ runs: [ConfiguredRun]
    ) throws(SettingsError) -> Baseline? {
        let names = plan.variants.map(\.name)
        let section = plan.name.map { "compare.studies.\(shown($0))" } ?? "compare"
        guard let word else {
            guard let target else { return nil }
            throw SettingsError(
                target.place,
                Mismatch(
                    "\(section).target", expected: "a baseline, to whose best value target refers",
                    found: "no value", advice: "add 'baseline: \(names[0])'"))
        }
        let subject = "\(section).baseline"
        guard names.contains(word.text) else {
            throw SettingsError(
                word.place,
                unknownName(word.text, subject, among: names, "a variant"))
        }
        guard names.count > 1 else {
            throw SettingsError(
                word.place,
                Mismatch(
                    subject, expected: "other variants to compare with it", found: "none",
                    advice: "add variants"))
        }
        if let blind = runs.first(where: { $0.scenario.evaluation.every == 0 }) {
            throw SettingsError(
                word.place,
                Mismatch(
                    subject, expected: "evaluations in all runs",
                    found: "none in \(shown(blind.name)) (evaluation.every is 0)",
                    advice: "set evaluation.every to 1, or remove baseline"))
        }
        return Baseline(variant: word.text, target: target?.value, place: word.place)
    }
}
