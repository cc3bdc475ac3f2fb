package import LinearAlgebra
package import Settings

/// The bounds of an adapted rate, as multiples of the start rate, and the checks of a proposed
/// rate.
///
/// A proposal that is not finite leaves the rate unchanged. A proposal beyond a bound is clipped to
/// it. Both events are counted. The next step starts from the clipped value.
package struct RateBounds: Sendable {
    /// The lower bound as a multiple of the start rate; nil means none.
    var floor: Double?
    /// The upper bound as a multiple of the start rate; nil means none.
    var ceiling: Double?

    /// Creates bounds from their multiples.
    package init(floor: Double?, ceiling: Double?) { (self.floor, self.ceiling) = (floor, ceiling) }

    /// Reads `floor` and `ceiling`.
    ///
    /// - Parameter floor: 0 for rules that can leave a rate of 0, 1e-8 for rules that multiply the
    ///   rate.
    package init(_ settings: Settings, floor: Double) {
        self.floor = settings.numberOrNone(
            "floor", default: floor, in: .between(0, 1),
            "lower bound of the rate, as a multiple of the start rate")
        ceiling = settings.numberOrNone(
            "ceiling", default: 1_000, in: .atLeast(1),
            "upper bound of the rate, as a multiple of the start rate")
    }

    /// Returns the bounds of a run with this start rate.
    package func limits(around start: Double) -> (lower: Double, upper: Double) {
        (floor.map { $0 * start } ?? -.infinity, ceiling.map { $0 * start } ?? .infinity)
    }

    /// Returns the bounds for rates of single parameters, as `limits(around:)` does for one rate.
    package func limits<S>(around start: Double, as type: S.Type) -> RateLimits<S> {
        let (lower, upper) = limits(around: start)
        return RateLimits(lower: S(lower), upper: S(upper))
    }

    /// Returns a proposed rate after the checks.
    package func clip(_ proposed: Double, keeping rate: Double, around start: Double) -> RateChange
    {
        guard proposed.isFinite else { return RateChange(rate: rate, wasUndefined: true) }
        let (lower, upper) = limits(around: start)
        if proposed < lower { return RateChange(rate: lower, bound: .lower) }
        if proposed > upper { return RateChange(rate: upper, bound: .upper) }
        return RateChange(rate: proposed)
    }
}
