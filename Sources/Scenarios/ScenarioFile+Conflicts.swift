import Settings

/// What several parts of a comparison set, so that one of them would be lost without a word.
extension ScenarioFile {
    /// Keys of variants that a comparison sets in every run itself.
    func conflicts(in plan: Plan) throws(SettingsError) -> Mistakes {
        var mistakes = Mistakes()
        for changes in plan.changes { try mistakes.add(setTwice(by: changes, of: "set")) }
        for (name, overrides) in plan.variants {
            guard let overrides else { continue }
            try mistakes.add(setTwice(by: overrides, of: "variant \(name)"))
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

    /// Keys that one mapping of changes sets, and then sets again in another spelling.
    private func setTwice(by changes: SettingsNode, of owner: String) throws(SettingsError)
        -> [Diagnostic]
    {
        var merged = try SettingsTree(SettingsNode(.mapping([]), place: changes.place))
        try merged.merge(changes)
        var found: [Diagnostic] = []
        for entry in changes.entries ?? [] {
            let alone = SettingsNode(.mapping([entry]), place: changes.place)
            for leaf in try SettingsTree.leaves(of: alone) where !merged.holds(leaf) {
                found.append(
                    Diagnostic(
                        place: leaf.value.place,
                        message: "\(owner) sets \(leaf.path) here and again below, to another"
                            + " value; leave one of them out"))
            }
        }
        return found
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

    mutating func add(_ diagnostics: [Diagnostic]) {
        add(SettingsError(diagnostics: diagnostics))
    }

    mutating func add(_ place: Place?, _ message: String) {
        add(SettingsError(diagnostics: [Diagnostic(place: place, message: message)]))
    }

    func end() throws(SettingsError) {
        if !found.isEmpty { throw SettingsError(diagnostics: found) }
    }
}
