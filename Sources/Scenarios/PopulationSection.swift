public import Federation
import Settings

/// The section `clients`: the population, the cohorts and the client processes.
///
/// Processes and transport change the speed of a run, never its result.
public struct PopulationSection: Sendable {
    /// The number of client processes.
    public enum Processes: Equatable, Sendable {
        /// As many as keep all processor cores busy, with all runs that go on at once.
        case automatic
        /// One process for each client.
        case perClient
        /// One process for each processor core.
        case perCore
        /// This number of processes.
        case count(Int)
    }

    /// The connection between coordinator and client processes.
    public enum Transport: String, Sendable {
        /// ZeroMQ over local sockets; models and updates are in shared memory.
        case ipc
        /// ZeroMQ over TCP; models and updates are parts of the messages.
        case tcp
    }

    /// The number of clients in the population.
    public let count: Int
    /// The kind of the sampling.
    public let samplingKind: String
    /// The sampling, which draws the cohort of each round.
    public let sampling: any CohortSampling
    /// The number of participants of a round.
    public let perRound: Int
    /// The size of the cohort divided by `perRound`; at least 1.
    public let overSelection: Double
    /// The simulated seconds after which reports of a round are not used; nil for no limit.
    public let deadline: Double?
    /// Speeds, bandwidths and failures of the clients' devices.
    public let devices: Devices
    /// When clients are available.
    public let availability: Availability
    /// The number of client processes.
    public let processes: Processes
    /// The connection between coordinator and client processes.
    public let transport: Transport
    /// The number of client states whose vectors stay in memory; nil for as many as fit in 1 GiB.
    public let statesInMemory: Int?

    init(_ settings: Settings) {
        count = settings.integer(
            "count", default: 100, in: .between(1, 10_000_000), "number of clients N")
        (samplingKind, sampling) = settings.namedComponent(
            "sampling", from: cohortSamplings(clients: count), default: "uniform",
            "rule that draws the cohort of a round")
        perRound = settings.integer(
            "per_round", default: sampling.size ?? min(10, count), in: .positive,
            "clients of a round; draws, if a client can be drawn more than once")
        overSelection = settings.number(
            "over_selection", default: 1, in: .between(1, 1000),
            "clients drawn for each one of per_round; the first per_round reports are used")
        deadline = settings.optionalNumber(
            "deadline", in: .positive,
            "simulated seconds after the start of a round; later reports are not used")
        devices = settings.section(
            "devices", "speeds, bandwidths and failures of the clients' devices", Devices.init)
        availability = settings.component(
            "availability", from: availabilities, default: "always",
            "when clients are available, in simulated time")
        processes = settings.choiceOrInteger(
            "processes", of: ["auto": .automatic, "per_client": .perClient, "per_core": .perCore],
            default: "auto", integer: Processes.count,
            in: .between(1, 10_000), "number of client processes")
        transport = settings.choice(
            "transport", of: ["ipc": .ipc, "tcp": .tcp], default: "ipc",
            "connection between coordinator and client processes")
        statesInMemory = settings.optionalInteger(
            "states_in_memory", in: .nonNegative,
            "client states whose vectors stay in memory, the others are in a file; by default as"
                + " many as fit in 1 GB")
        check(settings)
    }

    /// The settings that decide who takes part in rounds.
    public var participation: Participation {
        Participation(
            sampling: sampling, perRound: perRound, overSelection: overSelection,
            deadline: deadline, devices: devices)
    }

    private func check(_ settings: Settings) {
        if let size = sampling.size, perRound != size {
            settings.reject(
                "per_round", expected: "\(size), the size of the largest cohort of the schedule",
                found: "\(perRound)")
        } else if perRound > count {
            settings.reject(
                "per_round", expected: "at most \(count) (clients.count)", found: "\(perRound)",
                advice: "lower per_round or raise count")
        }
        checkTime(settings)
        if processes == .perClient, count > 1024 {
            settings.reject(
                "processes", expected: "at most 1024 client processes",
                found: "\(count) (per_client)", advice: "set auto, per_core or a number")
        }
    }

    private func checkTime(_ settings: Settings) {
        func rejectWithoutTime(_ key: String) {
            settings.reject(
                key, expected: "a device speed, on which simulated time is based",
                found: "no value",
                advice: "set clients.devices.samples_per_second, bytes_per_second_down or"
                    + " bytes_per_second_up")
        }
        if deadline != nil, !devices.haveTime { rejectWithoutTime("deadline") }
        if availability != .always {
            if !devices.haveTime { rejectWithoutTime("availability") }
            if samplingKind != "uniform" {
                settings.reject(
                    "sampling", expected: "uniform with clients.availability", found: samplingKind,
                    advice: "set it to uniform: clients that are not available cannot be drawn")
            }
        }
        guard overSelection > 1 else { return }
        if let problem = sampling.overSelectionProblem {
            settings.reject(
                "over_selection", expected: problem,
                advice: "remove over_selection, or use sampling: uniform or a deadline")
        } else if !devices.haveTime {
            rejectWithoutTime("over_selection")
        } else if !sampling.drawsWithReplacement, perRound <= count, participation.drawn > count {
            settings.reject(
                "over_selection", expected: "a cohort of at most \(count) clients (clients.count)",
                found: "\(participation.drawn) (\(overSelection) times per_round)",
                advice: "lower over_selection or per_round")
        }
    }
}
