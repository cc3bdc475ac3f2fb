/// A value of the settings tree, with its place.
public struct SettingsNode: Sendable {
    /// What the value is.
    public enum Content: Sendable {
        /// A single value as written; `quoted` texts are never numbers, flags or null.
        case scalar(text: String, quoted: Bool)
        /// Values in order.
        case list([SettingsNode])
        /// Keys and values in file order, each key once.
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    public struct Entry: Sendable {
        /// The key.
        public var key: String
        /// Where the key was written.
        public var place: Place
        /// Its value.
        public var value: SettingsNode

        /// Makes an entry.
        public init(key: String, place: Place, value: SettingsNode) {
            (self.key, self.place, self.value) = (key, place, value)
        }

        // A block mapping starts on the line after its key, where nobody looks for it.
        var valuePlace: Place {
            if case .mapping = value.content { place } else { value.place }
        }
    }

    /// What the value is.
    public var content: Content
    /// Where the value was written.
    public var place: Place

    /// Makes a value.
    public init(_ content: Content, place: Place) {
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

    /// A scalar that is neither quoted nor null.
    var plainText: String? {
        guard case .scalar(let text, quoted: false) = content, !isNull else { return nil }
        return text
    }

    /// Completes "this is ..." in a message.
    public var shown: String {
        switch content {
        case .list: "a list"
        case .mapping: "a mapping"
        case .scalar(let text, quoted: true): "the text \(quotedForMessage(text))"
        case .scalar("", quoted: false): "empty"
        case .scalar(let text, quoted: false):
            isNull || (parsedNumber(text) != nil && text.utf8.count <= 60)
                ? text : quotedForMessage(text)
        }
    }
}

/// The plain scalars that YAML reads as null.
let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]

/// `'text'` on one line and at most 60 characters of it.
func quotedForMessage(_ text: String) -> String {
    let shortened = text.count > 60 ? text.prefix(60) + "..." : text[...]
    let line = String(
        shortened.map { character in
            character.isNewline || character == "\t" || character == "\0" ? " " : character
        })
    return "'\(line)'"
}
