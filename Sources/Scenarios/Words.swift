import Settings

/// Returns words as a sentence lists them: `a`, `a and b`, `a, b and c`.
func wordList(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and \(last)"
}

/// Returns a name without characters that control a terminal.
func shown(_ name: String) -> String {
    String(
        String.UnicodeScalarView(
            name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
}

/// Returns a kind as outputs name it, with its detail: `fedhyper_cl (normalized)`.
func label(_ kind: String, _ detail: String?) -> String {
    detail.map { "\(kind) (\($0))" } ?? kind
}

/// Makes the mismatch for a name that is not one of the known names.
func unknownName(
    _ name: String, _ subject: String, among known: [String], _ what: String
) -> Mismatch {
    let found = "'\(shown(name))'"
    if known.isEmpty {
        return Mismatch(subject, expected: what, found: "\(found) (there are none)")
    }
    guard let close = suggestion(for: name, among: known) else {
        return Mismatch(
            subject, expected: "one of \(known.map(shown).joined(separator: ", "))",
            found: found)
    }
    return Mismatch(
        subject, expected: what, found: found, advice: "did you mean '\(shown(close))'?")
}
