import RandomStreams

/// Names the stream of random numbers of one statistic, so that a report has the same bits each
/// time. It does not depend on the order of variants or on which others there are.
public struct ResamplingKey: Hashable, Sendable {
    /// The seed of the comparison.
    public let seed: UInt64
    /// The variant, with its cell if there is one.
    public let variant: String
    /// The quantity, such as "final".
    public let quantity: String

    /// Makes the name of a stream.
    public init(seed: UInt64, variant: String, quantity: String) {
        (self.seed, self.variant, self.quantity) = (seed, variant, quantity)
    }

    /// Returns the stream, from its first number.
    func stream() -> RandomStream {
        RandomKey(
            seed: seed, .statistics, client: Self.hash(variant), round: Self.hash(quantity)
        ).stream()
    }

    /// FNV-1a of the UTF-8 bytes, 32 bits (Fowler, Noll, Vo; RFC 9923).
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}

/// Returns the 95 % bootstrap interval of a mean, by percentiles.
///
/// Each stratum is resampled on its own with replacement, as often as it has values. A resample
/// counts as the mean over the strata of their means. With one stratum this is the plain bootstrap.
/// Over a grid each cell is a stratum and its values belong to seeds.
///
/// The interval is too narrow with few values: three have only 10 different resamples.
///
/// - Parameters:
///   - strata: the values of each stratum; an empty one is left out.
///   - resamples: how many resamples are drawn.
/// - Returns: percentiles 2.5 and 97.5, linear between order statistics; nil if no stratum has
///   three values, or if a value is not finite.
/// - Source: Efron and Tibshirani 1993, chapter 13; by strata as Agarwal and others 2021 (rliable).
public func bootstrapInterval(
    _ strata: [[Double]], _ key: ResamplingKey, resamples: Int = 10_000
) -> Interval? {
    guard strata.contains(where: { $0.count >= 3 }), resamples > 0,
        strata.joined().allSatisfy(\.isFinite)
    else { return nil }
    var means = [Double](repeating: 0, count: resamples)
    var stream = key.stream()
    let filled = strata.filter { !$0.isEmpty }
    for index in means.indices {
        var sum = 0.0
        for values in filled {
            var own = 0.0
            for _ in values.indices { own += values[stream.below(values.count)] }
            sum += own / Double(values.count)
        }
        means[index] = sum / Double(filled.count)
    }
    means.sort()
    guard let lower = quantile(0.025, ofSorted: means),
        let upper = quantile(0.975, ofSorted: means)
    else { return nil }
    return Interval(lower, upper)
}
