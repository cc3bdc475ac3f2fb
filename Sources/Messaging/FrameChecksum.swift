import CXXHash

/// Returns the XXH3 checksum with 64 bits of the bytes of `floats`, in order.
///
/// It finds accidents (a torn, shifted or mixed-up frame, a flipped bit), not attackers. Floats are
/// little-endian in memory and on the wire. Python's `xxhash.xxh3_64_intdigest` computes the same
/// number of the same bytes.
///
/// - Complexity: one pass, with AVX2 or AVX-512 at more than the speed of memory.
/// - Source: Yann Collet, xxHash 0.8; the values of XXH3 are stable since that release.
public func frameChecksum(_ floats: Span<Float>) -> UInt64 {
    floats.withUnsafeBytes { bytes in hyperfed_xxh3(bytes.baseAddress, bytes.count) }
}
