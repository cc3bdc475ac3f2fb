/// A value whose changing part survives a step, a round or a process as bytes.
///
/// The configured part (defaults, bounds) does not go into the bytes: it comes from the scenario.
/// Every conformance must pass this test: save, restore into a freshly made value, and both give
/// the same results from then on, bit for bit.
public protocol Saved: ~Copyable {
    /// Appends the changing part.
    func save(to writer: inout ByteWriter)
    /// Takes the changing part back.
    mutating func restore(from reader: inout ByteReader) throws(BytesError)
}

extension Saved where Self: ~Copyable {
    /// Nothing changes, so nothing is saved.
    public func save(to writer: inout ByteWriter) {}
    /// Nothing changes, so nothing is restored.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {}

    /// The changing part alone.
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
