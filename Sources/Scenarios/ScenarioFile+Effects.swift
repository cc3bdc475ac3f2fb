import Settings

/// What is set to no effect, since something else in a comparison sets the same key.
extension ScenarioFile {
    /// One run of a study before its settings are read.
    struct Arm {
        let variant: String
        let cell: [GridValue]
        let tree: SettingsTree
    }

    /// What the command line sets and then sets again, once all of it is in this tree.
    static func setAgain(by overrides: [Override], _ base: SettingsTree) throws(SettingsError)
        -> [Diagnostic]
    {
        var found: [Diagnostic] = []
        for override in overrides {
            let leaves = try SettingsTree.leaves(
                of: override.path, override.value, place: override.place)
            for leaf in leaves where !base.holds(leaf) {
                found.append(
                    warning(
                        override.place,
                        "the command line sets \(leaf.path) again later, so this value"
                            + "\(leaf.value.text.map { ", \(shown($0)), " } ?? " ")has no effect;"
                            + " leave one of them out"))
            }
        }
        return found
    }

    /// What the command line, `set` and `draw` set to no effect, because the variants, the grid or
    /// the list of seeds set it, too.
    func withoutEffect(in plan: Plan, _ start: SettingsTree, _ arms: [Arm]) throws(SettingsError)
        -> [Diagnostic]
    {
        var found: [Diagnostic] = []
        for override in overrides where !override.isAboutComparison {
            let leaves = try SettingsTree.leaves(
                of: override.path, override.value, place: override.place)
            // What the start lacks, the command line has set again.
            for leaf in leaves where start.holds(leaf) {
                let lost = arms.filter { !$0.tree.holds(leaf) }
                guard !lost.isEmpty else { continue }
                found.append(
                    Self.warning(override.place, reason(leaf.path, plan, arms, lost)))
            }
        }
        for changes in plan.changes {
            for leaf in try SettingsTree.leaves(of: changes)
            where start.holds(leaf) && arms.allSatisfy({ !$0.tree.holds(leaf) }) {
                found.append(
                    Self.warning(
                        leaf.value.place,
                        "every run of \(plan.title) sets \(leaf.path) itself, so this value has no"
                            + " effect; leave it out"))
            }
        }
        for (key, place) in plan.draws?.unused(in: arms.map(\.tree)) ?? [] {
            found.append(
                Self.warning(
                    place,
                    "every variant of \(plan.title) sets \(key) itself, so the values that seeds"
                        + " draw have no effect; leave it out of the variants or of draw"))
        }
        return found
    }

    /// What sets a key of the command line in these runs.
    private func reason(_ path: String, _ plan: Plan, _ arms: [Arm], _ lost: [Arm]) -> String {
        if path == "seed", plan.seeds != nil {
            return
                "the list of seeds of \(plan.title) sets seed, in place of this value; use --seed"
        }
        if let key = plan.grid?.keys.first(where: { Self.overlap($0, path) }) {
            return "the grid of \(plan.title) sets \(key), in place of this value; change it there"
        }
        if let key = plan.draws?.keys.first(where: { Self.overlap($0, path) }) {
            return "the draw of \(plan.title) sets \(key), in place of this value; change it there"
        }
        var names: [String] = []
        for arm in lost where !names.contains(arm.variant) { names.append(arm.variant) }
        if lost.count == arms.count {
            return "every variant of \(plan.title) sets \(path), or what it belongs to, itself, so"
                + " this value has no effect; change it there"
        }
        return names.count == 1
            ? "variant \(names[0]) of \(plan.title) sets \(path), or what it belongs to, itself;"
                + " this value has an effect on the other variants only"
            : "variants \(names.joined(separator: ", ")) of \(plan.title) set \(path), or what it"
                + " belongs to, themselves; this value has an effect on the other variants only"
    }

    /// Whether one of two dotted paths is in the other.
    private static func overlap(_ one: String, _ other: String) -> Bool {
        func mapping(_ path: String) -> String {
            (path.hasSuffix(".kind") ? String(path.dropLast(5)) : path) + "."
        }
        return mapping(one).hasPrefix(mapping(other)) || mapping(other).hasPrefix(mapping(one))
    }

    /// The runs of a study, warned of what only shows when they are compared: runs that are equal,
    /// and keys that none of them uses.
    static func compared(_ runs: [Run], _ plan: Plan) -> [Run] {
        let equal = equalRuns(runs, plan)
        return runs.map { run in
            var run = run
            run.warnings.removeAll { warning in
                guard warning.isAboutUnusedKey, let place = warning.place else { return false }
                return runs.contains { other in
                    other.tree.has(place)
                        && !other.warnings.contains { $0.isAboutUnusedKey && $0.place == place }
                }
            }
            run.warnings += equal
            return run
        }
    }

    private static func equalRuns(_ runs: [Run], _ plan: Plan) -> [Diagnostic] {
        var first: [String: String] = [:]
        var found: [Diagnostic] = []
        for run in runs {
            guard let name = first[run.resolved] else {
                first[run.resolved] = run.name
                continue
            }
            let place =
                plan.variants.first { $0.name == run.variant }?.overrides?.place
                ?? run.cell.last?.place
            let equal = warning(
                place,
                "'\(shown(name))' and '\(shown(run.name))' have the same settings, so their runs"
                    + " are equal; leave one of them out")
            if name != run.name, !found.contains(equal) { found.append(equal) }
        }
        return found
    }

    private static func warning(_ place: Place?, _ message: String) -> Diagnostic {
        Diagnostic(place: place, severity: .warning, message: message)
    }
}

extension ScenarioFile.Plan {
    /// The study as messages name it.
    var title: String { name.map { "study \($0)" } ?? "compare" }
}

extension ComparisonSection {
    /// What is given for all studies, while each of them has its own.
    func withoutEffect() -> [Diagnostic] {
        let own: [(key: String, isOwn: (ComparisonSection) -> Bool)] = [
            ("seeds", { $0.extent.seeds != nil }), ("grid", { $0.extent.grid != nil }),
            ("draw", { $0.draws != nil }), ("variants", { $0.variants != nil }),
            ("baseline", { $0.baseline != nil }), ("target", { $0.target != nil }),
        ]
        return own.compactMap { key, isOwn in
            guard let place = written.first(where: { $0.key == key })?.place,
                // Seeds of the command line are those of every study.
                key != "seeds" || place.file != nil,
                studies.allSatisfy({ isOwn($0.section) })
            else { return nil }
            return Diagnostic(
                place: place, severity: .warning,
                message: "each study has \(key) of its own, so this has no effect; leave it out")
        }
    }
}
