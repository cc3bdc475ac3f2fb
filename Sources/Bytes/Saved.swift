/// A value whose changing part survives a step, a round or a process as bytes.
///
/// The configured part (defaults, bounds) does not go into the bytes: it comes from the scenario.
/// Every conformance must pass this test: save, restore into a freshly made value, and both give
/// the same results from then on, bit for bit.
public protocol Saved: ~Copyable {
    /// Appends the state: all that changes after the value was made.
    func save(to writer: inout ByteWriter)
    /// Reads the state that `save(to:)` wrote. Throws `BytesError` if the bytes do not fit this
    /// type.
    mutating func restore(from reader: inout ByteReader) throws(BytesError)
}

extension Saved where Self: ~Copyable {
    /// Writes nothing. By default, a value has nothing that changes.
    public func save(to writer: inout ByteWriter) {}
    /// Reads nothing. By default, a value has nothing that changes.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {}

    /// The bytes of the state, as `save(to:)` writes them.
    public var savedBytes: [UInt8] {
        var writer = ByteWriter()
        save(to: &writer)
        return writer.bytes
    }

    /// Takes the changing part back from exactly these bytes.
    public mutating func restore(_ bytes: [UInt8]) throws(BytesError) {
        var reader = ByteReader(bytes)
        try restore(from: &reader)
        try reader.end()
    }
}
