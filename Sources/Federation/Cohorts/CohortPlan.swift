public import Datasets

/// The settings that decide which clients take part in rounds.
public struct Participation: Sendable {
    /// The rule that draws the cohorts.
    public var sampling: any CohortSampling
    /// The number of draws that the aggregate of a round should have.
    public var perRound: Int
    /// The factor by which more clients are drawn; at least 1.
    public var overSelection: Double
    /// The end of a round in simulated seconds after its start. Later reports are not used. Nil
    /// means no deadline.
    public var deadline: Double?
    /// The speeds and failures of the devices.
    public var devices: Devices

    /// Makes the settings from their values.
    public init(
        sampling: any CohortSampling, perRound: Int, overSelection: Double, deadline: Double?,
        devices: Devices
    ) {
        (self.sampling, self.perRound, self.overSelection) = (sampling, perRound, overSelection)
        (self.deadline, self.devices) = (deadline, devices)
    }

    /// ⌈o m⌉, the number of clients that are drawn.
    public var drawn: Int {
        // 1.1 of 10 is 11, though the product of the doubles is slightly larger.
        max(perRound, Int((overSelection * Double(perRound) - 1e-9).rounded(.up)))
    }

    /// Whether clients can be dropped before they train.
    public var canDrop: Bool { devices.dropout > 0 || deadline != nil || overSelection > 1 }
}

/// The cohort of a round: who takes part, computed before training.
public struct CohortPlan: Equatable, Sendable {
    /// The members that train and whose updates are used, in ascending order.
    public var members: [CohortMember]
    /// The dropped clients, in ascending order. They do not train, and their states stay.
    public var drops: [ClientDrop]
    /// The length of the round in simulated seconds: the arrival of the last used report, or the
    /// deadline if reports are still missing. It is nil if no device speed is set. Without a
    /// deadline the round does not wait for clients that dropped out.
    public var seconds: Double?
    /// The number of clients that started in this round, if it is not the number that were drawn
    /// for it.
    public var started: Int?

    /// Makes a plan; without arguments it has no clients.
    public init(
        members: [CohortMember] = [], drops: [ClientDrop] = [], seconds: Double? = nil
    ) {
        (self.members, self.drops, self.seconds) = (members, drops, seconds)
    }

    /// The number of clients that were drawn.
    public var drawn: Int { members.count + drops.count }
}

/// Computes the cohort plans of a run: from the seed, the sizes of the clients and their devices
/// alone.
public struct CohortPlanner: Sendable {
    let participation: Participation
    let population: any Population
    let seed: UInt64
    /// When clients are available; nil if they always are.
    let windows: ClientWindows?
    private let length: BatchOrder.Length
    private let batchSize: Int

    /// - Parameters:
    ///   - population: all clients, with the samples that each of them trains on.
    ///   - length: the epochs or steps of the local training.
    ///   - windows: when clients are available; nil if they always are.
    public init(
        _ participation: Participation, population: any Population, seed: UInt64,
        length: BatchOrder.Length, batchSize: Int, windows: ClientWindows? = nil
    ) {
        (self.participation, self.seed, self.length) = (participation, seed, length)
        self.windows = windows
        (self.batchSize, self.population) = (batchSize, population)
    }

    /// Returns the arrival of a client's report in simulated seconds after the start of the
    /// round.
    public func seconds(client: UInt32, _ traffic: ClientTraffic) -> Double {
        let samples = BatchOrder.sampleCount(
            samples: population.size(of: Int(client)), batchSize: batchSize, length: length)
        return participation.devices.seconds(
            client: client, samples: samples, traffic, seed: seed)
    }

    /// Computes the plan of a round. It draws the cohort, lets clients drop out, and uses the
    /// first reports in simulated time. Reports of equal times are in client order.
    public func plan(round: UInt32, _ traffic: ClientTraffic) -> CohortPlan {
        let devices = participation.devices
        let drawn = participation.sampling.draw(
            participation.drawn, from: population, seed: seed, round: round)
        var plan = CohortPlan()
        var arrivals: [(seconds: Double, member: CohortMember)] = []
        for member in drawn {
            if devices.dropsOut(client: member.client, round: round, seed: seed) {
                plan.drops.append(
                    ClientDrop(round: round, client: member.client, reason: .droppedOut))
            } else {
                let seconds = devices.haveTime ? seconds(client: member.client, traffic) : 0
                arrivals.append((seconds, member))
            }
        }
        arrivals.sort { ($0.seconds, $0.member.client) < ($1.seconds, $1.member.client) }
        // A client that was drawn twice reports twice at once; the second may be one too many.
        var left =
            participation.overSelection > 1
            ? UInt32(clamping: participation.perRound) : drawn.reduce(0) { $0 + $1.drawCount }
        var last = 0.0
        for (seconds, var member) in arrivals {
            guard left > 0, seconds <= participation.deadline ?? .infinity else {
                plan.drops.append(ClientDrop(round: round, client: member.client, reason: .late))
                continue
            }
            member.drawCount = min(member.drawCount, left)
            left -= member.drawCount
            last = seconds
            plan.members.append(member)
        }
        plan.members.sort { $0.client < $1.client }
        plan.drops.sort { $0.client < $1.client }
        if devices.haveTime {
            plan.seconds = left > 0 ? participation.deadline ?? last : last
        }
        return plan
    }
}
