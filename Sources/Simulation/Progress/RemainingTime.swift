/// Estimates the time until the end of several runs, from the rounds that are done.
///
/// The work of each run is known before it starts. The time for a unit of work depends on the kind
/// of run, and is measured. A kind without a measurement gets the mean of all other runs.
package struct RemainingTime: Sendable {
    /// The part of a run that the estimate needs.
    package struct Run: Sendable {
        /// The kind of run. Runs of one kind need the same time for the same work.
        package let kind: String
        /// The number of all rounds.
        package let rounds: Int
        /// The work of a round, in any unit; greater than 0.
        package let workOfRound: Double
        /// The number of rounds that are done.
        package var done = 0
        /// The number of rounds that were done before this run was resumed.
        package var before = 0
        /// The wall-clock seconds of the other rounds that are done.
        package var seconds = 0.0
        /// Whether the run has finished or failed.
        package var isOver = false

        package init(kind: String, rounds: Int, workOfRound: Double) {
            (self.kind, self.rounds, self.workOfRound) = (kind, rounds, workOfRound)
        }

        /// The number of rounds with measured seconds.
        var measured: Int { done - before }

        /// The number of rounds that are left.
        var roundsLeft: Int { isOver ? 0 : rounds - done }
    }

    /// All runs, in their order.
    package var runs: [Run]
    /// The number of runs that go on at the same time.
    let jobs: Int

    package init(runs: [Run], jobs: Int) { (self.runs, self.jobs) = (runs, jobs) }

    /// The share of all rounds that is done, 0...1. Rounds are weighted with their time.
    package var share: Double {
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

    /// The seconds until the end of all runs; nil before the first round is done.
    package var seconds: Double? {
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

    /// Returns the seconds until the end of each run; nil before the first round of all is done.
    package var secondsOfRuns: [Double]? {
        guard runs.contains(where: { $0.measured > 0 }) else { return nil }
        let cost = costs()
        return runs.map { Double($0.roundsLeft) * $0.workOfRound * cost($0.kind) }
    }

    /// Returns the seconds for a unit of work, by kind.
    ///
    /// The first rounds of a kind are slower than the others, because processes start. So the mean
    /// of all runs has a weight, which is that of a twentieth of a run.
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
