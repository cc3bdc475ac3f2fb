/// How often values lie in buckets, in the form of TensorBoard's `HistogramProto`.
///
/// The edges are m · 2^e with m = 1, 9/8, 10/8, … 15/8, so a bucket is 6 to 13 % wide. The edges
/// are the same for all values. So histograms of several rounds can be compared bucket by bucket.
/// Rates span many powers of ten, for which buckets of one width would not do.
public struct ValueHistogram: Equatable, Sendable {
    /// The smallest finite value; 0 if there is none.
    public let smallest: Double
    /// The largest finite value; 0 if there is none.
    public let largest: Double
    /// The number of finite values.
    public let count: Int
    /// The sum of the finite values, added in their order.
    public let sum: Double
    /// The sum of the squares of the finite values, added in their order.
    public let squareSum: Double
    /// The upper end of each bucket, in rising order.
    public let limits: [Double]
    /// The number of values in each bucket. One empty bucket stands for each gap between values.
    public let counts: [Double]

    /// Counts values. Values that are not finite are left out.
    public init(_ values: [Double]) {
        var finite: [Double] = []
        var (sum, squareSum) = (0.0, 0.0)
        for value in values where value.isFinite {
            finite.append(value)
            sum += value
            squareSum += value * value
        }
        finite.sort()
        var (limits, counts): ([Double], [Double]) = ([], [])
        var last: Int64?
        for value in finite {
            let bucket = Self.bucket(of: value)
            if bucket == last {
                counts[counts.count - 1] += 1
                continue
            }
            if let last, bucket > last + 1 {
                limits.append(Self.upperEnd(of: bucket - 1))
                counts.append(0)
            }
            limits.append(Self.upperEnd(of: bucket))
            counts.append(1)
            last = bucket
        }
        (smallest, largest) = (finite.first ?? 0, finite.last ?? 0)
        count = finite.count
        (self.sum, self.squareSum, self.limits, self.counts) = (sum, squareSum, limits, counts)
    }

    /// The lowest bits of a number's fraction, which do not count for its bucket.
    private static let droppedBits = 49

    /// Returns the number of a value's bucket. Larger values have larger numbers.
    ///
    /// The bits of a positive number rise with its value. Without the lowest 49 bits they are the
    /// exponent and three bits of the fraction.
    private static func bucket(of value: Double) -> Int64 {
        let size = Int64(value.magnitude.bitPattern >> droppedBits)
        return value < 0 ? -1 - size : size
    }

    /// Returns the upper end of a bucket, which belongs to the next bucket if it is positive.
    private static func upperEnd(of bucket: Int64) -> Double {
        guard bucket >= 0 else {
            return 0 - Double(bitPattern: UInt64(-1 - bucket) << droppedBits)
        }
        let end = Double(bitPattern: UInt64(bucket + 1) << droppedBits)
        return min(end, .greatestFiniteMagnitude)
    }
}
