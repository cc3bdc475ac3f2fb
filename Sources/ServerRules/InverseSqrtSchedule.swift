import Bytes
import LearningRates
import Settings

/// A rate that falls with the root of time.
///
///     r_t = r_0 / √(1 + t)
///
/// - Settings: the local rate changes unless `rate` is set. After a `warmup` of W rounds, t counts
///   from its end.
/// - Source: the usual rate of stochastic gradient descent on convex losses (Nemirovski et al.
///   2009), over rounds.
struct InverseSqrtSchedule: Schedule {
    static let facts = RuleFacts.schedule(
        "inverse_sqrt", "a rate shrinks like 1 / √(1 + t)")

    let scheduled: ScheduledRates
    var start = StartRates()

    init(_ settings: Settings) { scheduled = ScheduledRates(settings) }

    var changes: Bool { true }

    func multiple(after round: Int) -> Double { 1 / (1 + Double(round)).squareRoot() }
}
