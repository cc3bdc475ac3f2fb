import Settings

/// What several parts of a comparison set, so that one of them would be lost without a word.
extension ScenarioFile {
    /// Keys of variants that a comparison sets in every run itself.
    func conflicts(in plan: Plan) throws(SettingsError) -> Mistakes {
        var mistakes = Mistakes()
        for (name, overrides) in plan.variants {
            guard let overrides else { continue }
            var own = try SettingsTree(SettingsNode(.mapping([]), place: overrides.place))
            try own.merge(overrides)
            if let seed = own.node("seed") {
                mistakes.add(
                    seed.place, "seeds of a comparison stand in compare.seeds, not in a variant")
            }
            for key in plan.grid?.keys ?? [] {
                guard let place = own.place(setting: key) else { continue }
                mistakes.add(
                    place,
                    "variant \(name) has a \(key) of its own, but the grid sets it in every run;"
                        + " take it out of one of them")
            }
        }
        return mistakes
    }

    /// What the command line sets to no effect, since the comparison sets it in every run.
    func replaced(in plan: Plan) throws(SettingsError) -> [Diagnostic] {
        var own = try SettingsTree(SettingsNode(.mapping([]), place: Place("command line")))
        for override in overrides where !override.isAboutComparison {
            try own.set(override.path, to: override.value, place: override.place)
        }
        let study = plan.name.map { "study \($0)" } ?? "compare"
        func warning(_ key: String, _ what: String, _ remedy: String) -> Diagnostic? {
            own.place(setting: key).map { place in
                Diagnostic(
                    place: place, severity: .warning,
                    message:
                        "the \(what) of \(study) sets \(key), in place of this value; \(remedy)")
            }
        }
        return (plan.grid?.keys ?? []).compactMap { warning($0, "grid", "change it there") }
            + (plan.draws?.keys ?? []).compactMap { warning($0, "draw", "change it there") }
            + (plan.seeds == nil ? [] : [warning("seed", "list of seeds", "use --seed")])
            .compactMap(\.self)
    }
}

extension SettingsTree {
    /// Where a key is set; also where `X` is a bare kind and the key is `X.kind`.
    fileprivate func place(setting key: String) -> Place? {
        if let node = node(key) { return node.place }
        guard key.hasSuffix(".kind"), let node = node(String(key.dropLast(5))), node.text != nil
        else { return nil }
        return node.place
    }
}

/// The mistakes of many runs, each told once: they share most of what they read.
struct Mistakes {
    private var found: [Diagnostic] = []

    mutating func add(_ error: SettingsError) {
        for diagnostic in error.diagnostics where !found.contains(diagnostic) {
            found.append(diagnostic)
        }
    }

    mutating func add(_ place: Place?, _ message: String) {
        add(SettingsError(diagnostics: [Diagnostic(place: place, message: message)]))
    }

    func end() throws(SettingsError) {
        if !found.isEmpty { throw SettingsError(diagnostics: found) }
    }
}
