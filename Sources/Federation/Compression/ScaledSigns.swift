import RandomStreams
import Settings

/// Kind `sign`: the sign of each number times the mean magnitude.
///
///     x' = (‖x‖₁ / d) sign(x),   sign(0) = 1
///     ‖x' − x‖² = ‖x‖² − ‖x‖₁² / d
///
/// - Packed form: 4 + ⌈d/8⌉ bytes: the mean magnitude, then a bit for each number, the first one in
///   the lowest bit. A set bit is a negative number.
/// - Without error feedback the result is biased, and training may not converge.
/// - Source: Karimireddy et al. 2019, arXiv 1901.09847; Seide et al. 2014 for error feedback.
struct ScaledSigns: Compression {
    let keepsError: Bool

    init(_ settings: Settings) { keepsError = settings.errorFeedback() }

    func packedBytes(_ count: Int) -> Int { 4 + (count + 7) / 8 }

    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>
    ) {
        var sum = 0.0
        for start in stride(from: 0, to: x.count, by: 8) {
            var signs: UInt8 = 0
            for index in start..<min(start + 8, x.count) {
                sum += Double(x[index].magnitude)
                signs |= (x[index] < 0 ? 1 : 0) << UInt8(index - start)
            }
            bytes[4 + start / 8] = signs
        }
        bytes.set(Float(sum / Double(max(x.count, 1))), at: 0)
    }

    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>
    ) {
        let size = bytes.word(at: 0)
        for index in x.indices {
            let isNegative = UInt32(bytes[4 + index / 8] >> UInt8(index % 8) & 1)
            x[index] = Float(bitPattern: size | isNegative << 31)
        }
    }
}
