import Bytes

/// A JSON value that keeps the order of its keys.
public indirect enum JSONText: Sendable {
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
    case object(KeyValuePairs<String, JSONText>)

    /// Returns the value as indented JSON.
    public func encoded(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return text.jsonQuoted
        case .integer(let value): return String(value)
        case .number(let value): return value.isFinite ? String(value) : "null"
        case .flag(let value): return value ? "true" : "false"
        case .null: return "null"
        case .list(let values):
            if values.isEmpty { return "[]" }
            let lines = values.map { inner + $0.encoded(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let pairs):
            if pairs.isEmpty { return "{}" }
            let lines = pairs.map {
                "\(inner)\($0.key.jsonQuoted): \($0.value.encoded(indent: inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }
}
