/// A checksum with 64 bits of the bits of `floats`, in order.
///
/// It finds accidents (a torn, shifted or mixed-up frame, a flipped bit), not attackers. Eight
/// lanes take the words of 8 bytes in turn,
///
///     lane_j ← rotate(lane_j ⊕ word, 31) · K   (mod 2⁶⁴, K odd)
///
/// the words that are left over go to the first lane and a last float to the second, and the count
/// and the eight lanes are combined by the same step. Each step is a bijection of the lane and of
/// the word, so any change within one word, as a single flipped bit, certainly changes the result.
/// The rotation matters: a product alone never carries a change of a float's sign down to lower
/// bits, and two of them would cancel.
///
/// Cost: one pass at about the speed of memory. Eight lanes hide the latency of the product.
public func frameChecksum(_ floats: Span<Float>) -> UInt64 {
    floats.withUnsafeBytes { bytes in checksum(of: bytes) }
}

@inline(__always)
private func mix(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let sum = lane ^ word
    return (sum << 31 | sum >> 33) &* 0x9e37_79b1_85eb_ca87
}

/// Reads only inside `bytes`: whole words while eight bytes are left, then the last four.
private func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    // The lanes are variables, not an array, to stay in registers. They start apart, so that
    // exchanging two words always shows.
    var a: UInt64 = 0x243f_6a88_85a3_08d3
    var b: UInt64 = 0x1319_8a2e_0370_7344
    var c: UInt64 = 0xa409_3822_299f_31d0
    var d: UInt64 = 0x082e_fa98_ec4e_6c89
    var e: UInt64 = 0x4528_21e6_38d0_1377
    var f: UInt64 = 0xbe54_66cf_34e9_0c6c
    var g: UInt64 = 0xc0ac_29b7_c97c_50dd
    var h: UInt64 = 0x3f84_d5b5_b547_0917
    var offset = 0
    while offset + 64 <= bytes.count {
        a = mix(a, word(offset))
        b = mix(b, word(offset + 8))
        c = mix(c, word(offset + 16))
        d = mix(d, word(offset + 24))
        e = mix(e, word(offset + 32))
        f = mix(f, word(offset + 40))
        g = mix(g, word(offset + 48))
        h = mix(h, word(offset + 56))
        offset += 64
    }
    while offset + 8 <= bytes.count {
        a = mix(a, word(offset))
        offset += 8
    }
    if offset < bytes.count {
        let last = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        b = mix(b, UInt64(UInt32(littleEndian: last)))
    }
    var result = mix(0, UInt64(bytes.count))
    for lane in [a, b, c, d, e, f, g, h] { result = mix(result, lane) }
    result ^= result >> 32
    result &*= 0xc2b2_ae3d_27d4_eb4f
    return result ^ result >> 29
}
