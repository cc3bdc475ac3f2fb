import Bytes
import LearningRates
import RealModule
import Settings

/// Half a wave of a cosine from the start rate to its end.
///
///     r_t = r_end + (r_0 − r_end) (1 + cos(π t / (T − 1))) / 2,      r_end = end · r_0
///
/// - Symbols: T is the number of rounds after the warm-up. With T = 1 the rate is r_0.
/// - Settings: the default `end: 0` is the published formula. The last round then has the rate 0
///   and no effect; a warning is given before the run. The local rate changes unless `rate` is set.
/// - Source: Loshchilov, Hutter 2017, arXiv 1608.03983, without restarts, over rounds.
struct CosineSchedule: EndingSchedule {
    static let facts = RuleFacts.schedule(
        "cosine", "a rate falls along half a wave of a cosine", constantWith: ("end", "1"))

    let scheduled: ScheduledRates
    var start = StartRates()

    init(_ settings: Settings) { scheduled = ScheduledRates(settings, hasEnd: true) }

    func multiple(after round: Int, of last: Int) -> Double {
        end + (1 - end) * (1 + Double.cos(.pi * Double(round) / Double(last))) / 2
    }
}
