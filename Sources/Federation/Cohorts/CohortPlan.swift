public import Datasets

/// Who takes part in rounds: all that a scenario says about it.
public struct Participation: Sendable {
    /// Draws the cohorts.
    public var sampling: any CohortSampling
    /// How many draws a round's aggregate is to have.
    public var perRound: Int
    /// How many times as many are drawn; at least 1.
    public var overSelection: Double
    /// In simulated seconds after the round's start; later reports are not used.
    public var deadline: Double?
    /// Speeds and failures.
    public var devices: Devices

    /// All of it.
    public init(
        sampling: any CohortSampling, perRound: Int, overSelection: Double, deadline: Double?,
        devices: Devices
    ) {
        self.sampling = sampling
        self.perRound = perRound
        self.overSelection = overSelection
        self.deadline = deadline
        self.devices = devices
    }

    /// ⌈o m⌉: how many are drawn.
    public var drawn: Int {
        // 1.1 of 10 is 11, though the product of the doubles is a hair more.
        max(perRound, Int((overSelection * Double(perRound) - 1e-9).rounded(.up)))
    }

    /// Whether clients can be dropped before they train.
    public var canDrop: Bool { devices.dropout > 0 || deadline != nil || overSelection > 1 }
}

/// A round's cohort, with all that is known before anybody trains.
public struct CohortPlan: Equatable, Sendable {
    /// Those that train and whose updates are used, in ascending order.
    public var members: [CohortMember]
    /// Those that are dropped, in ascending order. They don't train, and their states stay.
    public var drops: [ClientDrop]
    /// The simulated length of the round: until the last used report came, or until the deadline where
    /// somebody was waited for in vain; nil where nothing takes simulated time. Without a deadline
    /// nobody waits for those who dropped out.
    public var seconds: Double?

    /// A plan; of nobody where nothing is given.
    public init(
        members: [CohortMember] = [], drops: [ClientDrop] = [], seconds: Double? = nil
    ) {
        (self.members, self.drops, self.seconds) = (members, drops, seconds)
    }

    /// How many clients were drawn.
    public var drawn: Int { members.count + drops.count }
}

/// Plans the cohorts of a run: from the seed, the clients' sizes and their devices alone.
public struct CohortPlanner: Sendable {
    private let participation: Participation
    private let population: any Population
    private let seed: UInt64
    private let length: BatchOrder.Length
    private let batchSize: Int

    /// - Parameters:
    ///   - population: all clients, with the samples that each of them trains on.
    ///   - length: the epochs or steps of the local training.
    public init(
        _ participation: Participation, population: any Population, seed: UInt64,
        length: BatchOrder.Length, batchSize: Int
    ) {
        self.participation = participation
        self.seed = seed
        self.length = length
        self.batchSize = batchSize
        self.population = population
    }

    /// When a client's report comes, in simulated seconds after the round's start.
    public func seconds(client: UInt32, _ traffic: ClientTraffic) -> Double {
        let samples = BatchOrder.sampleCount(
            samples: population.size(of: Int(client)), batchSize: batchSize, length: length)
        return participation.devices.seconds(
            client: client, samples: samples, traffic, seed: seed)
    }

    /// A round's plan: draws the cohort, lets clients drop out, and takes the first reports in
    /// simulated time, those of equal times by client.
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
            ? UInt32(clamping: participation.perRound) : drawn.reduce(0) { $0 + $1.times }
        var last = 0.0
        for (seconds, var member) in arrivals {
            guard left > 0, seconds <= participation.deadline ?? .infinity else {
                plan.drops.append(ClientDrop(round: round, client: member.client, reason: .late))
                continue
            }
            member.times = min(member.times, left)
            left -= member.times
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
