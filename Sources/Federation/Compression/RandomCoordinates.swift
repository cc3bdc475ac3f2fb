import LinearAlgebra
import RandomStreams
import Settings

/// Kind `rand_k`: k numbers that are drawn without replacement; all others are 0.
///
///     x'_i = (d/k) x_i   without error feedback: the mean over the draws is x_i
///     x'_i = x_i         with error feedback
///
/// - k is `share` times d, rounded, at least 1. Each set of k indices is equally likely (Floyd's
///   algorithm; Bentley and Floyd 1987).
/// - Packed form: 8 + 4 k bytes: a seed, from which the receiver draws the same indices, and the
///   values in the order of the indices.
/// - The factor d/k also multiplies the norm. An update with a number of 1,024 or more after it
///   counts as a divergence.
/// - Source: Stich, Cordonnier and Jaggi 2018, arXiv 1809.07599; Konečný et al. 2016, arXiv
///   1610.05492, "random mask".
struct RandomCoordinates: Compression {
    let share: ShareOfNumbers
    let keepsError: Bool

    init(_ settings: Settings) {
        share = ShareOfNumbers(settings)
        keepsError = settings.errorFeedback()
    }

    func packedBytes(_ count: Int) -> Int { 8 + 4 * share.kept(of: count) }

    /// A bit for each number.
    func workWords(_ count: Int) -> Int { (count + 63) / 64 }

    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>
    ) {
        var stream = key.stream()
        let seed = stream.bits()
        let kept = share.kept(of: x.count)
        Self.draw(kept, of: x.count, seed: seed, &work)
        bytes.set(seed, at: 0)
        let factor = keepsError ? 1 : Float(Double(x.count) / Double(kept))
        var place = 8
        Self.forEach(&work) { index in
            bytes.set(factor * x[index], at: place)
            place += 4
        }
    }

    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>
    ) {
        Self.draw(share.kept(of: x.count), of: x.count, seed: bytes.longWord(at: 0), &work)
        x.set(to: 0)
        var place = 8
        Self.forEach(&work) { index in
            x[index] = bytes.float(at: place)
            place += 4
        }
    }

    /// Sets the bits of `kept` indices below `count`.
    private static func draw(
        _ kept: Int, of count: Int, seed: UInt64, _ bits: inout MutableSpan<UInt64>
    ) {
        for word in bits.indices { bits[word] = 0 }
        var stream = RandomKey(seed: seed, .compression).stream()
        for last in count - kept..<count {
            let drawn = stream.below(last + 1)
            let isTaken = bits[drawn / 64] >> UInt64(drawn % 64) & 1 == 1
            let index = isTaken ? last : drawn
            bits[index / 64] |= 1 << UInt64(index % 64)
        }
    }

    /// Calls `body` with the indices whose bits are set, in ascending order.
    private static func forEach(_ bits: inout MutableSpan<UInt64>, _ body: (Int) -> Void) {
        for word in bits.indices {
            var left = bits[word]
            while left != 0 {
                body(64 * word + left.trailingZeroBitCount)
                left &= left - 1
            }
        }
    }
}
