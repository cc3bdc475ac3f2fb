/// Philox4x32-10: four 32-bit numbers from a counter and a key.
///
/// Ten rounds of two 32x32 multiplications and a key addition. Being a function of its counter, it
/// has no state to share.
///
/// - Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
package enum Philox {
    package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for round in 0..<10 {
            if round > 0 { k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
            let (high0, low0) = multiply(0xD251_1F53, c[0])
            let (high1, low1) = multiply(0xCD9E_8D57, c[2])
            c = SIMD4(high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0)
        }
        return c
    }

    private static func multiply(_ a: UInt32, _ b: UInt32) -> (high: UInt32, low: UInt32) {
        let product = UInt64(a) * UInt64(b)
        return (UInt32(truncatingIfNeeded: product >> 32), UInt32(truncatingIfNeeded: product))
    }
}
