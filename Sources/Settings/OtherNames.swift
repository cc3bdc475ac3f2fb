/// What other programs and papers call the keys and words of this one, so that a message about an
/// unknown key or kind can name ours.
public struct OtherNames: Sendable {
    private var keys: [String: [String]] = [:]
    private var words: [String: [String]] = [:]

    /// No other names.
    public init() {}

    /// - Parameters:
    ///   - keys: a name elsewhere, with dotted paths of keys here, or keys of whatever mapping has
    ///     them; the best one first.
    ///   - words: a word elsewhere, with words here; the best one first.
    public init(keys: KeyValuePairs<String, [String]>, words: KeyValuePairs<String, [String]>) {
        for (name, paths) in keys { self.keys[plainSpelling(name), default: []] += paths }
        for (name, kinds) in words { self.words[plainSpelling(name), default: []] += kinds }
    }

    /// All keys and words here that some other name leads to.
    package var targets: (keys: Set<String>, words: Set<String>) {
        (Set(keys.values.joined()), Set(words.values.joined()))
    }

    /// The paths of a list whose last key has this name, or that have this name elsewhere.
    package func paths(for name: String, among known: [String]) -> [String] {
        let plain = plainSpelling(name)
        let same = known.filter { path in
            plainSpelling(String(path.split(separator: ".").last ?? "")) == plain
                || plainSpelling(path) == plain
        }
        return same.isEmpty ? keys(for: name).filter(known.contains) : same
    }

    func keys(for name: String) -> [String] { keys[plainSpelling(name)] ?? [] }

    /// The word of a list that a foreign, misspelt or differently written one stands for, if any.
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

/// A name without what differs between ways to write it: `FedHyper-CL` is `fedhypercl`.
package func plainSpelling(_ name: String) -> String {
    String(name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
}
