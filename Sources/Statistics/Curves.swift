import RandomStreams

/// Returns the area under a curve divided by its span: its mean by the trapezoid rule.
///
///     Σ ½ (yᵢ + yᵢ₊₁) (xᵢ₊₁ − xᵢ) / (xₙ − x₁)
///
/// It has the unit of y.
///
/// - Parameter points: in ascending order of x.
/// - Returns: the value of a single point; nil of no points, or if a value is not finite.
public func meanUnderCurve(_ points: [(x: Double, y: Double)]) -> Double? {
    guard let first = points.first, let last = points.last,
        points.allSatisfy({ $0.x.isFinite && $0.y.isFinite })
    else { return nil }
    guard last.x > first.x else { return first.y }
    var area = 0.0
    for (one, next) in zip(points, points.dropFirst()) {
        area += (one.y + next.y) / 2 * (next.x - one.x)
    }
    return area / (last.x - first.x)
}

/// A step curve of shares: how many values are τ or more.
///
///     s(τ) = #{ x ≥ τ } / n
///
/// The area below it to the right of a bound a is the mean of max(x − a, 0).
///
/// - Source: Dolan and Moré 2002; Agarwal and others 2021 for scores.
public struct PerformanceProfile: Equatable, Sendable {
    /// The values in ascending order. Values that are not finite count as below all τ.
    private let sorted: [Double]
    private let count: Int

    /// Makes the profile of the values of runs; larger values are better.
    public init(_ values: [Double]) {
        sorted = values.filter(\.isFinite).sorted()
        count = values.count
    }

    /// Returns the share of values that are `threshold` or more; 0 of no values.
    public func share(from threshold: Double) -> Double {
        guard count > 0 else { return 0 }
        // The first index whose value is not below the threshold.
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < threshold { low = middle + 1 } else { high = middle }
        }
        return Double(sorted.count - low) / Double(count)
    }
}

/// Returns the pointwise 95 % bands of a performance profile, by the bootstrap within strata.
///
/// - Parameters:
///   - strata: the values of each cell; the runs of a cell are its seeds.
///   - thresholds: where the bands are computed.
/// - Returns: an interval of shares for each threshold; nil if no stratum has three values.
/// - Source: Agarwal and others 2021 (rliable).
public func profileBand(
    _ strata: [[Double]], at thresholds: [Double], _ key: ResamplingKey, resamples: Int = 2_000
) -> [Interval]? {
    guard strata.contains(where: { $0.count >= 3 }), resamples > 0 else { return nil }
    var shares = thresholds.map { _ in [Double](repeating: 0, count: resamples) }
    var stream = key.stream()
    let filled = strata.filter { !$0.isEmpty }
    var values: [Double] = []
    for index in 0..<resamples {
        values.removeAll(keepingCapacity: true)
        for own in filled {
            for _ in own.indices { values.append(own[stream.below(own.count)]) }
        }
        let profile = PerformanceProfile(values)
        for (place, threshold) in thresholds.enumerated() {
            shares[place][index] = profile.share(from: threshold)
        }
    }
    return shares.compactMap { own in
        let sorted = own.sorted()
        guard let lower = quantile(0.025, ofSorted: sorted),
            let upper = quantile(0.975, ofSorted: sorted)
        else { return nil }
        return Interval(lower, upper)
    }
}
