/// What the line that reads a key says about it.
public struct KeyDescription: Sendable, Hashable {
    /// The key with the sections around it: `client.scheduler.form`.
    public let path: String
    /// The key alone.
    public let key: String
    /// "number", "integer", "flag", "text", "path", "list of integers", "list of numbers",
    /// "one of a | b", "one of a | b, or integer", "section".
    public let kindOfValue: String
    /// The words that it takes, alone or beside numbers; none of a free text.
    public let words: [String]
    /// The default as it would be written; empty if there is none.
    public let defaultText: String
    /// "greater than 0"; empty for any.
    public let rangePhrase: String
    /// What the key means.
    public let meaning: String
    /// What must be written for the key to be there, or to have this default, or what must not be:
    /// `form: paper`, `not form: paper`; empty where it does not matter.
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

/// `describe`, with the keys and defaults that other words for a key bring, behind those that are
/// there without, and with what they take away. What two words do only together is left out.
func describeWithConditions(_ body: (Settings) -> Void) -> [KeyDescription] {
    let usual = describe(body)
    var taken = [[String]](repeating: [], count: usual.count)
    var brought: [KeyDescription] = []
    for key in usual where key.path == key.key {
        var found: [(key: KeyDescription, words: [String])] = []
        var lost = [[String]](repeating: [], count: usual.count)
        for word in key.words where word != key.defaultText {
            let others = describe([key.key: word], body).filter { $0.path == $0.key }
            for other in others where other.key != key.key && !usual.contains(other) {
                if let index = found.firstIndex(where: { $0.key == other }) {
                    found[index].words.append(word)
                } else {
                    found.append((other, [word]))
                }
            }
            for (index, one) in usual.enumerated()
            where one.path == one.key && !others.contains(where: { $0.key == one.key }) {
                lost[index].append(word)
            }
        }
        brought += found.map { other, words in
            var conditional = other
            conditional.condition = "\(key.key): \(words.joined(separator: " or "))"
            return conditional
        }
        for index in usual.indices where !lost[index].isEmpty {
            taken[index].append("\(key.key): \(lost[index].joined(separator: " or "))")
        }
    }
    return zip(usual, taken).map { key, conditions in
        var key = key
        if !conditions.isEmpty { key.condition = "not \(conditions.joined(separator: ", "))" }
        return key
    } + brought
}
