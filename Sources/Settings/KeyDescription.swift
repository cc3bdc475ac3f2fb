/// What the line that reads a key says about it.
public struct KeyDescription: Sendable, Hashable {
    /// The key with the sections around it: `client.scheduler.form`.
    public let path: String
    /// The key alone.
    public let key: String
    /// "number", "integer", "flag", "text", "path", "list of integers", "list of numbers",
    /// "one of a | b", "one of a | b, or integer", "section".
    public let kindOfValue: String
    /// The default as it would be written; empty if there is none.
    public let defaultText: String
    /// "greater than 0"; empty for any.
    public let rangePhrase: String
    /// What the key means.
    public let meaning: String
    /// What must be written for the key to be there, or to have this default: `form: paper`; empty
    /// where nothing must.
    public var condition = ""
}

/// Runs readers on an empty mapping: the keys in reading order, those of sections and components
/// (of the default kind) after their own.
public func describe(_ body: (Settings) -> Void) -> [KeyDescription] { describe([:], body) }

/// The same with some keys written.
private func describe(
    _ written: KeyValuePairs<String, String>, _ body: (Settings) -> Void
) -> [KeyDescription] {
    let reading = Reading(workingFolder: "")
    let nowhere = Place("nowhere")
    let entries = written.map {
        SettingsNode.Entry(
            key: $0.key, place: nowhere,
            value: SettingsNode(.scalar(text: $0.value, quoted: false), place: nowhere))
    }
    body(Settings(root: SettingsNode(.mapping(entries), place: nowhere), reading: reading))
    return reading.descriptions
}

/// `describe`, with the keys and defaults that other words for a key bring, each behind those that are
/// always there. What two words bring only together is left out.
func describeWithConditions(_ body: (Settings) -> Void) -> [KeyDescription] {
    var all = describe(body)
    for key in all where key.path == key.key {
        var found: [(key: KeyDescription, words: [String])] = []
        for word in key.otherWords {
            for other in describe([key.key: word], body)
            where other.path == other.key && other.key != key.key && !all.contains(other) {
                if let index = found.firstIndex(where: { $0.key == other }) {
                    found[index].words.append(word)
                } else {
                    found.append((other, [word]))
                }
            }
        }
        all += found.map { other, words in
            var conditional = other
            conditional.condition = "\(key.key): \(words.joined(separator: " or "))"
            return conditional
        }
    }
    return all
}

extension KeyDescription {
    /// The words that the key takes beside its default, where it takes words.
    fileprivate var otherWords: [String] {
        if kindOfValue == "flag" { return [defaultText == "true" ? "false" : "true"] }
        if kindOfValue.hasPrefix("one of ") {
            let words = kindOfValue.dropFirst(7).prefix { $0 != "," }
            return words.split(separator: " | ").map(String.init).filter { $0 != defaultText }
        }
        guard let start = kindOfValue.firstRange(of: " or ")?.upperBound else { return [] }
        let word = String(kindOfValue[start...])
        return word == defaultText ? [] : [word]
    }
}
