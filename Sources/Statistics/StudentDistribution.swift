import RealModule

/// Student's t distribution with ν degrees of freedom.
///
///     P(|T| > t) = I_x(ν/2, ½),   x = ν / (ν + t²)
///
/// - Source: Student 1908; Abramowitz and Stegun 1964, 26.7.1.
public struct StudentDistribution: Equatable, Sendable {
    /// ν, positive and finite.
    public let degrees: Double

    /// Makes the distribution; nil unless `degrees` is positive and finite.
    public init?(degrees: Double) {
        guard degrees > 0, degrees.isFinite else { return nil }
        self.degrees = degrees
    }

    /// Returns P(|T| > |t|), the two-sided p-value of t; NaN for NaN.
    public func twoSidedTail(_ t: Double) -> Double { shares(of: t).outside }

    /// Returns P(T ≤ t); NaN for NaN.
    public func probability(below t: Double) -> Double {
        t < 0 ? twoSidedTail(t) / 2 : 0.5 + shares(of: t).inside / 2
    }

    /// Returns the t with P(T ≤ t) = p; −∞ at 0, +∞ at 1, NaN outside of 0...1.
    public func quantile(_ p: Double) -> Double {
        guard p >= 0, p <= 1 else { return .nan }
        // Exact: Sterbenz's lemma between ¼ and 1, and below ¼ the rounded difference is not used.
        let middle = 2 * abs(p - 0.5)
        if middle == 0 { return 0 }
        let tail = p < 0.5 ? 2 * p : 2 * (1 - p)
        if tail == 0 { return p < 0.5 ? -.infinity : .infinity }
        let size = middle < 0.5 ? solve(middle, rises: true) : solve(tail, rises: false)
        return p < 0.5 ? -size : size
    }

    /// P(|T| ≤ |t|) and P(|T| > |t|), each without loss of digits where it is small.
    private func shares(of t: Double) -> (inside: Double, outside: Double) {
        guard !t.isNaN else { return (.nan, .nan) }
        let ratio = t * t / degrees
        guard ratio.isFinite else { return (1, farTail(abs(t))) }
        let (x, y) = (1 / (1 + ratio), ratio / (1 + ratio))
        return (
            incompleteBeta(y, complement: x, 0.5, degrees / 2),
            incompleteBeta(x, complement: y, degrees / 2, 0.5)
        )
    }

    /// Returns the leading term of the tail, for t whose square overflows.
    private func farTail(_ t: Double) -> Double {
        guard t.isFinite else { return 0 }
        let logarithm = degrees / 2 * Double.log(degrees) - degrees * Double.log(t)
        return Double.exp(logarithm - logBeta(degrees / 2, 0.5)) * 2 / degrees
    }

    /// Returns the positive t at which the share inside (or outside) is a given one. Newton's steps
    /// are taken in ln t, where both shares are close to straight lines; a bracket keeps them.
    private func solve(_ share: Double, rises: Bool) -> Double {
        var (low, high) = (-745.0, 709.0)
        var u = 0.0
        let wanted = Double.log(share)
        let front = -logBeta(degrees / 2, 0.5) - 0.5 * Double.log(degrees) + Double.log(2.0)
        for _ in 0..<200 {
            let t = Double.exp(u)
            let (inside, outside) = shares(of: t)
            let value = rises ? inside : outside
            let excess = Double.log(value) - wanted
            if (excess < 0) == rises { low = u } else { high = u }
            let logDensity =
                front - (degrees + 1) / 2 * Double.log(onePlus: t * t / degrees) + u
            let slope = Double.exp(logDensity) / value
            var next = u - (rises ? excess : -excess) / slope
            if !(next > low && next < high) { next = (low + high) / 2 }
            let change = abs(next - u)
            u = next
            if change <= 1e-15 * max(1, abs(u)) { break }
        }
        return Double.exp(u)
    }
}
