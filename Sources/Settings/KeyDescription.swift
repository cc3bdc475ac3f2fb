/// The documentation of a key, from the line that reads it.
public struct KeyDescription: Sendable, Hashable {
    /// The key with the sections around it: `client.scheduler.form`.
    public let path: String
    /// The last name of the path.
    public let key: String
    /// "number", "integer", "flag", "text", "path", "list of integers", "list of numbers",
    /// "one of a | b", "one of a | b, or integer", "section".
    public let kindOfValue: String
    /// The words that the key takes, alone or beside numbers; empty for a free text.
    public let words: [String]
    /// The default as a user would write it; empty if there is none.
    public let defaultText: String
    /// "greater than 0"; empty for any.
    public let rangePhrase: String
    /// The meaning as a noun phrase: "factor c of the gradient's squared norm".
    public let meaning: String
    /// The setting with which the key exists or has this default: `form: paper`. With `not` in
    /// front, the key does not exist with it. Empty if the key always exists.
    public var condition = ""
}

/// Runs readers on an empty mapping and returns the keys in reading order. The keys of a section,
/// or of a component's default kind, follow it.
public func describe(_ body: (Settings) -> Void) -> [KeyDescription] { describe([:], body) }

/// Runs readers on a mapping with some keys.
private func describe(
    _ written: KeyValuePairs<String, String>, _ body: (Settings) -> Void
) -> [KeyDescription] {
    let reading = LoadRecord(workingFolder: "")
    let nowhere = SettingLocation("nowhere")
    let entries = written.map {
        SettingsNode.Entry(
            key: $0.key, place: nowhere,
            value: SettingsNode(.scalar(text: $0.value, quoted: false), place: nowhere))
    }
    body(Settings(root: SettingsNode(.mapping(entries), place: nowhere), reading: reading))
    return reading.descriptions
}

/// Returns the keys of `describe`, each with the condition under which it does not exist. After
/// them follow the keys and defaults that exist only with other words for a key. Effects of two
/// words together are not found.
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
