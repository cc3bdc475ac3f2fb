import Datasets

/// A round on the simulated clock, until it ends.
struct OpenRound {
    private let planner: CohortPlanner
    private let round: UInt32
    private let traffic: ClientTraffic
    private let mode: RoundMode
    private(set) var atWork: ClientsAtWork
    var plan = CohortPlan()
    /// The clients that cannot start: they are at work, or their update waits for the server step.
    private var busy: Set<UInt32>
    /// The simulated seconds since the start of the round.
    private var now = 0.0
    /// The simulated seconds since the start of the run.
    private var time: Double
    /// When the last client goes away that drops out because it is not available any more.
    private var lastDeparture = 0.0

    init(
        _ planner: CohortPlanner, _ round: UInt32, _ traffic: ClientTraffic, _ mode: RoundMode,
        _ atWork: ClientsAtWork
    ) {
        (self.planner, self.round, self.traffic) = (planner, round, traffic)
        (self.mode, self.atWork) = (mode, atWork)
        busy = Set(atWork.members.map(\.client))
        time = atWork.seconds
        plan.started = 0
    }

    private var deadline: Double { planner.participation.deadline ?? .infinity }

    /// Runs a round of the mode `sync`. Returns its length in simulated seconds.
    mutating func runCohort() -> Double {
        startCohort()
        let begin = now
        let isOverSelected = planner.participation.overSelection > 1
        let wanted = isOverSelected ? planner.participation.perRound : plan.started ?? 0
        var last = now
        while plan.members.count < wanted, let next = atWork.members.first,
            next.arrival <= begin + deadline
        {
            let before = plan.members.count
            receiveNext()
            // The round does not wait for a client that drops out.
            if plan.members.count > before { last = now }
        }
        for member in atWork.members {
            plan.drops.append(
                ClientDrop(
                    round: round, client: member.client,
                    reason: member.isLost ? .droppedOut : .late))
        }
        atWork.members = []
        // Without this, all rounds that follow would start at the time that all clients left.
        if plan.members.isEmpty { last = max(last, lastDeparture) }
        return plan.members.count < wanted && deadline.isFinite ? begin + deadline : last
    }

    /// Runs a round of the mode `async`. Returns its length in simulated seconds.
    mutating func runToBuffer() -> Double {
        let wanted = planner.participation.perRound
        // Without this limit, a run in which nearly all reports are lost would never end.
        let mostDrops = 1000 + 100 * (wanted + mode.buffer)
        while plan.members.count < mode.buffer, plan.drops.count < mostDrops {
            // Clients start after all updates of this time have arrived.
            if atWork.members.first?.arrival != now { start(wanted - atWork.members.count) }
            if !receiveNext() {
                guard waitForClients() else { break }
            }
        }
        return now
    }

    /// Runs a round of the mode `semi_sync`. Returns its length in simulated seconds.
    mutating func runToDeadline() -> Double {
        startCohort()
        let end = now + deadline
        while plan.members.count < mode.buffer, let next = atWork.members.first,
            next.arrival <= end, receiveNext()
        {}
        // A round that still waits lasts until its deadline.
        return plan.members.count < mode.buffer && end.isFinite ? end : now
    }

    /// Starts the cohort of the round, when clients are available.
    private mutating func startCohort() {
        start(planner.participation.drawn)
        if atWork.members.isEmpty, waitForClients() { start(planner.participation.drawn) }
    }

    /// Lets available clients start from the model of this round.
    private mutating func start(_ count: Int) {
        guard count > 0 else { return }
        let (draw, busy, time) = (atWork.draws, busy, time)
        let windows = planner.windows
        let clients = Cohort.draw(
            seed: planner.seed, round: draw, clients: planner.population.count, size: count,
            where: { client in
                guard !busy.contains(client) else { return false }
                guard let windows else { return true }
                return windows.window(of: client, endingAfter: time).map { $0.from <= time }
                    ?? false
            })
        guard !clients.isEmpty else { return }
        atWork.draws &+= 1
        for client in clients { start(client, draw) }
        plan.started = (plan.started ?? 0) + clients.count
    }

    private mutating func start(_ client: UInt32, _ draw: UInt32) {
        let seconds = planner.seconds(client: client, traffic)
        var member = ClientsAtWork.Member(
            client: client, version: round, arrival: now + seconds,
            isLost: planner.participation.devices.dropsOut(
                client: client, round: draw, seed: planner.seed))
        if let window = planner.windows?.window(of: client, endingAfter: time),
            window.to < time + seconds
        {
            (member.arrival, member.isLost) = (now + max(0, window.to - time), true)
            lastDeparture = max(lastDeparture, member.arrival)
        }
        atWork.insert(member)
        busy.insert(client)
    }

    /// Moves the clock to the time at which the next client becomes available. Returns false if no
    /// client ever does.
    private mutating func waitForClients() -> Bool {
        guard let windows = planner.windows else { return false }
        var opening = Double.infinity
        for client in 0..<UInt32(planner.population.count) where !busy.contains(client) {
            if let window = windows.window(of: client, endingAfter: time) {
                opening = min(opening, window.from)
            }
        }
        guard opening.isFinite, opening > time else { return false }
        (now, time) = (max(now, opening - atWork.seconds), opening)
        return true
    }

    /// Moves the clock to the next arrival. Returns false if no client is at work.
    @discardableResult
    private mutating func receiveNext() -> Bool {
        guard let next = atWork.members.first else { return false }
        atWork.members.removeFirst()
        now = max(now, next.arrival)
        time = max(time, atWork.seconds + now)
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
