import Bytes
import LearningRates
import Settings

/// A rate that falls with time.
///
///     r_t = r_0 / (1 + a t)
///
/// - Settings: the local rate changes unless `rate` is set. After a `warmup` of W rounds, t counts
///   from its end.
/// - Source: Robbins, Monro 1951. For local steps: Li et al. 2020, arXiv 1907.02189, whose proof of
///   FedAvg's convergence needs such a local rate. The default a = 0.01 is chosen here.
struct InverseTimeSchedule: Schedule {
    static let facts = RuleFacts.schedule(
        "inverse_time", "a rate shrinks like 1 / (1 + a t)", constantWith: ("decay", "0"))

    let scheduled: ScheduledRates
    var start = StartRates()
    private let decay: Double

    init(_ settings: Settings) {
        scheduled = ScheduledRates(settings)
        decay = settings.number(
            "decay", default: 0.01, in: .nonNegative,
            "a: after 1/a rounds the rate is half its start")
    }

    var changes: Bool { decay > 0 }

    func multiple(after round: Int) -> Double {
        max(1 / (1 + decay * Double(round)), .leastNormalMagnitude)
    }
}
