import LinearAlgebra
import Settings

/// The bounds of an adapted rate, as multiples of the configured start rate, and the guard behind
/// them: a proposal that is not finite leaves the rate as it is, one beyond a bound is held there;
/// both are counted. What is carried on is the held value.
struct RateBounds: Sendable {
    /// Multiple of the start rate; nil for none.
    var floor: Double?
    /// Multiple of the start rate; nil for none.
    var ceiling: Double?

    /// These bounds.
    init(floor: Double?, ceiling: Double?) { (self.floor, self.ceiling) = (floor, ceiling) }

    /// Reads `floor` and `ceiling`.
    ///
    /// - Parameter floor: 0 for rules that can leave 0 again; 1e-8 for those that multiply.
    init(_ settings: Settings, floor: Double) {
        self.floor = settings.numberOrNone(
            "floor", default: floor, in: .between(0, 1),
            "lower bound of the rate, as a multiple of the start rate")
        ceiling = settings.numberOrNone(
            "ceiling", default: 1_000, in: .atLeast(1),
            "upper bound of the rate, as a multiple of the start rate")
    }

    /// The bounds of a run that starts at this rate.
    func limits(around start: Double) -> (lower: Double, upper: Double) {
        (floor.map { $0 * start } ?? -.infinity, ceiling.map { $0 * start } ?? .infinity)
    }

    /// The same for the rates of single parameters.
    func limits<S>(around start: Double, as type: S.Type) -> RateLimits<S> {
        let (lower, upper) = limits(around: start)
        return RateLimits(lower: S(lower), upper: S(upper))
    }

    /// A proposed rate after the guard.
    func clip(_ proposed: Double, keeping rate: Double, around start: Double) -> RateChange {
        guard proposed.isFinite else { return RateChange(rate: rate, wasUndefined: true) }
        let (lower, upper) = limits(around: start)
        if proposed < lower { return RateChange(rate: lower, bound: .lower) }
        if proposed > upper { return RateChange(rate: upper, bound: .upper) }
        return RateChange(rate: proposed)
    }
}
