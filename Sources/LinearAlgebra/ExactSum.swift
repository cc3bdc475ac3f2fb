import CKernels

/// A weighted sum of float vectors that does not depend on the order of the additions.
///
/// Floating-point addition is not associative; addition on a fixed grid is. Each product
/// weight × element is rounded to a multiple of `unit`, and added as a 64-bit integer. So any
/// order, and any grouping over processes, gives the same bits.
///
///     unit = the smallest power of two, 2^-51 or more, with
///            1,024 × largest weight ≤ 2^51 units     so that rounding to the grid is exact, and
///            1,024 × total weight   ≤ 2^63 units     so that no sum of a round overflows
///
/// - The total weight is the largest that the weights of one round can add up to. Up to 4,096
///   summands of the largest weight the first condition is the stronger one.
/// - Each element of a summand is below 1,024. Where an update is multiplied with a factor beside
///   its weight, weight × factor × element is also below 2^63 units times the weight's share of the
///   total weight. So the sum stays inside 63 bits in any order, and so do all its parts; which
///   update is refused depends on that update alone.
/// - Error of each element of the mean: at most unit/2 a summand. For n summands of one weight that
///   is 2^-41 or less up to n = 4,096, and n × 2^-53 above: 2^-36 for 100,000.
/// - Cost: one pass over the summand and the sum, no allocation.
public struct ExactSum: ~Copyable {
    var sum: [Int64]
    /// 1 / unit.
    let scale: Double
    private let largestWeight: UInt32
    let largestTotal: UInt64
    /// How many units each unit of weight may fill if updates have factors. It is a little less
    /// than 2^63 units divided by the total weight, which leaves room for the rounding of each
    /// summand.
    let room: Double
    /// The sum of the weights added so far.
    public internal(set) var totalWeight: UInt64 = 0

    /// All elements are below this magnitude; anything else is reported as a divergence.
    public static let magnitude = 1024.0

    /// Why a summand was refused.
    public struct OutOfGrid: Error, Equatable, CustomStringConvertible {
        /// How many elements are not finite or not below `limit`; 0 where the weight is the reason.
        public let elements: Int
        /// What each element of this summand had to be below.
        public let limit: Double
        /// The refusal as a sentence.
        public var description: String {
            guard elements > 0 else {
                return
                    "expected update weights within those of the round, found larger ones;"
                    + " please report this fault of hyperfed"
            }
            return "expected update values below \(limit), found \(elements) larger or not finite"
                + " (data that are not standardised can cause this)"
        }
    }

    /// An empty sum.
    ///
    /// - Parameters:
    ///   - parameters: elements of each summand.
    ///   - largestWeight: the largest weight of any summand, at least 1.
    ///   - largestTotal: the most that the weights of all summands add up to.
    public init(parameters: Int, largestWeight: UInt32, largestTotal: UInt64) {
        sum = [Int64](repeating: 0, count: parameters)
        self.largestWeight = max(largestWeight, 1)
        self.largestTotal = max(largestTotal, UInt64(self.largestWeight))
        let (weight, total) = (Double(self.largestWeight), Double(self.largestTotal))
        var unit = 0x1p-51
        while unit * 0x1p51 < Self.magnitude * weight || unit * 0x1p63 < Self.magnitude * total {
            unit *= 2
        }
        scale = 1 / unit
        room = (0x1p63 - 0x1p43) / total
    }

    /// Removes all summands: the sum is 0 again.
    public mutating func clear() {
        for index in sum.indices { sum[index] = 0 }
        totalWeight = 0
    }

    /// Adds weight × factor × update; the total weight counts without the factor.
    ///
    /// - Parameters:
    ///   - weight: at most the largest weight; all weights together at most the largest total.
    ///   - factor: greater than 0.
    /// - Throws: `OutOfGrid` when an element is not finite or too large, or when the weight does
    ///   not fit; the sum is then as before.
    public mutating func add(_ update: Span<Float>, weight: UInt32, times factor: Double = 1)
        throws(OutOfGrid)
    {
        precondition(update.count == sum.count, "update of \(update.count), not \(sum.count)")
        guard weight <= largestWeight, totalWeight + UInt64(weight) <= largestTotal else {
            throw OutOfGrid(elements: 0, limit: 0)
        }
        let scale = self.scale * Double(weight) * factor
        let limit = limit(weight, factor, scale)
        let outside = update.withUnsafeBufferPointer { update in
            sum.withUnsafeMutableBufferPointer { sum -> Int in
                guard let update = update.baseAddress, let start = sum.baseAddress else { return 0 }
                let outside = hyperfed_exact_add(start, update, scale, limit, sum.count)
                if outside > 0 { hyperfed_exact_subtract(start, update, scale, sum.count) }
                return outside
            }
        }
        guard outside == 0 else {
            let whole = limit >= Self.magnitude * scale
            throw OutOfGrid(elements: outside, limit: whole ? Self.magnitude : limit / scale)
        }
        totalWeight += UInt64(weight)
    }

    /// Returns what weight × factor × element is below, in units.
    private func limit(_ weight: UInt32, _ factor: Double, _ scale: Double) -> Double {
        // Whatever the weight, the same elements fit.
        let whole = min(Self.magnitude * max(scale, self.scale), 0x1p51)
        return factor == 1 ? whole : min(whole, room * Double(max(weight, 1)))
    }

    /// Writes the weighted mean of the summands, times a sign, and returns its squared norm; zeros
    /// when there are none.
    public func mean(into out: inout MutableSpan<Float>, times sign: Double = 1) -> Double {
        precondition(out.count == sum.count, "mean of \(sum.count) into \(out.count)")
        let factor = totalWeight == 0 ? 0 : sign / scale / Double(totalWeight)
        return sum.withUnsafeBufferPointer { sum in
            out.withUnsafeMutableBufferPointer { out in
                guard let sum = sum.baseAddress, let start = out.baseAddress else { return 0 }
                return hyperfed_exact_mean(sum, factor, start, out.count)
            }
        }
    }
}
