/// What all mappings of one load share: the mistakes so far and the keys that were read.
final class Reading {
    struct UnknownKey {
        let key: String
        /// The dotted path of the mapping that holds it; empty at the root.
        let mapping: String
        let place: Place
        let known: [String]
        let component: ComponentKeys?

        var path: String { mapping.isEmpty ? key : "\(mapping).\(key)" }
    }

    struct UnknownWord {
        let word: String
        let path: String
        let place: Place
        let known: [String]
    }

    /// Where else a component's keys can be found, once a key is unknown.
    struct ComponentKeys {
        let kind: String
        /// The keys of this kind, with those that other words bring.
        let ownKeys: () -> [KeyDescription]
        /// The other kinds of the registry that have a key.
        let otherKinds: (_ key: String) -> [String]
    }

    let workingFolder: String
    let otherNames: OtherNames
    var diagnostics: [Diagnostic] = []
    var unknownKeys: [UnknownKey] = []
    var unknownKinds: [UnknownWord] = []
    /// Mistakes that are only worth saying where there are no others.
    var missing: [Diagnostic] = []
    var descriptions: [KeyDescription] = []
    /// The paths of mappings that belong to a kind.
    var componentPaths: Set<String> = []

    init(workingFolder: String, otherNames: OtherNames = OtherNames()) {
        (self.workingFolder, self.otherNames) = (workingFolder, otherNames)
    }

    var hasErrors: Bool {
        !unknownKeys.isEmpty || !unknownKinds.isEmpty
            || diagnostics.contains { $0.severity == .error }
    }

    /// All mistakes and warnings. Unknown keys and kinds are worded when everything has been read,
    /// so that what stands in the wrong mapping finds its way.
    func allDiagnostics() -> [Diagnostic] {
        let all = diagnostics + unknownKeyDiagnostics() + unknownKindDiagnostics()
        return hasErrors ? all : all + missing
    }

    private func unknownKeyDiagnostics() -> [Diagnostic] {
        unknownKeys.map { unknown in
            Diagnostic(
                place: unknown.place,
                message: "unknown key \(quotedForMessage(unknown.key))\(advice(on: unknown))")
        }
    }

    private func unknownKindDiagnostics() -> [Diagnostic] {
        unknownKinds.map { unknown in
            Diagnostic(
                place: unknown.place,
                message: "unknown kind \(quotedForMessage(unknown.word)) for \(unknown.path)"
                    + "\(advice(on: unknown)) known: \(unknown.known.joined(separator: ", "))")
        }
    }

    private func advice(on unknown: UnknownWord) -> String {
        if let close = otherNames.word(for: unknown.word, among: unknown.known) {
            return "; did you mean '\(close)'?"
        }
        let plain = plainSpelling(unknown.word)
        let elsewhere = descriptions.filter { key in
            key.path != unknown.path && key.words.contains { plainSpelling($0) == plain }
        }
        guard let place = elsewhere.first else { return ";" }
        return "; it is a kind of \(place.path);"
    }

    // Nearest first: the mapping itself, the same kind with other words, other kinds of the same
    // registry, other mappings.
    private func advice(on unknown: UnknownKey) -> String {
        let paths = descriptions.map(\.path)
        if paths.contains(unknown.path), unknown.key.contains(".") {
            let keys = unknown.key.split(separator: ".")
            let nested = keys.dropFirst().reversed().reduce("...") { "{ \($1): \($0) }" }
            return "; here keys are nested: \(keys[0]): \(nested)"
        }
        if let close = closeKey(to: unknown) { return "; did you mean '\(close)'?" }
        if let phrase = componentAdvice(on: unknown) { return phrase }
        let elsewhere = pathsElsewhere(for: unknown)
        if !elsewhere.isEmpty {
            let quoted = elsewhere.prefix(3).map {
                $0.contains(".") ? "'\($0)'" : "'\($0)' at the top of the file"
            }
            return "; did you mean \(quoted.joined(separator: " or "))?"
        }
        guard !unknown.known.isEmpty else { return "; no keys are known here" }
        return "; known keys: " + unknown.known.joined(separator: ", ")
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
        // The root has few keys, and all names from elsewhere meet them there.
        let hasOtherName = unknown.mapping.isEmpty && !otherNames.keys(for: unknown.key).isEmpty
        return hasOtherName ? nil : suggestion(for: unknown.key, among: unknown.known)
    }

    private func componentAdvice(on unknown: UnknownKey) -> String? {
        guard let component = unknown.component else { return nil }
        let own = component.ownKeys().first { $0.key == unknown.key && $0.path == $0.key }
        if let own, !own.condition.isEmpty {
            return own.condition.hasPrefix("not ")
                ? "; \(component.kind) does not have it with \(own.condition.dropFirst(4))"
                : "; \(component.kind) has it only with \(own.condition)"
        }
        let kinds = component.otherKinds(unknown.key)
        guard !kinds.isEmpty else { return nil }
        let shown = kinds.prefix(3).joined(separator: ", ") + (kinds.count > 3 ? ", ..." : "")
        return "; it is a key of \(shown), not of \(component.kind)"
    }

    // A key of this very name: below the mapping, in a mapping around it, or in another section.
    // What belongs to a kind of another section has the same name by chance.
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
