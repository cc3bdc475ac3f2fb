/// The numbers of one key, in order.
///
/// A stream is not copyable, so it is neither stored in a value by accident nor used twice. It is
/// no `RandomNumberGenerator`: the algorithms of the standard library's distributions may change.
public struct RandomStream: ~Copyable {
    private let key: SIMD2<UInt32>
    private var counter: SIMD4<UInt32>
    /// The unused second half of the last Philox block. It is nil if both halves are used.
    private var half: UInt64?

    init(_ name: RandomKey) {
        key = SIMD2(
            UInt32(truncatingIfNeeded: name.seed), UInt32(truncatingIfNeeded: name.seed >> 32))
        counter = SIMD4(0, name.round, name.client, name.purpose.rawValue)
    }

    /// Returns the next 64 random bits.
    public mutating func bits() -> UInt64 {
        if let half {
            self.half = nil
            return half
        }
        let block = Philox.block(counter: counter, key: key)
        counter[0] += 1
        half = UInt64(block[3]) << 32 | UInt64(block[2])
        return UInt64(block[1]) << 32 | UInt64(block[0])
    }

    /// A whole number in 0..<bound, each equally likely (Lemire 2019, arXiv 1805.10941).
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "below(\(bound)): the bound must be positive")
        let range = UInt64(bound)
        while true {
            let product = range.multipliedFullWidth(by: bits())
            // The remainder below is less than the range: most draws don't need the division.
            if product.low >= range || product.low >= (0 &- range) % range {
                return Int(product.high)
            }
        }
    }

    /// A number in [0, 1), a multiple of 2^-53.
    public mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// A number in (0, 1], a multiple of 2^-53: for logarithms.
    public mutating func positiveUniform() -> Double { Double((bits() >> 11) + 1) * 0x1p-53 }
}
