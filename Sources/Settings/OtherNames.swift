/// Names of our keys and words in other programs and papers. A message about an unknown key or kind
/// uses them to suggest ours.
public struct OtherNames: Sendable {
    private var keys: [String: [String]] = [:]
    private var words: [String: [String]] = [:]

    /// Makes a list without names.
    public init() {}

    /// Makes a list of foreign names.
    ///
    /// - Parameters:
    ///   - keys: foreign names with our key paths, or with keys of any mapping; the best first.
    ///   - words: foreign words with our words; the best first.
    public init(keys: KeyValuePairs<[String], [String]>, words: KeyValuePairs<[String], [String]>) {
        (self.keys, self.words) = (Self.byName(keys), Self.byName(words))
    }

    private static func byName(
        _ groups: KeyValuePairs<[String], [String]>
    ) -> [String: [String]] {
        var ours: [String: [String]] = [:]
        for (names, targets) in groups {
            for name in names { ours[plainSpelling(name), default: []] += targets }
        }
        return ours
    }

    /// All our keys and words that have a foreign name.
    package var targets: (keys: Set<String>, words: Set<String>) {
        (Set(keys.values.joined()), Set(words.values.joined()))
    }

    /// Returns the paths of a list whose last key has this name, or which have this foreign name.
    package func paths(for name: String, among known: [String]) -> [String] {
        let plain = plainSpelling(name)
        let same = known.filter { path in
            plainSpelling(String(path.split(separator: ".").last ?? "")) == plain
                || plainSpelling(path) == plain
        }
        return same.isEmpty ? keys(for: name).filter(known.contains) : same
    }

    func keys(for name: String) -> [String] { keys[plainSpelling(name)] ?? [] }

    /// Returns the word of a list for a foreign or misspelt word; nil if no word is close.
    package func word(for name: String, among known: [String]) -> String? {
        let plain = plainSpelling(name)
        return known.first { plainSpelling($0) == plain }
            ?? words[plain]?.first(where: known.contains)
            ?? suggestion(for: name, among: known)
            ?? suggestion(for: plain, among: known.map(plainSpelling)).flatMap { close in
                known.first { plainSpelling($0) == close }
            }
    }
}

/// Returns a name in lower case without `_`, `-` and spaces: `FedHyper-CL` is `fedhypercl`.
package func plainSpelling(_ name: String) -> String {
    String(name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
}
