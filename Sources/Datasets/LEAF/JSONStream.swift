import Bytes
import Settings

/// Reads a JSON text, packed with gzip or not, from front to back through a buffer of fixed size.
///
/// The caller says which value comes next, so that no tree of values is made. Long lists of numbers
/// go straight into an array of floats.
///
/// - Source: RFC 8259.
struct JSONStream: ~Copyable {
    let path: String
    private var file: GzipFile
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private var position = 0
    private var end = 0
    private var isAtEnd = false
    private var hasStarted = false
    // Of the bytes before the buffer: the line ends, and the bytes after the last one.
    private var lines = 0
    private var columns = 0

    private static let size = 1 << 20
    /// The largest number of bytes of a number.
    private static let longestNumber = 512
    private static let deepest = 64

    init(path: String) throws(DataError) {
        // A named pipe would wait for its writer, and a device may never end.
        _ = try RegularFile(path: path)
        file = try GzipFile(path: path)
        self.path = path
        buffer = .allocate(capacity: Self.size)
        buffer.initialize(repeating: 0)
    }

    deinit {
        buffer.deallocate()
    }

    private var filled: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: buffer[..<end])
    }

    /// Moves the unread bytes to the front, and reads more behind them.
    private mutating func fill() throws(DataError) {
        for byte in buffer[..<position] {
            columns += 1
            if byte == 0x0A { (lines, columns) = (lines + 1, 0) }
        }
        let rest = end - position
        if rest > 0, let base = buffer.baseAddress {
            base.update(from: base + position, count: rest)
        }
        (position, end) = (0, rest)
        while end < Self.size, !isAtEnd {
            let count = try file.read(into: buffer[end...])
            isAtEnd = count == 0
            if isAtEnd, file.endsEarly() { throw .truncatedGzip(path) }
            end += count
        }
        if !hasStarted, filled.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        hasStarted = true
    }

    /// Returns the next byte, which stays; nil at the end of the text.
    @inline(__always)
    mutating func peek() throws(DataError) -> UInt8? {
        if position == end {
            if isAtEnd { return nil }
            try fill()
            if position == end { return nil }
        }
        return buffer[position]
    }

    /// Skips blanks, and returns the byte behind them.
    @inline(__always)
    mutating func next() throws(DataError) -> UInt8? {
        while let byte = try peek() {
            if byte > 0x20 || !(byte == 0x20 || (0x09...0x0D).contains(byte)) { return byte }
            position += 1
        }
        return nil
    }

    /// Reads this sign if it is next.
    @inline(__always)
    mutating func skip(_ sign: Unicode.Scalar) throws(DataError) -> Bool {
        guard try next() == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    /// Reads this sign, and throws if another byte is next.
    mutating func expect(_ sign: Unicode.Scalar, or other: String = "") throws(DataError) {
        guard try skip(sign) else {
            throw try problem("'\(sign)'" + (other.isEmpty ? "" : " or \(other)"))
        }
    }

    /// Reads the sign between two elements. Returns false after the last one.
    @inline(__always)
    mutating func hasMore(until sign: Unicode.Scalar) throws(DataError) -> Bool {
        if try skip(",") { return true }
        try expect(sign, or: "','")
        return false
    }

    /// Reads the keys of an object, each with a closure that reads its value.
    mutating func object(
        _ member: (inout JSONStream, String) throws(DataError) -> Void
    ) throws(DataError) {
        try expect("{")
        if try skip("}") { return }
        repeat {
            guard try next() == UInt8(ascii: "\"") else { throw try problem("a key in quotes") }
            let key = try text()
            try expect(":")
            try member(&self, key)
        } while try hasMore(until: "}")
    }

    /// Reads a list with a closure that reads an element.
    mutating func list(
        _ element: (inout JSONStream) throws(DataError) -> Void
    ) throws(DataError) {
        try expect("[")
        if try skip("]") { return }
        repeat { try element(&self) } while try hasMore(until: "]")
    }

    /// Reads a list of numbers, which are added to `values`.
    ///
    /// - Parameters:
    ///   - most: the largest count that `values` may have.
    ///   - advice: what to do about a text in place of a number.
    mutating func numbers(
        into values: inout [Float], most: Int, aboutTexts advice: String? = nil
    ) throws(DataError) {
        try expect("[")
        if try skip("]") { return }
        repeat {
            let number = try number(aboutTexts: advice)
            let value = number.float(filled.span)
            guard value.isFinite else { throw try problem("a finite float32 number") }
            guard values.count < most else {
                throw try problem("at most \(most.grouped) numbers in a part", found: "more")
            }
            values.append(value)
            position = number.end
        } while try hasMore(until: "]")
    }

    /// Reads one number as a double.
    mutating func double() throws(DataError) -> Double {
        let number = try number()
        let value = number.double(filled.span)
        position = number.end
        return value
    }

    /// Returns the next number, whose bytes stay unread.
    @inline(__always)
    private mutating func number(
        aboutTexts advice: String? = nil
    ) throws(DataError) -> DecimalNumber {
        _ = try next()
        if end - position < Self.longestNumber, !isAtEnd { try fill() }
        guard let number = DecimalNumber(filled.span, at: position, before: end),
            number.end < end || isAtEnd,
            buffer[position] != 0x2B
        else {
            let isText = try peek() == UInt8(ascii: "\"")
            throw try problem("a number", isText ? advice : nil)
        }
        return number
    }

    /// Reads any value, and drops it.
    mutating func skipValue(depth: Int = 0) throws(DataError) {
        guard depth < Self.deepest else {
            throw try problem("at most \(Self.deepest) lists in one another")
        }
        switch try next() {
        case UInt8(ascii: "{"):
            try object { stream, _ throws(DataError) in try stream.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            try list { stream throws(DataError) in try stream.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            while let byte = try peek(), (0x61...0x7A).contains(byte) { position += 1 }
        default: _ = try double()
        }
    }

    /// Makes the error about the next byte.
    mutating func problem(
        _ expected: String, found: String? = nil, _ advice: String? = nil
    ) throws(DataError) -> DataError {
        _ = try peek()
        let place = TextPlace(of: position, in: filled)
        let column = place.line == 1 ? place.column + columns : place.column
        return .damaged(
            path: "\(path):\(place.line + lines):\(column)",
            reason: mismatch(
                expected, found ?? TextPlace.word(at: position, in: filled), advice))
    }
}

// Texts in quotes.
extension JSONStream {
    /// Reads one text in quotes.
    mutating func text() throws(DataError) -> String {
        var bytes: [UInt8] = []
        try text(into: &bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw try problem("a text in UTF-8 before this place", found: "other bytes")
        }
        return text
    }

    /// Reads a text, whose bytes take the place of those in `bytes`.
    mutating func text(into bytes: inout [UInt8]) throws(DataError) {
        bytes.removeAll(keepingCapacity: true)
        try expect("\"")
        while let byte = try peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                position += 1
                bytes.append(contentsOf: String(try escaped()).utf8)
            case 0..<0x20: throw try problem("no control character in a text")
            default:
                bytes.append(byte)
                position += 1
                guard bytes.count <= Self.size else {
                    throw try problem("a text of at most \(Self.size.grouped) bytes")
                }
            }
        }
        throw try problem("a text that ends")
    }

    private mutating func escaped() throws(DataError) -> Unicode.Scalar {
        let sign = try peek()
        position += sign == nil ? 0 : 1
        if sign == UInt8(ascii: "u") { return try unicode() }
        guard let character = JSONEscape.character(sign) else {
            throw try problem("an escape such as \\n")
        }
        return character
    }

    private mutating func unicode() throws(DataError) -> Unicode.Scalar {
        let first = try fourDigits()
        guard (0xD800..<0xDC00).contains(first) else {
            return Unicode.Scalar(first) ?? "\u{FFFD}"
        }
        // Characters beyond the first 65,536 are written as two halves.
        for sign in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard try peek() == sign else {
                throw try problem("the second half of a character, \\u and four digits")
            }
            position += 1
        }
        let second = try fourDigits()
        guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourDigits() throws(DataError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = try peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw try problem("four hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
