import LearningRates
import Settings

/// The common part of methods that use a larger global rate if the clients' updates differ more:
///
///     α_t = α_0 min(max(1, factor), max_factor)
///
/// A factor that is not defined, or that makes the rate infinite, counts as 1.
struct Extrapolation: Sendable {
    private let maxFactor: Double?

    /// Reads the key `max_factor`.
    init(_ settings: Settings) {
        maxFactor = settings.numberOrNone(
            "max_factor", default: nil, in: .atLeast(1), "upper bound of the factor")
    }

    /// A warning if no factor above 1 is allowed.
    var startProblems: [StartProblem] {
        guard maxFactor == 1 else { return [] }
        return [.warning("expected max_factor above 1, found 1; the rate stays that of FedAvg")]
    }

    /// Returns α_0 times the factor, within the bounds.
    func decision(_ startRate: Double, times factor: Double?) -> RateDecision {
        // The comparison is false if the factor is NaN.
        guard let factor, factor > 1, (startRate * factor).isFinite else {
            return RateDecision(globalRate: startRate)
        }
        guard let maxFactor, factor > maxFactor else {
            return RateDecision(globalRate: startRate * factor)
        }
        let rate = startRate * maxFactor
        return RateDecision(globalRate: rate, globalChange: RateChange(rate: rate, bound: .upper))
    }
}
