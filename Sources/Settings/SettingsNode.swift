/// A value of the settings tree, with its location and its layer.
public struct SettingsNode: Sendable {
    /// The forms of a value.
    public enum Content: Sendable {
        /// A single value as written. A quoted text is never a number, a flag or null.
        case scalar(text: String, quoted: Bool)
        /// A list of values in order.
        case list([SettingsNode])
        /// Keys and values in file order, each key once.
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    public struct Entry: Sendable {
        /// The name of the key.
        public var key: String
        /// The location of the key.
        public var place: SettingLocation
        /// The value of the key.
        public var value: SettingsNode

        /// Makes an entry of a mapping.
        public init(key: String, place: SettingLocation, value: SettingsNode) {
            (self.key, self.place, self.value) = (key, place, value)
        }

        // A block mapping starts on the line after its key. The key is easier to find.
        var valuePlace: SettingLocation {
            if case .mapping = value.content { place } else { value.place }
        }
    }

    /// The value in one of its forms.
    public var content: Content
    /// The location of the value.
    public var place: SettingLocation
    /// Who gave the value.
    public internal(set) var layer = SettingsLayer.file

    /// Makes a value of the file.
    public init(_ content: Content, place: SettingLocation) {
        (self.content, self.place) = (content, place)
    }

    /// The text of a scalar; nil for a list, a mapping and null.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// Whether this is null: `null`, `~` or nothing at all.
    public var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return nullWords.contains(text)
    }

    /// The entries of a mapping; none for null; nil for a list or another scalar.
    public var entries: [Entry]? {
        switch content {
        case .mapping(let entries): entries
        case .list: nil
        case .scalar: isNull ? [] : nil
        }
    }

    /// The text of a scalar that is neither quoted nor null; else nil.
    var plainText: String? {
        guard case .scalar(let text, quoted: false) = content, !isNull else { return nil }
        return text
    }

    /// The value after "found" in a message.
    public var shown: String {
        switch content {
        case .list(let list): list.isEmpty ? "an empty list" : "a list"
        case .mapping(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
        case .scalar(let text, quoted: true): "the text \(quotedForMessage(text))"
        case .scalar("", quoted: false): "no value"
        case .scalar(let text, quoted: false):
            isNull || (parsedNumber(text) != nil && text.utf8.count <= 60)
                ? text : quotedForMessage(text)
        }
    }
}

extension SettingsNode {
    /// Makes the error that this value is another one than expected at a key path.
    public func unexpected(_ path: String, expected: String, advice: String = "") -> SettingsError {
        SettingsError(
            place, Mismatch(path, expected: expected, found: shown, advice: advice))
    }

    /// Returns the entries of a mapping with at least one key. Throws `SettingsError` for an empty
    /// mapping and for another value.
    public func requiredEntries(_ path: String, expected: String) throws(SettingsError) -> [Entry] {
        guard let entries, !entries.isEmpty else {
            throw unexpected(path, expected: expected)
        }
        return entries
    }
    /// Returns this value and all values in it with another layer.
    func stamped(_ layer: SettingsLayer) -> SettingsNode {
        var node = self
        node.layer = layer
        switch content {
        case .scalar: break
        case .list(let list): node.content = .list(list.map { $0.stamped(layer) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map {
                    Entry(key: $0.key, place: $0.place, value: $0.value.stamped(layer))
                })
        }
        return node
    }

    /// The value on one line of YAML: `0.1`, `[1, 2]`, `{ kind: rtho, kappa: 1 }`.
    public var flowText: String {
        switch content {
        case .scalar("", quoted: false): "null"
        case .scalar(let text, quoted: false): text
        case .scalar(let text, quoted: true): resolvedScalar(text)
        case .list(let list): "[\(list.map(\.flowText).joined(separator: ", "))]"
        case .mapping(let entries) where entries.isEmpty: "{}"
        case .mapping(let entries):
            "{ \(entries.map { "\($0.key): \($0.value.flowText)" }.joined(separator: ", ")) }"
        }
    }
}

/// Unquoted scalars that YAML reads as null.
let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]

/// Returns at most 60 characters of a text in quotes, on one line.
func quotedForMessage(_ text: String) -> String {
    let shortened = text.count > 60 ? text.prefix(60) + "..." : text[...]
    let line = String(
        shortened.map { character in
            character.isNewline || character == "\t" || character == "\0" ? " " : character
        })
    return "'\(line)'"
}
