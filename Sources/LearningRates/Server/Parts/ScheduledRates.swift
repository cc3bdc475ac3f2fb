import Settings

/// The keys that all schedules share: which rates follow the schedule, and the warm-up before it.
///
///     r_t = r_0 (t + 1) / W             t < W
///     r_t = r_0 m(t − W)                with T − W rounds in place of T
struct ScheduledRates: Sendable {
    let target: RateTarget
    /// The warm-up W, in rounds.
    let warmup: Int

    /// Reads `rate` and `warmup`.
    init(_ settings: Settings) {
        target = RateTarget(settings)
        warmup = settings.integer(
            "warmup", default: 0, in: .nonNegative,
            "rounds W in which the rate rises in equal steps to its start value, before the"
                + " schedule")
    }

    /// Reads `end`, for schedules that lead to a rate.
    static func end(_ settings: Settings) -> Double {
        settings.number(
            "end", default: 0, in: .between(0, 1_000_000),
            "rate of the last round, as a multiple of the first")
    }
}
