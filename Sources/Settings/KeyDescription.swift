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
}

/// Runs readers on an empty mapping: the keys in reading order, those of sections and components
/// (of the default kind) after their own.
public func describe(_ body: (Settings) -> Void) -> [KeyDescription] {
    let reading = Reading(workingFolder: "")
    body(Settings(root: SettingsNode(.mapping([]), place: Place("nowhere")), reading: reading))
    return reading.descriptions
}
