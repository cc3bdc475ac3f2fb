/// Appends the fields of a Protocol Buffers message, as far as event files need them.
///
/// As in proto3, a field that has its default value takes no bytes. Members of a `oneof` are the
/// exception: the functions with `oneof` in their name always write.
struct ProtobufWriter {
    /// The bytes of the message so far.
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// The form of a field's value, which is stored beside the field's number.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case length = 2
        case fixed32 = 5
    }

    /// Appends a whole number in two's complement.
    mutating func write(_ field: UInt64, integer: Int64) {
        guard integer != 0 else { return }
        writeKey(field, .varint)
        writeVarint(UInt64(bitPattern: integer))
    }

    /// Appends a flag that is a member of a `oneof`.
    mutating func write(_ field: UInt64, oneofFlag flag: Bool) {
        writeKey(field, .varint)
        writeVarint(flag ? 1 : 0)
    }

    /// Appends a number, bit for bit.
    mutating func write(_ field: UInt64, double: Double) {
        guard double.bitPattern != 0 else { return }
        write(field, oneofDouble: double)
    }

    /// Appends a number that is a member of a `oneof`.
    mutating func write(_ field: UInt64, oneofDouble double: Double) {
        writeKey(field, .fixed64)
        bytes.append(littleEndian: double.bitPattern)
    }

    /// Appends a number of 32 bits that is a member of a `oneof`.
    mutating func write(_ field: UInt64, oneofFloat float: Float) {
        writeKey(field, .fixed32)
        bytes.append(littleEndian: float.bitPattern)
    }

    /// Appends numbers in the packed form.
    mutating func write(_ field: UInt64, doubles: [Double]) {
        guard !doubles.isEmpty else { return }
        writeKey(field, .length)
        writeVarint(UInt64(8 * doubles.count))
        for double in doubles { bytes.append(littleEndian: double.bitPattern) }
    }

    /// Appends a text, which takes no bytes if it is empty.
    mutating func write(_ field: UInt64, text: String) {
        guard !text.isEmpty else { return }
        write(field, oneofText: text)
    }

    /// Appends a text that is a member of a `oneof`, or a key or value of a map.
    mutating func write(_ field: UInt64, oneofText text: String) {
        writeKey(field, .length)
        writeVarint(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a message, also an empty one.
    ///
    /// Its fields are written in place behind one byte for the length. A message of 128 bytes or
    /// more moves for the further bytes of its length.
    mutating func write(_ field: UInt64, _ body: (inout ProtobufWriter) -> Void) {
        writeKey(field, .length)
        let start = bytes.count
        bytes.append(0)
        body(&self)
        var length = UInt64(bytes.count - start - 1)
        var rest: [UInt8] = []
        while length > 127 {
            rest.append(UInt8(truncatingIfNeeded: length) | 128)
            length >>= 7
        }
        if rest.isEmpty {
            bytes[start] = UInt8(length)
        } else {
            bytes.replaceSubrange(start...start, with: rest + [UInt8(length)])
        }
    }

    private mutating func writeKey(_ field: UInt64, _ type: WireType) {
        writeVarint(field << 3 | type.rawValue)
    }

    /// Appends seven bits a byte, the lowest first. All bytes but the last have the highest bit.
    private mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

extension [UInt8] {
    /// Appends the bytes of a word, the lowest first.
    mutating func append(littleEndian word: some FixedWidthInteger) {
        var rest = word
        for _ in 0..<word.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
