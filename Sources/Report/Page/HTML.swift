import Bytes

/// A piece of a page.
///
/// Text that stands in a string between `\(` and `)` is escaped. So a name from a scenario or a
/// folder is never markup. Only what this program writes itself is.
public struct HTML: ExpressibleByStringInterpolation, Sendable {
    /// The text of the page.
    public private(set) var text: String

    /// Collects the parts of a string.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Makes an empty piece.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Appends markup that this program has.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Appends a piece as it is.
        public mutating func appendInterpolation(_ piece: HTML) { text += piece.text }

        /// Appends a text, escaped.
        public mutating func appendInterpolation(_ words: String) {
            text += Markup.escaped(words, keepsLines: true, sign: "\u{FFFD}")
        }

        /// Appends a whole number.
        public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    }

    /// Makes an empty piece.
    public init() { text = "" }

    /// Makes a piece of a literal.
    public init(stringLiteral literal: String) { text = literal }

    /// Makes a piece of a string with parts.
    public init(stringInterpolation parts: StringInterpolation) { text = parts.text }

    /// Makes a piece of markup that another room of this program has made and escaped.
    init(made markup: String) { text = markup }

    /// Whether nothing is in it.
    var isEmpty: Bool { text.isEmpty }

    static func += (piece: inout HTML, more: HTML) { piece.text += more.text }

    static func + (one: HTML, other: HTML) -> HTML { HTML(made: one.text + other.text) }
}

extension Sequence where Element == HTML {
    /// Returns the pieces as one, with another one in between.
    package func joined(_ separator: String = "") -> HTML {
        HTML(made: map(\.text).joined(separator: separator))
    }
}
