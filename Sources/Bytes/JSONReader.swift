/// Reads a JSON text from front to back.
struct JSONReader {
    typealias Problem = JSONValue.Problem
    typealias Content = JSONValue.Content

    private static let deepest = 32
    private let bytes: [UInt8]
    private let most: Int
    private var count = 0
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8], _ most: Int) { (self.bytes, self.most) = (bytes, most) }

    static func value(of bytes: [UInt8], most: Int) throws(Problem) -> JSONValue {
        var reader = JSONReader(bytes, most)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.position == bytes.count else {
            throw reader.problem("the end of the text")
        }
        return value
    }

    private mutating func value() throws(Problem) -> JSONValue {
        try countValue()
        skipBlanks()
        let start = position
        let content: Content
        switch peek {
        case UInt8(ascii: "["): content = try list()
        case UInt8(ascii: "{"): content = try object()
        case UInt8(ascii: "\""): content = .text(try text())
        default: content = try literal()
        }
        return JSONValue(content, start..<position)
    }

    private mutating func list() throws(Problem) -> Content {
        try enter()
        var integers: [Int] = []
        var nodes: [JSONValue] = []
        var isFirst = true
        while true {
            skipBlanks()
            if peek == UInt8(ascii: "]"), isFirst { break }
            let start = position
            if nodes.isEmpty, let integer = integer() {
                integers.append(integer)
                try countValue()
            } else {
                if nodes.isEmpty {
                    nodes = integers.map { JSONValue(.integer($0), start..<start) }
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

    private mutating func object() throws(Problem) -> Content {
        try enter()
        var entries: [(key: String, value: JSONValue)] = []
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

    private mutating func countValue() throws(Problem) {
        count += 1
        guard count <= most else { throw problem("at most \(most) values", found: "more") }
    }

    private mutating func enter() throws(Problem) {
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

    private mutating func literal() throws(Problem) -> Content {
        if let integer = integer() { return .integer(integer) }
        let start = position
        while Self.continuesLiteral(peek) { position += 1 }
        let literal = bytes[start..<position]
        let text = String(decoding: literal, as: UTF8.self)
        guard ["true", "false", "null"].contains(text) || Self.isNumber(literal) else {
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

    /// Returns whether a text is a number of JSON: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
    /// Python's `NaN` is none.
    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ signs: String) -> Bool {
            guard let first = rest.first, signs.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-")
        let startsWithZero = rest.first == 0x30
        let count = digits()
        guard count == 1 || count > 1 && !startsWithZero else { return false }
        if take("."), digits() == 0 { return false }
        if take("eE") {
            _ = take("+-")
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }

    private var peek: UInt8? { byte(position) }

    private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    private mutating func expect(
        _ sign: Unicode.Scalar, or other: String? = nil
    ) throws(Problem) {
        guard peek == UInt8(ascii: sign) else {
            throw problem("'\(sign)'" + (other.map { " or \($0)" } ?? ""))
        }
        position += 1
    }

    private func problem(_ expected: String, found: String? = nil) -> Problem {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = position - ((before.lastIndex(of: 0x0A) ?? -1) + 1) + 1
        let here = peek.map { $0 > 0x20 && $0 < 0x7F ? "'\(Unicode.Scalar($0))'" : "byte \($0)" }
        return Problem(
            line: line, column: column, expected: expected,
            found: found ?? here ?? "the end of the text")
    }
}

/// Texts in quotes, with escapes.
extension JSONReader {
    private mutating func text() throws(Problem) -> String {
        let start = position
        position += 1
        // Most texts have no escape: they are copied as a whole.
        var content: [UInt8] = []
        var copied = position
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw problem("no control character in a text") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                content += bytes[copied..<position - 1]
                content += Array(String(try escaped()).utf8)
                copied = position
            }
        }
        content += bytes[copied..<position]
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

    private mutating func escaped() throws(Problem) -> Unicode.Scalar {
        let sign = peek
        position += 1
        if sign == UInt8(ascii: "u") { return try unicode() }
        guard let character = JSONEscape.character(sign) else {
            position -= 1
            throw problem("an escape such as \\n")
        }
        return character
    }

    private mutating func unicode() throws(Problem) -> Unicode.Scalar {
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

    private mutating func fourDigits() throws(Problem) -> UInt32 {
        let end = position + 4
        guard end <= bytes.count,
            let text = String(validating: bytes[position..<end], as: UTF8.self),
            text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
        else { throw problem("four hexadecimal digits") }
        position = end
        return value
    }
}
