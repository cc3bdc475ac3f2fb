/// A vector outside a block as bytes, in this machine's order (little-endian on all that are
/// supported). Each direction is one copy.
public enum VectorBytes {
    /// Returns the bytes of some numbers.
    public static func bytes(of numbers: Span<Float>) -> [UInt8] {
        numbers.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) }
    }

    /// Returns the numbers of some bytes; nil where the bytes are not `count` numbers.
    public static func numbers(in bytes: [UInt8], count: Int) -> [Float]? {
        guard bytes.count == count * MemoryLayout<Float>.stride else { return nil }
        return [Float](unsafeUninitializedCapacity: count) { numbers, initialized in
            UnsafeMutableRawBufferPointer(numbers).copyBytes(from: bytes)
            initialized = count
        }
    }
}
