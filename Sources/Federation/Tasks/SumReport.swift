/// The sum of the updates of a process in one round, without its numbers.
public struct SumReport: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The clients whose updates are in the sum.
    public var clients: [UInt32]

    /// Creates a report from its values.
    public init(round: UInt32, clients: [UInt32]) {
        (self.round, self.clients) = (round, clients)
    }

    /// The task that this sum answers.
    public var task: Assignment { .sum(round: round) }
}

extension Assignment {
    /// Returns the task of sending the sum of a round. A process has at most one in a round.
    public static func sum(round: UInt32) -> Assignment {
        Assignment(.sum, round: round, client: 0, attempt: 1)
    }
}
