import Bytes

/// Appends the fields of a Protocol Buffers message, as far as event files need them.
///
/// As in proto3, a field that has its default value takes no bytes. Members of a `oneof` are the
/// exception: the functions with `oneof` in their name always write.
struct ProtobufWriter {
    private var writer: ByteWriter

    /// The bytes of the message so far.
    var bytes: [UInt8] { writer.bytes }

    init(capacity: Int = 0) { writer = ByteWriter(capacity: capacity) }

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
        writer.write(double)
    }

    /// Appends a number of 32 bits that is a member of a `oneof`.
    mutating func write(_ field: UInt64, oneofFloat float: Float) {
        writeKey(field, .fixed32)
        writer.write(float)
    }

    /// Appends numbers in the packed form.
    mutating func write(_ field: UInt64, doubles: [Double]) {
        guard !doubles.isEmpty else { return }
        writeKey(field, .length)
        writeVarint(UInt64(8 * doubles.count))
        for double in doubles { writer.write(double) }
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
        writer.writeRaw(Array(text.utf8))
    }

    /// Appends a message, also an empty one.
    mutating func write(_ field: UInt64, _ body: (inout ProtobufWriter) -> Void) {
        var message = ProtobufWriter()
        body(&message)
        writeKey(field, .length)
        writeVarint(UInt64(message.bytes.count))
        writer.writeRaw(message.bytes)
    }

    private mutating func writeKey(_ field: UInt64, _ type: WireType) {
        writeVarint(field << 3 | type.rawValue)
    }

    /// Appends seven bits a byte, the lowest first. All bytes but the last have the highest bit.
    private mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest > 127 {
            writer.write(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        writer.write(UInt8(truncatingIfNeeded: rest))
    }
}
