public import Settings

/// The text of `hyperfed validate --explain KEY`: who gives a key its value, and over whom.
extension ScenarioFile {
    /// Explains a key, or all keys of a section or component, for every variant. Runs with the same
    /// answer are listed together.
    ///
    /// - Parameter path: the key path, such as `client.learning_rate` or `client.scheduler`.
    /// - Returns: for each key its meaning and its values, the winner first, and the default last.
    /// - Throws: `SettingsError` if the scenario has errors, or if no run has the key.
    public func explanation(of path: String) throws(SettingsError) -> String {
        let studies =
            isComparison
            ? try studies() : [Study(name: nil, runs: [try baseRun()], baseline: nil)]
        var explained: [[ExplainedRun]] = []
        for study in studies {
            var runs: [ExplainedRun] = []
            for run in study.runs { runs.append(try ExplainedRun(run)) }
            explained.append(runs)
        }
        let all = explained.flatMap(\.self)
        let isKind = path.hasSuffix(".kind")
        let wanted = isKind ? String(path.dropLast(5)) : path
        var keys: [KeyDescription] = []
        for key in all.flatMap(\.keys) where key.kindOfValue != "section" {
            let isWanted = key.path == wanted || (!isKind && key.path.hasPrefix("\(wanted)."))
            if isWanted, !keys.contains(where: { $0.path == key.path }) { keys.append(key) }
        }
        guard !keys.isEmpty else { throw Self.unknownKey(path, all.flatMap(\.keys).map(\.path)) }
        return keys.map { key in
            let range = key.rangePhrase.isEmpty ? "" : ", \(key.rangePhrase)"
            let texts = zip(studies, explained).map { study, runs in
                (study.name.map { "  study \(shown($0))\n" } ?? "")
                    + Self.groups(key.path, runs, isNamed: isComparison)
            }
            return "\(key.path): \(key.meaning) (\(key.kindOfValue)\(range))\n" + texts.joined()
        }.joined()
    }

    private static func unknownKey(_ path: String, _ known: [String]) -> SettingsError {
        let keys = path.split(separator: ".").map(String.init)
        let section = keys.dropLast().joined(separator: ".")
        var unique: [String] = []
        for path in known where !unique.contains(path) { unique.append(path) }
        let named = namesElsewhere.paths(for: keys.last ?? "", among: unique)
        let near = named.filter { $0.hasPrefix("\(section).") }
        let close =
            (near.isEmpty ? named : near).first ?? suggestion(for: path, among: unique)
        let mismatch = Mismatch(
            "--explain", expected: "a key path of this scenario", found: "'\(shown(path))'",
            advice: close.map { "did you mean '\($0)'?" } ?? "see 'hyperfed list keys'")
        return SettingsError(diagnostics: [Diagnostic(place: nil, mismatch)])
    }

    // The answers for a key, each under the names of the runs that share it.
    private static func groups(
        _ path: String, _ runs: [ExplainedRun], isNamed: Bool
    ) -> String {
        var groups: [(text: String, runs: [Int])] = []
        for (index, run) in runs.enumerated() {
            let text = run.text(path)
            if let known = groups.firstIndex(where: { $0.text == text }) {
                groups[known].runs.append(index)
            } else {
                groups.append((text, [index]))
            }
        }
        return groups.map { group in
            let heading = isNamed ? "  \(names(group.runs, runs))\n" : ""
            return heading + group.text
        }.joined()
    }

    // The shortest names for these runs: their variants, else their cells, else their seeds.
    private static func names(_ group: [Int], _ runs: [ExplainedRun]) -> String {
        if group.count == runs.count { return "all runs" }
        let members = Set(group)
        var names: [String] = []
        for index in group {
            let run = runs[index].run
            func isWhole(_ name: KeyPath<ConfiguredRun, String>) -> Bool {
                runs.indices.allSatisfy {
                    members.contains($0) || runs[$0].run[keyPath: name] != run[keyPath: name]
                }
            }
            let name =
                isWhole(\.variant)
                ? run.variant
                : isWhole(\.name) ? run.name : "\(run.name), seed \(run.scenario.seed)"
            if !names.contains(name) { names.append(name) }
        }
        let shownNames = names.map(shown)
        return shownNames.contains { $0.contains(",") }
            ? shownNames.joined(separator: "; ") : shownNames.joined(separator: ", ")
    }
}

/// A run with the documentation of its keys.
private struct ExplainedRun {
    let run: ScenarioFile.ConfiguredRun
    let keys: [KeyDescription]

    init(_ run: ScenarioFile.ConfiguredRun) throws(SettingsError) {
        self.run = run
        keys = try run.tree.effective.load(otherNames: namesElsewhere) {
            Scenario($0, fileName: run.fileName)
        }.keys
    }

    /// Returns a line for each value of a key, the winner first.
    func text(_ path: String) -> String {
        guard let key = keys.first(where: { $0.path == path }) else {
            return "    (these runs do not have the key)\n"
        }
        // A component's value is its kind. The path also finds words that stand alone.
        let isWord = key.kindOfValue.hasPrefix("one of")
        let stack = run.tree.stack(isWord ? "\(path).kind" : path)
        var rows = stack.map { entry in
            let value = entry.value?.flowText
            let isWhole = entry.path == path || entry.path == "\(path).kind"
            let isRemoved = entry.value?.isNull == true
            let short = isRemoved ? "removed" : value ?? "replaced"
            let text = isWhole ? short : "\(entry.path): \(short)"
            return (text, Self.origin(entry))
        }
        let standard = (key.defaultText.isEmpty ? "no value" : key.defaultText, "default")
        let hasWinner = stack.first.map { $0.value.map { !$0.isNull } ?? false } ?? false
        rows.insert(standard, at: hasWinner ? rows.count : 0)
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { value, origin in
            let padding = String(repeating: " ", count: width - value.count)
            return "    \(value)\(padding)  \(origin)\n"
        }.joined()
    }

    private static func origin(_ entry: LayeredTree.StackEntry) -> String {
        entry.layer.kind == .commandLine
            ? entry.place.text : "\(shown(entry.layer.name)), \(entry.place.text)"
    }
}
