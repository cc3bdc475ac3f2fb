import Datasets

extension CohortPlanner {
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
    ///
    /// - Parameter atWork: the clients at work. It becomes the state after the round.
    /// - Returns: the clients whose updates arrived, with their staleness, and those that were lost
    ///   or too stale.
    public func plan(
        round: UInt32, _ traffic: ClientTraffic, _ mode: RoundMode, _ atWork: inout ClientsAtWork
    ) -> CohortPlan {
        guard mode.hasStaleness else { return plan(round: round, traffic) }
        var open = OpenRound(self, round, traffic, mode, atWork)
        let seconds = mode.form == .async ? open.runToBuffer() : open.runToDeadline()
        atWork = open.atWork
        atWork.beginRound(after: seconds)
        open.plan.members.sort { $0.client < $1.client }
        open.plan.drops.sort { $0.client < $1.client }
        open.plan.seconds = seconds
        return open.plan
    }
}

/// A round on the simulated clock, until it ends.
private struct OpenRound {
    let planner: CohortPlanner
    let round: UInt32
    let traffic: ClientTraffic
    let mode: RoundMode
    var atWork: ClientsAtWork
    var plan = CohortPlan()
    /// The clients that cannot start: they are at work, or their update waits for the server step.
    var busy: Set<UInt32>
    var now = 0.0

    init(
        _ planner: CohortPlanner, _ round: UInt32, _ traffic: ClientTraffic, _ mode: RoundMode,
        _ atWork: ClientsAtWork
    ) {
        (self.planner, self.round, self.traffic) = (planner, round, traffic)
        (self.mode, self.atWork) = (mode, atWork)
        busy = Set(atWork.members.map(\.client))
        plan.started = 0
    }

    /// Whether updates are still missing.
    var isIncomplete: Bool { plan.members.count < mode.buffer }

    /// Runs a round of the mode `async`. Returns its length in simulated seconds.
    mutating func runToBuffer() -> Double {
        let wanted = planner.participation.perRound
        // Without this limit, a run in which nearly all reports are lost would never end.
        let mostDrops = 1000 + 100 * (wanted + mode.buffer)
        while isIncomplete, plan.drops.count < mostDrops {
            // Clients start after all updates of this time have arrived.
            if atWork.members.first?.arrival != now { start(wanted - atWork.members.count) }
            guard receiveNext() else { break }
        }
        return now
    }

    /// Runs a round of the mode `semi_sync`. Returns its length in simulated seconds.
    mutating func runToDeadline() -> Double {
        start(planner.participation.drawn)
        let deadline = planner.participation.deadline
        while isIncomplete, let next = atWork.members.first, next.arrival <= deadline ?? .infinity,
            receiveNext()
        {}
        // A round that still waits lasts until its deadline.
        return isIncomplete ? deadline ?? now : now
    }

    /// Lets clients start from the model of this round.
    private mutating func start(_ count: Int) {
        guard count > 0 else { return }
        let (draw, busy) = (atWork.draws, busy)
        let clients = Cohort.draw(
            seed: planner.seed, round: draw, clients: planner.population.count, size: count,
            where: { !busy.contains($0) })
        atWork.draws &+= 1
        let devices = planner.participation.devices
        for client in clients {
            atWork.insert(
                ClientsAtWork.Member(
                    client: client, version: round,
                    arrival: now + planner.seconds(client: client, traffic),
                    isLost: devices.dropsOut(client: client, round: draw, seed: planner.seed)))
            self.busy.insert(client)
        }
        plan.started = (plan.started ?? 0) + clients.count
    }

    /// Moves the clock to the next arrival. Returns false if no client is at work.
    private mutating func receiveNext() -> Bool {
        guard let next = atWork.members.first else { return false }
        atWork.members.removeFirst()
        now = next.arrival
        let staleness = round - next.version
        if !next.isLost, mode.allows(staleness: staleness) {
            plan.members.append(CohortMember(next.client, staleness: staleness))
        } else {
            plan.drops.append(
                ClientDrop(
                    round: round, client: next.client, reason: next.isLost ? .droppedOut : .stale))
            busy.remove(next.client)
        }
        return true
    }
}
