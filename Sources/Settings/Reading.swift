/// What all mappings of one load share: the mistakes so far and the keys that were read.
final class Reading {
    struct UnknownKey {
        let key: String
        let path: String
        let place: Place
        let known: [String]
    }

    let workingFolder: String
    var diagnostics: [Diagnostic] = []
    var unknownKeys: [UnknownKey] = []
    var descriptions: [KeyDescription] = []

    init(workingFolder: String) {
        self.workingFolder = workingFolder
    }

    var hasErrors: Bool {
        !unknownKeys.isEmpty || diagnostics.contains { $0.severity == .error }
    }

    /// Worded when everything has been read, so that a key in the wrong mapping finds its way.
    func unknownKeyDiagnostics() -> [Diagnostic] {
        unknownKeys.map { unknown in
            Diagnostic(
                place: unknown.place,
                message: "unknown key \(quotedForMessage(unknown.key))\(advice(on: unknown))")
        }
    }

    private func advice(on unknown: UnknownKey) -> String {
        let paths = descriptions.map(\.path)
        if paths.contains(unknown.path), unknown.key.contains(".") {
            let keys = unknown.key.split(separator: ".")
            let nested = keys.dropFirst().reversed().reduce("...") { "{ \($1): \($0) }" }
            return "; here keys are nested: \(keys[0]): \(nested)"
        }
        if let close = suggestion(for: unknown.key, among: unknown.known) {
            return "; did you mean '\(close)'?"
        }
        let elsewhere = descriptions.filter { $0.key == unknown.key }.prefix(3)
        if !elsewhere.isEmpty {
            let quoted = elsewhere.map { "'\($0.path)'" }.joined(separator: " or ")
            return "; did you mean \(quoted)?"
        }
        guard !unknown.known.isEmpty else { return "; no keys are known here" }
        return "; known keys: " + unknown.known.joined(separator: ", ")
    }
}
