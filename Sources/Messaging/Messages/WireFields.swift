import Bytes

/// The fields of a message, which are written and read in the same order.
protocol MessagePayload: Equatable, Sendable {
    /// Writes all fields in their order.
    func write(to writer: inout ByteWriter)
    /// Reads all fields; throws `BytesError` if they are too short or have a value that is not
    /// allowed.
    init(from reader: inout ByteReader) throws(BytesError)
}

/// A value that has one way to be written: the type alone says how.
protocol WireField {
    /// Writes the value behind what is written.
    func write(to writer: inout ByteWriter)
    /// Reads a value; throws `BytesError` if the bytes are too short or not allowed.
    init(from reader: inout ByteReader) throws(BytesError)
}

extension WireField where Self: FixedWidthInteger {
    func write(to writer: inout ByteWriter) { writer.write(self) }
    init(from reader: inout ByteReader) throws(BytesError) { self = try reader.integer() }
}

extension UInt8: WireField {}
extension UInt16: WireField {}
extension UInt32: WireField {}
extension UInt64: WireField {}
extension Int32: WireField {}

extension Double: WireField {
    func write(to writer: inout ByteWriter) { writer.write(self) }
    init(from reader: inout ByteReader) throws(BytesError) { self = try reader.double() }
}

extension Bool: WireField {
    func write(to writer: inout ByteWriter) { writer.write(self) }
    init(from reader: inout ByteReader) throws(BytesError) { self = try reader.flag() }
}

extension String: WireField {
    func write(to writer: inout ByteWriter) { writer.write(self) }
    init(from reader: inout ByteReader) throws(BytesError) { self = try reader.text() }
}

extension [UInt8]: WireField {
    func write(to writer: inout ByteWriter) { writer.write(self) }
    init(from reader: inout ByteReader) throws(BytesError) { self = try reader.byteList() }
}

extension ByteWriter {
    /// Writes fields one after the other.
    mutating func write<each F: WireField>(fields: repeat each F) {
        repeat (each fields).write(to: &self)
    }
}

extension ByteReader {
    /// Reads fields one after the other; throws `BytesError` at the first that cannot be read.
    mutating func fields<each F: WireField>() throws(BytesError) -> (repeat each F) {
        try (repeat (each F)(from: &self))
    }
}
