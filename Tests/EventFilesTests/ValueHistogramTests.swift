import EventFiles
import Testing

@Suite struct `Histograms of values` {
    /// The law: each value lies between the limit below and the limit of its bucket.
    @Test func `each bucket counts the values between its ends`() {
        let sizes = [1e-300, 1e-8, 0.001, 0.01, 0.0101, 0.1, 0.125, 1, 1.5, 7, 1e20, 1e308]
        let values =
            sizes + sizes.map { -$0 } + [
                0, 0, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            ]
        let histogram = ValueHistogram(values)
        #expect(histogram.limits == histogram.limits.sorted())
        #expect(Set(histogram.limits).count == histogram.limits.count)
        var below = -Double.infinity
        for (limit, count) in zip(histogram.limits, histogram.counts) {
            // An edge belongs to the bucket that is farther from 0.
            let inside = values.count { value in
                value >= 0
                    ? value >= below && (value < limit || limit == .greatestFiniteMagnitude)
                    : value > below && value <= limit
            }
            #expect(Double(inside) == count, "from \(below) to \(limit)")
            below = limit
        }
        #expect(histogram.counts.reduce(0, +) == Double(values.count))
    }

    @Test func `a bucket is at most an eighth wide, and edges do not depend on the values`() {
        let few = ValueHistogram([0.011, 0.0115, 0.019])
        let many = ValueHistogram((99...2000).map { 0.0001 * Double($0) })
        #expect(Set(few.limits).isSubset(of: Set(many.limits)))
        for (low, high) in zip(many.limits, many.limits.dropFirst()) {
            #expect(high / low <= 1.125 && high / low > 1.06)
        }
    }

    @Test func `one empty bucket stands for a gap`() {
        let histogram = ValueHistogram([1, 1, 4])
        #expect(histogram.limits == [1.125, 4, 4.5])
        #expect(histogram.counts == [2, 0, 1])
        // 1 + 1 + 4, and 1 + 1 + 16.
        #expect(histogram.sum == 6 && histogram.squareSum == 18 && histogram.count == 3)
        #expect(histogram.smallest == 1 && histogram.largest == 4)
    }

    @Test func `values that are not finite are left out`() {
        let histogram = ValueHistogram([.nan, 1, .infinity, -.infinity])
        #expect(histogram == ValueHistogram([1]))
        let none = ValueHistogram([.nan])
        #expect(none.count == 0 && none.limits.isEmpty && none.smallest == 0)
    }
}
