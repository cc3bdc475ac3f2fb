import Settings

/// `clients`: how many there are, how many take part in a round, and which processes serve them.
/// Processes and transport change how fast a run is, never its result.
public struct ClientsSection: Sendable {
    /// How many operating system processes serve the clients.
    public enum Processes: Equatable, Sendable {
        /// One for each client.
        case perClient
        /// One for each processor core.
        case perCore
        /// So many.
        case count(Int)
    }

    /// How coordinator and client processes talk.
    public enum Transport: String, Sendable {
        /// ZeroMQ over local sockets; models and updates through shared memory.
        case ipc
        /// ZeroMQ over TCP; models and updates in the messages.
        case tcp
    }

    /// How many clients own data.
    public let count: Int
    /// How many of them take part in a round.
    public let perRound: Int
    /// Which processes serve them.
    public let processes: Processes
    /// How they talk.
    public let transport: Transport

    init(_ settings: Settings) {
        count = settings.integer(
            "count", default: 100, in: .between(1, 10_000_000), "clients that own data")
        perRound = settings.integer(
            "per_round", default: min(10, count), in: .positive, "clients in each round")
        processes = settings.choiceOrInteger(
            "processes", of: ["per_client": .perClient, "per_core": .perCore],
            default: count <= 128 ? "per_client" : "per_core", integer: Processes.count,
            in: .between(1, 10_000), "operating system processes that serve the clients")
        transport = settings.choice(
            "transport", of: ["ipc": .ipc, "tcp": .tcp], default: "ipc",
            "how coordinator and client processes talk")
        if perRound > count {
            settings.reject(
                "per_round", "per_round must be at most count (\(count)); this is \(perRound)")
        }
        if processes == .perClient, count > 1024 {
            settings.reject(
                "processes",
                "per_client is for up to 1024 clients, not \(count); give a number of processes")
        }
    }
}
