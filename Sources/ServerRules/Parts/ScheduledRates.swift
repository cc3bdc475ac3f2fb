import LearningRates
import Settings

/// The keys that all schedules share: which rates follow the schedule, and the warm-up before it.
///
///     r_t = r_0 (t + 1) / W             t < W
///     r_t = r_0 m(t − W)                with T − W rounds in place of T
struct ScheduledRates: Sendable {
    let target: RateTarget
    /// The warm-up W, in rounds.
    let warmup: Int
    /// The rate of the last round as a multiple of the first, for schedules that lead to a rate.
    let end: Double

    /// Reads `rate`, `warmup` and, for a schedule that leads to a rate, `end`.
    init(_ settings: Settings, hasEnd: Bool = false) {
        target = RateTarget(settings)
        warmup = settings.integer(
            "warmup", default: 0, in: .nonNegative,
            "rounds W in which the rate rises in equal steps to its start value, before the"
                + " schedule")
        end =
            hasEnd
            ? settings.number(
                "end", default: 0, in: .between(0, 1_000_000),
                "rate of the last round, as a multiple of the first") : 1
    }
}
