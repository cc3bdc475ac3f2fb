/// Appends numbers and text to a byte array, little-endian, without padding.
///
///     var writer = ByteWriter()
///     writer.write(UInt32(7))
///     writer.write("fedhyper_g")
///     writer.bytes.count  // 4 + 4 + 10
public struct ByteWriter: Sendable {
    /// All bytes written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer.
    ///
    /// - Parameter capacity: how many bytes it takes without asking for more memory.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Writes an integer of at most 64 bits in little-endian order.
    @inlinable
    public mutating func write<I: FixedWidthInteger>(_ value: I) {
        write(lowest: I.bitWidth / 8, of: UInt64(truncatingIfNeeded: value))
    }

    /// Writes the lowest bytes of a word: one function for all integers, as in `ByteReader`.
    @usableFromInline
    mutating func write(lowest size: Int, of word: UInt64) {
        precondition(size <= 8, "an integer of \(size) bytes")
        var rest = word
        for _ in 0..<size {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Writes the eight bytes of a number, bit for bit (a NaN keeps its payload).
    public mutating func write(_ value: Double) { write(value.bitPattern) }

    /// Writes the four bytes of a number, bit for bit.
    public mutating func write(_ value: Float) { write(value.bitPattern) }

    /// Writes one byte: 1 for true, 0 for false.
    public mutating func write(_ value: Bool) { write(value ? UInt8(1) : 0) }

    /// Writes how many things follow: a 32-bit number. Where there are 2³² − 1 or more, that number
    /// is 2³² − 1 and the true one follows in 64 bits. So no count is too large to be written.
    ///
    /// - Parameter count: 0 or more.
    public mutating func write(count: Int) {
        guard let short = UInt32(exactly: count), short < .max else {
            write(UInt32.max)
            write(UInt64(clamping: count))
            return
        }
        write(short)
    }

    /// Writes the length in bytes of the UTF-8 text as a count, then the text.
    public mutating func write(_ value: String) {
        write(count: value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    /// Writes the length as a count, then the bytes.
    public mutating func write(_ value: [UInt8]) {
        write(count: value.count)
        bytes.append(contentsOf: value)
    }

    /// Writes a presence byte, and the number when there is one.
    public mutating func write(_ value: Double?) {
        write(value != nil)
        if let value { write(value) }
    }

    /// Writes the count, then the numbers.
    public mutating func write(_ values: [Double]) {
        write(count: values.count)
        bytes.reserveCapacity(bytes.count + 8 * values.count)
        for value in values { write(value) }
    }

    /// Appends bytes as they are, without a length.
    public mutating func writeRaw(_ raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }
}
