/// Estimates how long some runs will take, from those that have ended or are under way.
///
/// Each run has an amount of work, known before it starts. What a unit of work costs depends on the
/// kind of run, and is measured. A kind without a measurement is taken to cost as much as all
/// others together.
struct RemainingTime: Sendable {
    /// A run as far as the estimate goes.
    struct Run: Sendable {
        /// Runs of one kind cost the same for the same work.
        let kind: String
        /// All rounds.
        let rounds: Int
        /// The work of a round, in any unit; greater than 0.
        let workOfRound: Double
        /// The rounds that are done.
        var done = 0
        /// The rounds of these that were done before, of a run that is resumed.
        var before = 0
        /// The wall-clock seconds of the others, beside other runs.
        var seconds = 0.0
        /// Whether nothing of it is left, since it has finished or failed.
        var isOver = false

        /// The rounds whose seconds are known.
        var measured: Int { done - before }

        /// The rounds that are left.
        var roundsLeft: Int { isOver ? 0 : rounds - done }
    }

    var runs: [Run]
    /// How many runs go on at once.
    let jobs: Int

    /// The share of all rounds that are done or will never be, 0...1, weighted with what they cost.
    var share: Double {
        let cost = costs()
        var (done, all) = (0.0, 0.0)
        for run in runs {
            let round = run.workOfRound * cost(run.kind)
            let counted = run.isOver ? run.done : run.rounds
            done += Double(run.done) * round
            all += Double(counted) * round
        }
        return all > 0 ? min(1, done / all) : 0
    }

    /// Seconds until the end of all runs; nil before the first round is done.
    var seconds: Double? {
        guard runs.contains(where: { $0.measured > 0 }) else { return nil }
        let cost = costs()
        var (all, longest) = (0.0, 0.0)
        for run in runs {
            let left = Double(run.roundsLeft) * run.workOfRound * cost(run.kind)
            all += left
            longest = max(longest, left)
        }
        return max(all / Double(jobs), longest)
    }

    /// Seconds for a unit of work, by kind.
    ///
    /// The first rounds of a kind say little: processes start, caches are cold. So the mean of all
    /// runs counts as much as a twentieth of a run would.
    private func costs() -> (String) -> Double {
        var measured: [String: (seconds: Double, work: Double)] = [:]
        var all = (seconds: 0.0, work: 0.0)
        for run in runs where run.measured > 0 {
            let (before, work) = (
                measured[run.kind] ?? (0, 0), Double(run.measured) * run.workOfRound
            )
            measured[run.kind] = (before.seconds + run.seconds, before.work + work)
            all = (all.seconds + run.seconds, all.work + work)
        }
        let mean = all.seconds > 0 ? all.seconds / all.work : 1
        var ofRun: [String: Double] = [:]
        for run in runs { ofRun[run.kind] = Double(run.rounds) * run.workOfRound }
        return { kind in
            guard let own = measured[kind] else { return mean }
            let share = (ofRun[kind] ?? 0) / 20
            return (own.seconds + mean * share) / (own.work + share)
        }
    }
}
