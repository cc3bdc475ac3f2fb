import RandomStreams
import Settings

/// Kind `int8`: whole numbers from −127 to 127 times a scale for each block, with stochastic
/// rounding.
///
///     s = max_i |x_i| / 127 over the block,   l = ⌊|x_i| / s⌋
///     q_i = sign(x_i) (l + 1) with probability |x_i| / s − l, else sign(x_i) l
///     x'_i = s q_i
///
/// - The mean of x'_i over the draws is x_i, but for the rounding of float arithmetic. The error of
///   a number is below s.
/// - Packed form: d bytes with q, then 4 bytes for each block of `block` numbers with s. The last
///   block may be shorter.
/// - A block of zeros has s = 0. If s is too small for a float, the block becomes 0.
/// - Source: QSGD with 127 levels, buckets and their largest magnitude, as in the experiments of
///   Alistarh et al. 2017, arXiv 1610.02132.
struct BlockIntegers: Compression {
    let block: Int

    init(_ settings: Settings) {
        block = settings.integer(
            "block", default: 512, in: .between(1, 1 << 30),
            "numbers of a block, which share a scale")
    }

    private func blocks(_ count: Int) -> Int { count / block + (count % block == 0 ? 0 : 1) }

    func packedBytes(_ count: Int) -> Int { count + 4 * blocks(count) }

    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>
    ) {
        var stream = key.stream()
        var pair: UInt64 = 0
        for number in 0..<blocks(x.count) {
            let range = number * block..<min(x.count, (number + 1) * block)
            let scale = Self.scale(x, range)
            bytes.set(scale, at: x.count + 4 * number)
            let divides = scale > 0
            for index in range {
                // Each number uses 32 bits of the stream, so a pair of numbers shares 64.
                if index & 1 == 0 { pair = stream.bits() }
                let chance = UInt32(truncatingIfNeeded: pair >> UInt64(32 * (index & 1)))
                bytes[index] = divides ? Self.rounded(x[index], scale, chance) : 0
            }
        }
    }

    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>
    ) {
        for number in 0..<blocks(x.count) {
            let scale = bytes.float(at: x.count + 4 * number)
            for index in number * block..<min(x.count, (number + 1) * block) {
                x[index] = scale * Float(Int8(bitPattern: bytes[index]))
            }
        }
    }

    /// Returns the scale of a block. It is NaN if a number is not finite.
    private static func scale(_ x: Span<Float>, _ range: Range<Int>) -> Float {
        // The bits of magnitudes have the order of the magnitudes.
        var largest: UInt32 = 0
        for index in range { largest = max(largest, x[index].magnitude.bitPattern) }
        let magnitude = Float(bitPattern: largest)
        return magnitude.isFinite ? magnitude / 127 : .nan
    }

    /// Returns q as a byte. The scale is finite and greater than 0.
    private static func rounded(_ x: Float, _ scale: Float, _ chance: UInt32) -> UInt8 {
        // The division can round to a number a little above 127.
        let levels = min(x.magnitude / scale, 127)
        let lower = Int32(levels)
        // 24 bits make a multiple of 2^−24 below 1, without an error.
        let rest = Float(chance >> 8) * 0x1p-24 - (levels - Float(lower))
        // Signs are read from bits: a processor predicts no branch on random numbers.
        let size = lower &+ Int32(truncatingIfNeeded: rest.bitPattern >> 31)
        let sign = Int32(bitPattern: x.bitPattern) >> 31
        return UInt8(truncatingIfNeeded: (size ^ sign) &- sign)
    }
}
