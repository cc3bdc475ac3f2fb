import Settings

/// How the runs of a study follow from its definition.
extension ScenarioFile {
    /// Makes all runs of a study: applies the layers, checks the shadowing, reads the settings.
    func runs(_ plan: StudyDefinition, _ isQuick: Bool) throws(SettingsError) -> [ConfiguredRun] {
        var mistakes = Mistakes()
        mistakes.add(seeds(inVariantsOf: plan))
        let arms = try arms(plan)
        let shadowing = ShadowRule.diagnostics(arms, study: plan.name)
        mistakes.add(shadowing.filter { $0.severity == .error })
        let warnings =
            commandLineWarnings + shadowing.filter { $0.severity == .warning }
            + FolderNames.warnings(plan.variants.map { ($0.name, $0.overrides?.place) })
        var keys = KeysOfOtherKinds(overrides)
        var runs: [ConfiguredRun] = []
        for arm in arms {
            do {
                var made = try keys.run(arm) { (tree) throws(SettingsError) -> ConfiguredRun in
                    try run(arm.variant, arm.cell, tree, isQuick: isQuick, warnings: warnings)
                }
                made.study = plan.name
                made.label = plan.labels[arm.variant]
                made.drawn = arm.seed.flatMap { plan.draws?.values(seed: $0) } ?? []
                runs.append(made)
            } catch {
                mistakes.add(error)
            }
        }
        mistakes.add(keys.errors(of: arms))
        try mistakes.end()
        for index in runs.indices { runs[index].warnings += keys.warnings }
        return Self.compared(runs, plan)
    }

    /// Applies the layers of each run: the weakest first, the command line last.
    private func arms(_ plan: StudyDefinition) throws(SettingsError) -> [Arm] {
        var start = LayeredTree(written)
        for (layer, node) in plan.changes { try start.apply(node, as: layer) }
        var arms: [Arm] = []
        for variant in plan.variants {
            for cell in plan.grid?.cells ?? [[]] {
                for seed in plan.seeds.map({ $0 as [UInt64?] }) ?? [nil] {
                    arms.append(try arm(plan, variant, cell, seed, start))
                }
            }
        }
        return arms
    }

    private func arm(
        _ plan: StudyDefinition, _ variant: (name: String, overrides: SettingsNode?),
        _ cell: [GridValue],
        _ seed: UInt64?, _ start: LayeredTree
    ) throws(SettingsError) -> Arm {
        var tree = start
        if let seed { try plan.draws?.apply(to: &tree, seed: seed) }
        if let overrides = variant.overrides {
            try tree.apply(overrides, as: .variant(variant.name))
        }
        let grid = SettingsLayer(.cell, "compare.grid")
        for value in cell {
            try tree.set(value.key, to: value.value, place: value.place, as: grid)
        }
        if let seed {
            let seeds = SettingsLayer(.seed, "compare.seeds")
            try tree.set("seed", to: String(seed), place: seedsPlace, as: seeds)
        }
        let below = tree
        for override in overrides where !override.isAboutComparison {
            try override.apply(to: &tree)
        }
        return Arm(
            variant: variant.name, cell: cell, seed: seed, tree: tree, withoutCommandLine: below)
    }

    /// Returns an error for each variant that sets the seed, which the comparison gives to runs.
    private func seeds(inVariantsOf plan: StudyDefinition) -> [Diagnostic] {
        plan.variants.compactMap { name, overrides in
            guard let entry = overrides?.entries?.first(where: { $0.key == "seed" }) else {
                return nil
            }
            return Diagnostic(
                place: entry.value.place,
                Mismatch(
                    "compare.variants.\(shown(name))", expected: "seeds in compare.seeds only",
                    found: "a seed of this variant", advice: "move it to compare.seeds"))
        }
    }

    /// Completes the warnings of a study's runs: keys that no run uses, and runs that are equal.
    private static func compared(_ runs: [ConfiguredRun], _ plan: StudyDefinition)
        -> [ConfiguredRun]
    {
        let equal = equalRuns(runs, plan)
        return runs.map { run in
            var run = run
            run.warnings.removeAll { warning in
                guard warning.isAboutUnusedKey, let place = warning.place else { return false }
                return runs.contains { other in
                    other.tree.effective.has(place)
                        && !other.warnings.contains { $0.isAboutUnusedKey && $0.place == place }
                }
            }
            run.warnings += equal
            return run
        }
    }

    private static func equalRuns(_ runs: [ConfiguredRun], _ plan: StudyDefinition) -> [Diagnostic]
    {
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
            let equal = Diagnostic(
                place: place, severity: .warning,
                Mismatch(
                    "compare", expected: "runs with different settings",
                    found: "the same in '\(shown(name))' and '\(shown(run.name))'",
                    effect: "their results are equal", advice: "leave one of them out"))
            if name != run.name, !found.contains(equal) { found.append(equal) }
        }
        return found
    }
}
