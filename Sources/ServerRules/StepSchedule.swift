import Bytes
import LearningRates
import RealModule
import Settings

/// A rate that drops by a factor at given rounds, or each time after a given number of rounds.
///
///     r_t = r_0 q^n(t)        n the drops up to round t
///
/// - Settings: `at: [25, 38]` are rounds of the run, from 0, that are the first with the lower
///   rate. `every: s` drops after s, 2 s, … rounds since the end of the warm-up. Without both keys,
///   the rate drops at 50 % and 75 % of the rounds after the warm-up, rounded down. In a run of one
///   round it never drops. The local rate changes unless `rate` is set.
/// - Source: the baselines of Kim et al., ICLR 2024, arXiv 2306.11201 (released code): q = 0.1 at
///   50 % and 75 %.
struct StepSchedule: Schedule {
    static let facts = RuleFacts.schedule(
        "step", "a rate drops by a factor at given rounds", constantWith: ("factor", "1"))

    let scheduled: ScheduledRates
    var start = StartRates()
    private let factor: Double
    private let at: [Int]
    private let every: Int?

    init(_ settings: Settings) {
        scheduled = ScheduledRates(settings)
        factor = settings.number(
            "factor", default: 0.1, in: .positiveUpTo(1), "what each drop multiplies the rate with")
        at = settings.integers(
            "at", default: [], in: .atLeast(1),
            "rounds of the drops; without at and every, 50 % and 75 % of the run")
        every = settings.optionalInteger("every", in: .atLeast(1), "rounds between two drops")
        if !at.isEmpty, every != nil {
            settings.reject(
                "every", expected: "at or every", found: "both", advice: "remove one")
        }
    }

    var changes: Bool { factor < 1 }

    var followsRunLength: Bool { changes && at.isEmpty && every == nil }

    func multiple(after round: Int) -> Double {
        max(Double.pow(factor, drops(until: round)), .leastNormalMagnitude)
    }

    private func drops(until round: Int) -> Int {
        if let every { return round / every }
        if !at.isEmpty { return at.count { $0 <= round + scheduled.warmup } }
        let count = count
        return [count / 2, count * 3 / 4].count { $0 > 0 && $0 <= round }
    }

    var warning: String? {
        if let every, every >= count {
            return "expected every to be less than the \(counted(count, "round")) of the schedule,"
                + " found \(every); the rate never drops; lower every"
        }
        guard let late = at.first(where: { $0 >= start.rounds }) else { return zeroWarning }
        return "expected drops from round 1 to \(start.rounds - 1), the last round, found \(late);"
            + " this drop has no effect; lower it or raise training.rounds"
    }
}
