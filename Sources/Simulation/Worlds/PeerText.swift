/// Returns a text of a peer for a message: shortened, and without characters that could control a
/// terminal.
///
/// - Parameter limit: the largest number of characters that are kept.
func shown(_ text: String, limit: Int = 80) -> String {
    let known = text.unicodeScalars.prefix(limit).map { scalar -> Character in
        switch scalar.properties.generalCategory {
        // Format characters can turn the direction of a line.
        case .control, .format, .lineSeparator, .paragraphSeparator: "?"
        default: Character(scalar)
        }
    }
    let isCut = text.unicodeScalars.count > limit
    return known.isEmpty ? "(no text)" : String(known) + (isCut ? "…" : "")
}
