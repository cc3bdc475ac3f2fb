import LinearAlgebra
import RandomStreams
import Settings

/// Kind `top_k`: the k numbers with the largest magnitudes of the whole vector; all others are 0.
///
///     ‖x' − x‖² ≤ (1 − k/d) ‖x‖²
///
/// - k is `share` times d, rounded, at least 1. Of equal magnitudes, those with the lower index are
///   sent.
/// - Packed form: 8 k bytes. Each number has its index and its value, 4 bytes each, in the order of
///   the indices.
/// - Cost: four passes over the vector, without sorting.
/// - Source: Stich, Cordonnier and Jaggi 2018, arXiv 1809.07599.
struct TopCoordinates: Compression {
    let share: ShareOfNumbers
    let keepsError: Bool

    init(_ settings: Settings) {
        share = ShareOfNumbers(settings)
        keepsError = settings.errorFeedback()
    }

    func packedBytes(_ count: Int) -> Int { 8 * share.kept(of: count) }

    func workWords(_ count: Int) -> Int { MagnitudeThreshold.workWords }

    func pack(
        _ x: Span<Float>, key: RandomKey, into bytes: inout MutableSpan<UInt8>,
        _ work: inout MutableSpan<UInt64>
    ) {
        var threshold = MagnitudeThreshold(x, keeping: share.kept(of: x.count), &work)
        var place = 0
        for index in x.indices where threshold.keeps(x[index]) {
            bytes.set(UInt32(truncatingIfNeeded: index), at: place)
            bytes.set(x[index], at: place + 4)
            place += 8
        }
    }

    func unpack(
        _ bytes: Span<UInt8>, into x: inout MutableSpan<Float>, _ work: inout MutableSpan<UInt64>
    ) {
        x.set(to: 0)
        for place in stride(from: 0, to: bytes.count, by: 8) {
            x[Int(bytes.word(at: place))] = bytes.float(at: place + 4)
        }
    }
}
