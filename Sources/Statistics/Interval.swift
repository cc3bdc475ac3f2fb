/// A range of values that stands for the uncertainty of a number.
public struct Interval: Equatable, Sendable {
    /// The lower end of the range.
    public let lower: Double
    /// The upper end, not below `lower`.
    public let upper: Double

    /// Makes an interval from its ends.
    public init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }

    /// Half the width of the range.
    public var halfWidth: Double { (upper - lower) / 2 }

    /// Returns whether a value lies inside or at an end.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// Returns the 95 % t interval of the mean of independent values.
///
///     mean ± t(0.975, n − 1) · sd / √n
///
/// The factor of sd is 2.48 with three values, 1.24 with five and 0.72 with ten.
///
/// - Returns: nil with fewer than three values, where the factor is 8.98 and says nothing; nil if
///   a value is not finite.
/// - Source: Student 1908.
public func meanInterval(_ values: [Double]) -> Interval? {
    let count = Double(values.count)
    guard values.count >= 3, values.allSatisfy(\.isFinite), let center = mean(values),
        let deviation = standardDeviation(values), deviation.isFinite,
        let student = StudentDistribution(degrees: count - 1)
    else { return nil }
    let half = student.quantile(0.975) * deviation / count.squareRoot()
    return Interval(center - half, center + half)
}

/// Returns the two-sided p-value of Student's test that the mean of the values is 0.
///
///     t = mean · √n / sd,   p = P(|T| > |t|) with n − 1 degrees of freedom
///
/// Of paired differences this is the paired t test.
///
/// - Returns: nil with fewer than three values or with one that is not finite. If all values are
///   equal, sd is 0: then 0, or 1 if they are all 0.
public func studentTest(_ values: [Double]) -> Double? {
    let count = Double(values.count)
    guard values.count >= 3, values.allSatisfy(\.isFinite), let center = mean(values),
        let deviation = standardDeviation(values), deviation.isFinite,
        let student = StudentDistribution(degrees: count - 1)
    else { return nil }
    guard deviation > 0 else { return center == 0 ? 1 : 0 }
    return student.twoSidedTail(center * count.squareRoot() / deviation)
}
