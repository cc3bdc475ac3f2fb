/// How much of the work of several runs is done, in rounds.
struct WorkDone: Sendable {
    /// Rounds that are done.
    var rounds: Int
    /// Rounds of all runs.
    var total: Int
    /// When the first one began, by `monotonicSeconds`.
    let started: Double
}
