import Bytes
import LearningRates
import RealModule
import Settings

/// A rate that is multiplied by the same factor in each round.
///
///     r_t = r_0 q^t
///
/// - Settings: the local rate changes unless `rate` is set. After a `warmup` of W rounds, t counts
///   from its end.
/// - Source: the baselines "Decay-SL" and "Decay-G" (`rate: global`) of Wang et al., ICLR 2024,
///   arXiv 2310.03156, with q = 0.995. FedExP's clients (arXiv 2301.09604) have q = 0.998.
/// - Difference from the released code of Wang et al.: it resets the local rate in every round.
struct ExponentialSchedule: Schedule {
    static let facts = RuleFacts.schedule(
        "exponential", "a rate shrinks by a factor each round", constantWith: ("factor", "1"))

    let scheduled: ScheduledRates
    var start = StartRates()
    private let factor: Double

    init(_ settings: Settings) {
        scheduled = ScheduledRates(settings)
        factor = settings.number(
            "factor", default: 0.995, in: .positiveUpTo(1), "factor q per round")
    }

    var changes: Bool { factor < 1 }

    // The multiple is at least the smallest number above 0, so that the rate is never 0.
    func multiple(after round: Int) -> Double {
        max(Double.pow(factor, Int(round)), .leastNormalMagnitude)
    }
}
