import RandomStreams

/// A compression with the memory for its packed form. It allocates memory only when it is made.
struct Compressor: ~Copyable {
    private let compression: any Compression
    private var bytes: [UInt8]
    private var work: [UInt64]

    /// Allocates the memory for vectors of `count` numbers.
    init(_ compression: any Compression, count: Int) {
        self.compression = compression
        bytes = Array(repeating: 0, count: compression.packedBytes(count))
        work = Array(repeating: 0, count: compression.workWords(count))
    }

    /// Returns the bytes that a compressor of vectors of `count` numbers allocates.
    static func memoryBytes(_ compression: (any Compression)?, count: Int) -> Int {
        compression.map { $0.packedBytes(count) + 8 * $0.workWords(count) } ?? 0
    }

    /// Replaces a vector by what arrives if its packed form is sent: x ← unpack(pack(x)).
    mutating func send(_ x: inout MutableSpan<Float>, key: RandomKey) {
        Self.send(&x, compression, key, &bytes, &work)
    }

    private static func send(
        _ x: inout MutableSpan<Float>, _ compression: any Compression, _ key: RandomKey,
        _ bytes: inout [UInt8], _ work: inout [UInt64]
    ) {
        var packed = bytes.mutableSpan
        var memory = work.mutableSpan
        compression.pack(x.span, key: key, into: &packed, &memory)
        compression.unpack(packed.span, into: &x, &memory)
    }
}
