import LinearAlgebra
import RandomStreams

/// Kinds `fp16` and `bf16`: each number is rounded to 16 bits, ties to even.
///
/// - Packed form: 2 d bytes, the low byte of each number first.
/// - fp16 has 11 significant bits and ends at 65,504: numbers of 65,520 and more become infinite,
///   and the client then diverges. Below 2^−14 its steps are 2^−24, so updates of 2^−25 and less
///   become 0.
/// - bf16 has 8 significant bits and the range of a float.
/// - Source: IEEE 754-2019, binary16; Kalamkar et al. 2019, arXiv 1905.12322, for bfloat16.
struct ShortFloats: Compression {
    let form: ShortFloat

    func packedBytes(_ count: Int) -> Int { 2 * count }

    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>
    ) {
        bytes.pack(x, as: form)
    }

    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>
    ) {
        x.unpack(bytes, from: form)
    }
}
