/// A value of a JSON text, and the range of its bytes in the text.
///
/// A text may consist of millions of whole numbers. A list of whole numbers is one array. So it
/// needs 8 bytes for a number, and not a tree of objects. Keys of an object must differ.
///
/// - Source: RFC 8259.
package struct JSONValue: Sendable {
    /// The forms of a value. Literals and numbers with a fraction stay as they are written.
    package indirect enum Content: Sendable {
        case integers([Int])
        case integer(Int)
        case list([JSONValue])
        case object([(key: String, value: JSONValue)])
        case text(String)
        case other(String)
    }

    /// The first mistake in a text.
    package struct Problem: Error {
        /// The line from 1.
        package let line: Int
        /// The byte in the line, from 1.
        package let column: Int
        package let expected: String
        package let found: String
    }

    package let content: Content
    package let range: Range<Int>

    /// Reads a whole text.
    ///
    /// - Parameter most: the largest number of values that the text may have.
    package init(_ bytes: [UInt8], most: Int = .max) throws(Problem) {
        self = try JSONReader.value(of: bytes, most: most)
    }

    init(_ content: Content, _ range: Range<Int>) {
        (self.content, self.range) = (content, range)
    }
}
