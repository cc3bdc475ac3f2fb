/// The record of one load, which all its mappings share: errors so far, and keys that were read.
final class LoadRecord {
    /// A key that no reader read.
    struct UnknownKey {
        let key: String
        /// The path of the mapping that contains the key; empty at the root.
        let mapping: String
        let place: SettingLocation
        let known: [String]
        let component: ComponentKeys?

        var path: String { mapping.isEmpty ? key : "\(mapping).\(key)" }
    }

    /// A kind that is not in its registry.
    struct UnknownWord {
        let word: String
        let path: String
        let place: SettingLocation
        let known: [String]
    }

    /// The keys of a component, of other forms and of other kinds. Only an unknown key needs them.
    struct ComponentKeys {
        let kind: String
        /// The keys of this kind, with those of its other forms.
        let ownKeys: () -> [KeyDescription]
        /// Returns the other kinds of the registry that have a key.
        let otherKinds: (_ key: String) -> [String]
    }

    let workingFolder: String
    /// A folder that replaces the folders of all paths; nil leaves the paths as they are.
    let dataFolder: String?
    let otherNames: OtherNames
    var diagnostics: [Diagnostic] = []
    var unknownKeys: [UnknownKey] = []
    var unknownKinds: [UnknownWord] = []
    /// Errors that are only reported if there are no others.
    var missing: [Diagnostic] = []
    var descriptions: [KeyDescription] = []
    /// The paths of mappings that belong to a kind.
    var componentPaths: Set<String> = []

    init(
        workingFolder: String, dataFolder: String? = nil, otherNames: OtherNames = OtherNames()
    ) {
        (self.workingFolder, self.otherNames) = (workingFolder, otherNames)
        self.dataFolder = dataFolder
    }

    var hasErrors: Bool {
        !unknownKeys.isEmpty || !unknownKinds.isEmpty
            || diagnostics.contains { $0.severity == .error }
    }

    /// Returns all errors and warnings. The messages about unknown keys and kinds are made after
    /// all keys have been read, so that they can name keys of other mappings.
    func allDiagnostics() -> [Diagnostic] {
        let all = diagnostics + unknownKeyDiagnostics() + unknownKindDiagnostics()
        return hasErrors ? all : all + missing
    }

    private func unknownKeyDiagnostics() -> [Diagnostic] {
        unknownKeys.map { unknown in
            var diagnostic = Diagnostic(place: unknown.place, mismatch(for: unknown))
            diagnostic.keyOfOtherKind = unknown.component.map { _ in unknown.path }
            return diagnostic
        }
    }

    private func unknownKindDiagnostics() -> [Diagnostic] {
        unknownKinds.map { unknown in
            Diagnostic(place: unknown.place, mismatch(for: unknown))
        }
    }

    private func mismatch(for unknown: UnknownWord) -> Mismatch {
        var mismatch = Mismatch(
            unknown.path, expected: "one of \(unknown.known.joined(separator: ", "))",
            found: quotedForMessage(unknown.word))
        if let close = otherNames.word(for: unknown.word, among: unknown.known) {
            mismatch.advice = "did you mean '\(close)'?"
            return mismatch
        }
        let plain = plainSpelling(unknown.word)
        let elsewhere = descriptions.first { key in
            key.path != unknown.path && key.words.contains { plainSpelling($0) == plain }
        }
        if let elsewhere { mismatch.found += ", a kind of \(elsewhere.path)" }
        return mismatch
    }

    // Nearest first: the mapping itself, another form of the same kind, other kinds of the same
    // registry, other mappings.
    private func mismatch(for unknown: UnknownKey) -> Mismatch {
        let owner = unknown.component?.kind ?? unknown.mapping
        var mismatch = Mismatch(
            unknown.mapping, expected: owner.isEmpty ? "a known key" : "a key of \(owner)",
            found: quotedForMessage(unknown.key))
        if descriptions.contains(where: { $0.path == unknown.path }), unknown.key.contains(".") {
            let keys = unknown.key.split(separator: ".")
            let nested = keys.dropFirst().reversed().reduce("...") { "{ \($1): \($0) }" }
            mismatch.expected = "nested keys"
            mismatch.advice = "write \(keys[0]): \(nested)"
        } else if let close = closeKey(to: unknown) {
            mismatch.advice = "did you mean '\(close)'?"
        } else if let note = componentNote(on: unknown) {
            mismatch.found += note.found
            mismatch.advice = note.advice
        } else {
            let elsewhere = pathsElsewhere(for: unknown).prefix(3).map {
                $0.contains(".") ? "'\($0)'" : "'\($0)' at the top of the file"
            }
            if !elsewhere.isEmpty {
                mismatch.advice = "did you mean \(elsewhere.joined(separator: " or "))?"
            } else if unknown.known.isEmpty {
                mismatch.expected = "no keys"
            } else {
                mismatch.expected = "one of \(unknown.known.joined(separator: ", "))"
            }
        }
        return mismatch
    }

    private func closeKey(to unknown: UnknownKey) -> String? {
        let plain = plainSpelling(unknown.key)
        if let same = unknown.known.first(where: { plainSpelling($0) == plain }) { return same }
        for candidate in otherNames.keys(for: unknown.key) {
            let path = candidate.split(separator: ".")
            guard let key = path.last.map(String.init), unknown.known.contains(key) else {
                continue
            }
            let mapping = path.dropLast().joined(separator: ".")
            if mapping.isEmpty || mapping == unknown.mapping { return key }
        }
        // The root has few keys, so that a foreign name is close to one of them by chance.
        let hasOtherName = unknown.mapping.isEmpty && !otherNames.keys(for: unknown.key).isEmpty
        return hasOtherName ? nil : suggestion(for: unknown.key, among: unknown.known)
    }

    // Whether another form of the same kind, or another kind, has the key.
    private func componentNote(on unknown: UnknownKey) -> (found: String, advice: String)? {
        guard let component = unknown.component else { return nil }
        let own = component.ownKeys().first { $0.key == unknown.key && $0.path == $0.key }
        if let own, !own.condition.isEmpty {
            let condition = own.condition
            return condition.hasPrefix("not ")
                ? (", which does not exist with \(condition.dropFirst(4))", "leave one of them out")
                : (", which exists only with \(condition)", "set that, or leave \(own.key) out")
        }
        let kinds = component.otherKinds(unknown.key)
        guard !kinds.isEmpty else { return nil }
        let shown = kinds.prefix(3).joined(separator: ", ") + (kinds.count > 3 ? ", ..." : "")
        return (", a key of \(shown)", "leave it out or change the kind")
    }

    // Returns keys of this name below the mapping, in a mapping around it, or in another section.
    // A key of a kind of another section has the same name by chance only.
    private func pathsElsewhere(for unknown: UnknownKey) -> [String] {
        let plain = plainSpelling(unknown.key)
        let same = descriptions.filter { key in
            guard plainSpelling(key.key) == plain else { return false }
            let mapping = key.path.dropLast(key.key.count + 1)
            return key.path.hasPrefix(unknown.mapping.isEmpty ? "" : "\(unknown.mapping).")
                || mapping.isEmpty || "\(unknown.mapping).".hasPrefix("\(mapping).")
                || !componentPaths.contains(String(mapping))
        }
        let known = descriptions.map(\.path)
        let paths =
            same.isEmpty
            ? otherNames.keys(for: unknown.key).filter(known.contains) : same.map(\.path)
        let section = unknown.mapping.prefix { $0 != "." }
        let near = paths.filter { !section.isEmpty && $0.hasPrefix("\(section).") }
        return near.isEmpty ? paths : near
    }
}
