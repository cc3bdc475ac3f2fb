import Datasets

extension CohortPlanner {
    /// Returns whether a round depends on clients at work or on the time.
    private func dependsOnTime(_ mode: RoundMode) -> Bool { mode.hasStaleness || windows != nil }

    /// Computes the plan of a round whose updates can come from earlier rounds.
    ///
    /// Time is simulated and starts at 0 in each round. At one time, updates arrive first, in
    /// client order. Then the server step follows if the round is complete, and then clients start.
    /// So the versions that clients start from follow from the seed alone.
    ///
    /// - In the mode `async`, `per_round` clients are at work. A client that is done is replaced by
    ///   one that is neither at work nor waits for its server step.
    /// - In the mode `semi_sync`, the cohort of the round starts at time 0. The round ends with
    ///   update number `count`, or at the deadline.
    /// - Only available clients start. If none is available and none at work, the clock moves on to
    ///   the time at which one is.
    ///
    /// - Parameter atWork: the clients at work. It becomes the state after the round.
    /// - Returns: the clients whose updates arrived, with their staleness, and those that were lost
    ///   or too stale.
    public func plan(
        round: UInt32, _ traffic: ClientTraffic, _ mode: RoundMode, _ atWork: inout ClientsAtWork
    ) -> CohortPlan {
        guard dependsOnTime(mode) else { return plan(round: round, traffic) }
        var open = OpenRound(self, round, traffic, mode, atWork)
        let seconds =
            switch mode.form {
            case .sync: open.runCohort()
            case .async: open.runToBuffer()
            case .semiSync: open.runToDeadline()
            }
        atWork = open.atWork
        atWork.beginRound(after: seconds)
        open.plan.members.sort { $0.client < $1.client }
        open.plan.drops.sort { $0.client < $1.client }
        open.plan.seconds = seconds
        return open.plan
    }
}
