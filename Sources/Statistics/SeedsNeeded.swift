/// How many seeds would be needed to detect a difference.
public enum SeedsNeeded: Equatable, Sendable {
    /// About this many, 3...100.
    case about(Int)
    /// More than 100: the difference is small beside the noise.
    case more

    /// The largest number that is named.
    public static let largest = 100
}

/// Returns how many paired seeds give a power of 80 % at the observed difference.
///
///     smallest n ≥ 3 with (t(1 − 0.025/m, n − 1) + t(0.8, n − 1)) · sd/√n ≤ |mean|
///
/// The number comes from an estimate that is itself uncertain, so it is always "about".
///
/// - Parameters:
///   - differences: one difference a seed.
///   - comparisons: m, the number of variants beside the baseline; their bound is Bonferroni's.
/// - Returns: nil with fewer than three differences, if one is not finite, or if all are 0.
/// - Source: Colas and others 2018, section 4, with the bound for m comparisons.
public func seedsNeeded(_ differences: [Double], comparisons: Int) -> SeedsNeeded? {
    guard differences.count >= 3, differences.allSatisfy(\.isFinite),
        let center = mean(differences), let deviation = standardDeviation(differences)
    else { return nil }
    if deviation == 0 { return center == 0 ? nil : .about(3) }
    let level = 1 - 0.025 / Double(max(comparisons, 1))
    for count in 3...SeedsNeeded.largest {
        guard let student = StudentDistribution(degrees: Double(count - 1)) else { continue }
        let factor = student.quantile(level) + student.quantile(0.8)
        if factor * deviation / Double(count).squareRoot() <= abs(center) { return .about(count) }
    }
    return .more
}
