import Bytes
import Settings

/// A straight line from the start rate to its end.
///
///     r_t = r_0 + (r_end − r_0) t / (T − 1),      r_end = end · r_0
///
/// - T are the rounds after the warm-up; of a single one the rate is r_0.
/// - `end: 0`, the default, gives the last round the rate 0, and its work is for nothing; that is
///   said before the run.
/// - Moves the local rate unless `rate` says otherwise.
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
