/// The magnitude that separates the k largest numbers of a vector from the others.
///
/// The bits of a magnitude, as a whole number, have the order of the magnitudes. Three passes count
/// these numbers by their upper, middle and lower digits, from the largest down to number k. "Not
/// a number" counts as larger than infinity.
struct MagnitudeThreshold {
    /// The magnitude number k, as bits.
    private var bits: UInt32 = 0
    /// How many numbers of this magnitude are still to be kept.
    private var left: Int

    /// The number of words that the counts of a pass need.
    static let workWords = 2048
    /// The digits of 31 bits: the position of the lowest bit, and the number of values.
    private static let digits: [(shift: UInt32, values: Int)] = [(20, 2048), (9, 2048), (0, 512)]

    /// Finds the threshold of the `count` largest magnitudes.
    ///
    /// - Parameters:
    ///   - count: from 1 to the number of elements of `x`.
    ///   - counts: memory of `workWords` words.
    init(_ x: Span<Float>, keeping count: Int, _ counts: inout MutableSpan<UInt64>) {
        left = count
        var known: UInt32 = 0
        for (shift, values) in Self.digits {
            for digit in 0..<values { counts[digit] = 0 }
            for index in x.indices {
                let magnitude = x[index].magnitude.bitPattern
                guard magnitude & known == bits else { continue }
                counts[Int(magnitude >> shift) & (values - 1)] += 1
            }
            var digit = values - 1
            while digit > 0, counts[digit] < UInt64(left) {
                left -= Int(counts[digit])
                digit -= 1
            }
            bits |= UInt32(digit) << shift
            known |= UInt32(values - 1) << shift
        }
    }

    /// Returns whether the next number of the vector is kept. It is called for all numbers, in the
    /// order of their indices.
    mutating func keeps(_ number: Float) -> Bool {
        let magnitude = number.magnitude.bitPattern
        if magnitude > bits { return true }
        guard magnitude == bits, left > 0 else { return false }
        left -= 1
        return true
    }
}
