import LinearAlgebra
public import RandomStreams
public import Settings

/// A form in which an update or the model is sent with fewer bytes.
///
/// A kind is one file. It writes the packed form of a vector and reads it again. What arrives is
/// x' = unpack(pack(x)), and the length of the packed form is the number of bytes that are counted.
/// Chance comes from a key alone, so the same vector and key always give the same bytes.
///
/// A vector with numbers that are not finite must not trap. The result then has such numbers, too.
public protocol Compression: Sendable {
    /// Whether a client keeps the error e of its last round and adds it to its next update.
    var keepsError: Bool { get }
    /// Returns the bytes of the packed form of `count` numbers.
    func packedBytes(_ count: Int) -> Int
    /// Returns the words of memory that `pack` and `unpack` need for `count` numbers.
    func workWords(_ count: Int) -> Int
    /// Writes the packed form of a vector.
    ///
    /// - Parameters:
    ///   - x: shape (parameters).
    ///   - bytes: receives the packed form, `packedBytes` of them.
    ///   - work: memory of `workWords` words, with any content.
    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>)
    /// Reads a vector of shape (parameters) from its packed form.
    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>)
}

extension Compression {
    /// By default, a client keeps no error.
    public var keepsError: Bool { false }
    /// Returns 0. By default, no memory is needed beside the packed form.
    public func workWords(_ count: Int) -> Int { 0 }
}

/// Lists the kinds of compression for updates: `client.compression` in a scenario. Nil is the kind
/// that changes nothing.
public let updateCompressions: [Registered<(any Compression)?>] =
    modelCompressions + [
        Registered("top_k", "the share of largest magnitudes: index and value, 8 bytes each") {
            TopCoordinates($0)
        },
        Registered("rand_k", "a random share of the numbers: a seed and 4 bytes for each value") {
            RandomCoordinates($0)
        },
        Registered("sign", "a bit for each sign, and the mean magnitude") { ScaledSigns($0) },
    ]

/// Lists the kinds of compression for the model: `server.compression` in a scenario. The model is
/// not sparse, so kinds that leave out numbers are not in this list.
public let modelCompressions: [Registered<(any Compression)?>] = [
    Registered("none", "32-bit floats, 4 bytes each") { _ in nil },
    Registered("fp16", "IEEE half precision, 2 bytes each") { _ in ShortFloats(form: .fp16) },
    Registered("bf16", "bfloat16, the upper half of a float, 2 bytes each") { _ in
        ShortFloats(form: .bf16)
    },
    Registered("int8", "whole numbers from -127 to 127 times a scale for each block (QSGD)") {
        BlockIntegers($0)
    },
]
