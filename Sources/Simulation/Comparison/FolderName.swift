import Bytes
import Scenarios

/// The names of folders inside that of a comparison. They are short and stable, and they have
/// lower-case letters, digits, `.`, `_` and `-` only. An `=` would not do: DuckDB reads a folder
/// `round=5` as a column `round` of all tables inside, in the place of their own.
///
/// A run is recognised by its digest, so a name only has to be readable. If a name leaves something
/// out, four digits of a digest of all of it are at the end.
enum FolderName {
    /// Returns the folder of a variant or of a study. It is the name with small letters, if the
    /// name has only such characters.
    static func of(_ name: String) -> String {
        let plain = plain(name, most: 48)
        return plain == name.lowercased() ? plain : numbered(plain, name)
    }

    /// Returns the folder of a cell inside that of a variant: `a0.1-lr0.01-3f2a`. It has the first
    /// letters of the words of each key.
    static func of(_ cell: [RunFile.Value]) -> String {
        let short = cell.map { initials($0.key, sections: 0) }
        let parts = cell.enumerated().map { index, value -> String in
            let isShared = short.count { $0 == short[index] } > 1
            let key = isShared ? initials(value.key, sections: 1) : short[index]
            let isNumber = value.value.first.map { $0.isNumber || "+-.".contains($0) } ?? false
            return key + (isNumber ? "" : "_") + value.value
        }
        return numbered(
            plain(parts.joined(separator: "-"), most: 40),
            cell.map { "\($0.key)=\($0.value)\n" }.joined())
    }

    /// Returns the first letters of the words of a key's last names: `lr` for client.learning_rate,
    /// and `clr` with one section.
    private static func initials(_ key: String, sections: Int) -> String {
        key.split(separator: ".").suffix(1 + sections).flatMap { name in
            name.split(separator: "_").compactMap(\.first)
        }.map(String.init).joined()
    }

    private static func numbered(_ plain: String, _ whole: String) -> String {
        var digest = ContentDigest()
        digest.add(whole)
        return (plain.isEmpty ? "" : "\(plain)-") + digest.text.prefix(4)
    }

    /// Returns a text with a `-` in the place of all other characters.
    private static func plain(_ text: String, most: Int) -> String {
        var out = ""
        for character in text.lowercased() {
            let isKept =
                character.isASCII
                && (character.isLetter || character.isNumber || "._-".contains(character))
            if isKept { out.append(character) } else if out.last != "-" { out.append("-") }
        }
        // A dot hides a folder, and a minus is an option.
        let start = out.drop { "._-".contains($0) }.prefix(most)
        var end = String(start)
        while let last = end.last, "._-".contains(last) { end.removeLast() }
        return end
    }
}
