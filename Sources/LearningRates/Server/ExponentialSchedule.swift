import Bytes
import RealModule
import Settings

/// A rate that shrinks by the same factor each round, of the local rate unless `rate` says otherwise.
///
///     r_t = r_0 q^t
///
/// - After a `warmup` of W rounds, t counts from its end.
/// - Source: the baselines "Decay-SL" and "Decay-G" (`rate: global`) of Wang et al., ICLR 2024,
///   arXiv 2310.03156, q = 0.995 (their released code resets the local one every round, which is not
///   copied); FedExP's clients (arXiv 2301.09604) have q = 0.998.
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

    // Not below the smallest number that is not 0: a rate stays a rate.
    func multiple(after round: Int) -> Double {
        max(Double.pow(factor, Int(round)), .leastNormalMagnitude)
    }
}
