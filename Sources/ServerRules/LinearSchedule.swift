import Bytes
import LearningRates
import Settings

/// A straight line from the start rate to its end.
///
///     r_t = r_0 + (r_end − r_0) t / (T − 1),      r_end = end · r_0
///
/// - Symbols: T is the number of rounds after the warm-up. With T = 1 the rate is r_0.
/// - Settings: with the default `end: 0`, the last round has the rate 0 and no effect; a warning is
///   given before the run. The local rate changes unless `rate` is set.
/// - Source: none in particular; the usual linear decay, over rounds.
struct LinearSchedule: EndingSchedule {
    static let facts = RuleFacts.schedule(
        "linear", "a rate goes in a straight line to its end", constantWith: ("end", "1"))

    let scheduled: ScheduledRates
    var start = StartRates()

    init(_ settings: Settings) { scheduled = ScheduledRates(settings, hasEnd: true) }

    func multiple(after round: Int, of last: Int) -> Double {
        1 + (end - 1) * Double(round) / Double(last)
    }
}
