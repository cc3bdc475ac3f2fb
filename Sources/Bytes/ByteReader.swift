/// The reason why bytes do not have the expected form.
public enum BytesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer bytes are left than the next field needs.
    case truncated(needed: Int, left: Int)
    /// Bytes are left after the last field.
    case surplus(Int)
    /// A field holds a value that its meaning does not allow.
    case invalid(String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .truncated(let needed, let left): "expected \(needed) more bytes, found \(left)"
        case .surplus(let count): "expected no more bytes, found \(count)"
        case .invalid(let what): what
        }
    }
}

/// Reads the bytes that `ByteWriter` wrote. Every read is checked against the end, so no bytes make
/// the program trap.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var position: Int

    /// Creates a reader that starts at the first byte.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
    }

    /// The number of bytes that are not read yet.
    public var left: Int { bytes.count - position }

    /// Reads an integer of at most 64 bits in little-endian order.
    @inlinable
    public mutating func integer<I: FixedWidthInteger>(_ type: I.Type = I.self) throws(BytesError)
        -> I
    {
        I(truncatingIfNeeded: try word(of: I.bitWidth / 8))
    }

    /// Reads the lowest bytes of a word. All integers use this one function: a message is read
    /// between long computations, when code is not in the cache.
    @usableFromInline
    mutating func word(of size: Int) throws(BytesError) -> UInt64 {
        precondition(size <= 8, "an integer of \(size) bytes")
        guard left >= size else { throw .truncated(needed: size, left: left) }
        var value: UInt64 = 0
        for index in (position..<position + size).reversed() {
            value = value << 8 | UInt64(bytes[index])
        }
        position += size
        return value
    }

    /// Reads eight bytes as a number, which may be not finite.
    public mutating func double() throws(BytesError) -> Double {
        Double(bitPattern: try integer(UInt64.self))
    }

    /// Reads four bytes as a number, which may be not finite.
    public mutating func float() throws(BytesError) -> Float {
        Float(bitPattern: try integer(UInt32.self))
    }

    /// Reads one byte that must be 0 or 1.
    public mutating func flag() throws(BytesError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        case let other: throw .invalid("expected 0 or 1 for a flag, found \(other)")
        }
    }

    /// Reads a number that may be absent.
    public mutating func optionalDouble() throws(BytesError) -> Double? {
        try flag() ? try double() : nil
    }

    /// Reads how many elements follow.
    ///
    /// - Parameter size: the smallest number of bytes of an element, 1 or more. `size` times the
    ///   count must be left, so a wrong count never reserves memory.
    public mutating func count(size: Int = 1) throws(BytesError) -> Int {
        var count = UInt64(try integer(UInt32.self))
        if count == UInt64(UInt32.max) {
            count = try integer(UInt64.self)
            guard count >= UInt64(UInt32.max) else {
                throw .invalid(
                    "expected a count of at least \(UInt32.max) in 64 bits, found \(count)")
            }
        }
        guard count <= UInt64(left / size) else {
            let (needed, overflows) = count.multipliedReportingOverflow(by: UInt64(size))
            throw .truncated(needed: overflows ? .max : Int(clamping: needed), left: left)
        }
        return Int(count)
    }

    /// Reads a counted list of bytes.
    public mutating func byteList() throws(BytesError) -> [UInt8] { try raw(try count()) }

    /// Reads a counted list of numbers.
    public mutating func doubleList() throws(BytesError) -> [Double] {
        // The count is checked before memory of that size is reserved.
        let count = try count(size: 8)
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try double()) }
        return values
    }

    /// Reads counted UTF-8 text.
    public mutating func text() throws(BytesError) -> String {
        guard let text = String(validating: try byteList(), as: UTF8.self) else {
            throw .invalid("expected text in UTF-8, found other bytes")
        }
        return text
    }

    /// Reads `count` bytes as they are.
    public mutating func raw(_ count: Int) throws(BytesError) -> [UInt8] {
        guard count >= 0, left >= count else { throw .truncated(needed: count, left: left) }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Throws an error if bytes are left.
    public func end() throws(BytesError) {
        if left > 0 { throw .surplus(left) }
    }
}
