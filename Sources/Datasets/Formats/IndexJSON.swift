import Settings

/// A JSON text that may consist of millions of whole numbers, as values with their locations.
///
/// A list of whole numbers is one array. So such a text needs 8 bytes for a number, and not a tree
/// of objects. Keys of an object must differ.
///
/// - Source: RFC 8259.
struct IndexJSON {
    /// A value, and the range of its bytes in the text.
    struct Node {
        let content: Content
        let range: Range<Int>
    }

    /// The forms of a value. Literals and numbers with a fraction stay as they are written.
    indirect enum Content {
        case integers([Int])
        case integer(Int)
        case list([Node])
        case object([(key: String, value: Node)])
        case text(String)
        case other(String)
    }

    private static let deepest = 32
    private let bytes: [UInt8]
    private let path: String
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

    /// Reads a whole text.
    ///
    /// - Throws: `DataError.damaged` with the line and the column of the first mistake.
    static func value(of bytes: [UInt8], path: String) throws(DataError) -> Node {
        var reader = IndexJSON(bytes, path: path)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.position == bytes.count else {
            throw reader.problem("the end of the text")
        }
        return value
    }

    private mutating func value() throws(DataError) -> Node {
        skipBlanks()
        let start = position
        let content: Content
        switch peek {
        case UInt8(ascii: "["): content = try list()
        case UInt8(ascii: "{"): content = try object()
        case UInt8(ascii: "\""): content = .text(try text())
        default: content = try literal()
        }
        return Node(content: content, range: start..<position)
    }

    private mutating func list() throws(DataError) -> Content {
        try enter()
        var integers: [Int] = []
        var nodes: [Node] = []
        var isFirst = true
        while true {
            skipBlanks()
            if peek == UInt8(ascii: "]"), isFirst { break }
            let start = position
            if nodes.isEmpty, let integer = integer() {
                integers.append(integer)
            } else {
                if nodes.isEmpty {
                    nodes = integers.map { Node(content: .integer($0), range: start..<start) }
                }
                nodes.append(try value())
            }
            isFirst = false
            skipBlanks()
            if peek == UInt8(ascii: "]") { break }
            try expect(",", or: "']'")
        }
        leave()
        return nodes.isEmpty ? .integers(integers) : .list(nodes)
    }

    private mutating func object() throws(DataError) -> Content {
        try enter()
        var entries: [(key: String, value: Node)] = []
        var keys: Set<String> = []
        while true {
            skipBlanks()
            if peek == UInt8(ascii: "}"), entries.isEmpty { break }
            guard peek == UInt8(ascii: "\"") else { throw problem("a key in quotes") }
            let start = position
            let key = try text()
            guard keys.insert(key).inserted else {
                position = start
                throw problem("keys that differ", found: "'\(key)' twice")
            }
            skipBlanks()
            try expect(":")
            entries.append((key, try value()))
            skipBlanks()
            if peek == UInt8(ascii: "}") { break }
            try expect(",", or: "'}'")
        }
        leave()
        return .object(entries)
    }

    private mutating func enter() throws(DataError) {
        depth += 1
        guard depth <= Self.deepest else {
            throw problem("at most \(Self.deepest) lists in each other", found: "more")
        }
        position += 1
    }

    private mutating func leave() {
        depth -= 1
        position += 1
    }

    /// Reads a whole number of at most 18 digits; nil, and nothing read, for another value.
    private mutating func integer() -> Int? {
        var index = position
        let isNegative = byte(index) == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        var value = 0
        while let digit = byte(index), digit >= 0x30, digit <= 0x39 {
            guard index - first < 18 else { return nil }
            value = 10 * value + Int(digit - 0x30)
            index += 1
        }
        guard index > first, !Self.continuesLiteral(byte(index)),
            index == first + 1 || byte(first) != 0x30
        else { return nil }
        position = index
        return isNegative ? -value : value
    }

    private mutating func literal() throws(DataError) -> Content {
        if let integer = integer() { return .integer(integer) }
        let start = position
        while Self.continuesLiteral(peek) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(text) || Self.isNumber(text) else {
            position = start
            throw problem("a value")
        }
        return .other(text)
    }

    private static func continuesLiteral(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Returns whether a text is a number of JSON. Python's `NaN` is none.
    private static func isNumber(_ text: String) -> Bool {
        text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
    }

    private var peek: UInt8? { byte(position) }

    private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    private mutating func expect(
        _ sign: Unicode.Scalar, or other: String? = nil
    ) throws(DataError) {
        guard peek == UInt8(ascii: sign) else {
            throw problem("'\(sign)'" + (other.map { " or \($0)" } ?? ""))
        }
        position += 1
    }

    private func problem(_ expected: String, found: String? = nil) -> DataError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = position - ((before.lastIndex(of: 0x0A) ?? -1) + 1) + 1
        let here = peek.map { $0 > 0x20 && $0 < 0x7F ? "'\(Unicode.Scalar($0))'" : "byte \($0)" }
        return .damaged(
            path: "\(path):\(line):\(column)",
            reason: mismatch(expected, found ?? here ?? "the end of the text"))
    }
}

/// Texts in quotes, with escapes.
extension IndexJSON {
    private mutating func text() throws(DataError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw problem("no control character in a text") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                content += Array(String(try escaped()).utf8)
            } else {
                content.append(byte)
            }
        }
        guard peek != nil else {
            position = start
            throw problem("a text that ends")
        }
        position += 1
        guard let text = String(validating: content, as: UTF8.self) else {
            position = start
            throw problem("a text in UTF-8", found: "other bytes")
        }
        return text
    }

    private mutating func escaped() throws(DataError) -> Unicode.Scalar {
        let sign = peek
        position += 1
        if sign == UInt8(ascii: "u") { return try unicode() }
        guard let character = JSONEscape.character(sign) else {
            position -= 1
            throw problem("an escape such as \\n")
        }
        return character
    }

    private mutating func unicode() throws(DataError) -> Unicode.Scalar {
        let first = try fourDigits()
        // Characters beyond the first 65,536 are written as two halves.
        if (0xD800..<0xDC00).contains(first), peek == UInt8(ascii: "\\"),
            byte(position + 1) == UInt8(ascii: "u")
        {
            position += 2
            let second = try fourDigits()
            if (0xDC00..<0xE000).contains(second) {
                let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
                return Unicode.Scalar(value) ?? "\u{FFFD}"
            }
            return "\u{FFFD}"
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private mutating func fourDigits() throws(DataError) -> UInt32 {
        let end = position + 4
        guard end <= bytes.count,
            let text = String(validating: bytes[position..<end], as: UTF8.self),
            text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
        else { throw problem("four hexadecimal digits") }
        position = end
        return value
    }
}
