import Bytes

/// A JSON value that keeps the order of its keys.
public indirect enum JSONText: Equatable, Sendable {
    /// Keys and values in order; a dictionary literal keeps its order.
    public struct Object: Equatable, Sendable, ExpressibleByDictionaryLiteral {
        /// A key with its value.
        public struct Pair: Equatable, Sendable {
            let key: String
            let value: JSONText
        }

        let pairs: [Pair]

        /// Makes an object of the keys and values of a literal.
        public init(dictionaryLiteral elements: (String, JSONText)...) { self.init(elements) }

        /// Makes an object of keys and values.
        public init(_ elements: [(String, JSONText)]) {
            pairs = elements.map { Pair(key: $0.0, value: $0.1) }
        }

        /// Returns this object with more keys behind its own.
        public static func + (one: Object, other: Object) -> Object {
            Object((one.pairs + other.pairs).map { ($0.key, $0.value) })
        }
    }

    /// A text in quotes.
    case text(String)
    /// A number without a fraction.
    case integer(Int)
    /// A number; not finite ones become null.
    case number(Double)
    /// The value true or false.
    case flag(Bool)
    /// The value null, for no value.
    case null
    /// A list of values in order.
    case list([JSONText])
    /// Keys and values in order.
    case object(Object)

    /// Makes a text, or null.
    public static func optional(_ text: String?) -> JSONText { text.map { .text($0) } ?? .null }

    /// Makes a number, or null.
    public static func optional(_ number: Double?) -> JSONText {
        number.map { .number($0) } ?? .null
    }

    /// Makes a number without a fraction, or null.
    public static func optional(_ count: Int?) -> JSONText { count.map { .integer($0) } ?? .null }

    /// Returns the value as indented JSON.
    public func encoded(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .list(let values) where !values.isEmpty:
            let lines = values.map { inner + $0.encoded(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let object) where !object.pairs.isEmpty:
            let lines = object.pairs.map {
                "\(inner)\($0.key.jsonQuoted): \($0.value.encoded(indent: inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .text, .integer, .number, .flag, .null, .list, .object: return line
        }
    }

    /// The value as JSON in one line: `{"round": 0, "void": false}`.
    public var line: String {
        switch self {
        case .text(let text): text.jsonQuoted
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? String(value) : "null"
        case .flag(let value): value ? "true" : "false"
        case .null: "null"
        case .list(let values): "[\(values.map(\.line).joined(separator: ", "))]"
        case .object(let object):
            "{"
                + object.pairs.map { "\($0.key.jsonQuoted): \($0.value.line)" }
                .joined(separator: ", ") + "}"
        }
    }
}

extension Cell {
    /// The cell as a JSON value: a missing one is null.
    public var json: JSONText {
        switch self {
        case .integer(let value): .integer(value)
        case .optionalInteger(let value): .optional(value)
        case .number(let value): .number(value)
        case .text(let text): .text(text)
        case .empty, .noText: .null
        }
    }
}

/// Returns a row of a table as a JSON object: the columns' names are the keys.
public func jsonObject<Row>(_ columns: [Column<Row>], _ row: Row) -> JSONText.Object {
    JSONText.Object(columns.map { ($0.name, $0.value(row).json) })
}
