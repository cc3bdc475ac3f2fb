/// The part of the work of several runs that is complete, in rounds.
struct WorkDone: Sendable {
    /// The number of rounds that are complete.
    var rounds: Int
    /// The number of rounds of all runs.
    var total: Int
    /// The time when the first round began, by `monotonicSeconds`.
    let started: Double
}
