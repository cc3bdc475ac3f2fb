/// The work of client processes in a round.
public enum Work: Equatable, Sendable {
    /// Train the clients of the cohort, from the model before the round.
    case training
    /// Evaluate the model after the round.
    case evaluation
    /// Send the sum of the updates of a round. It is a task without a client, so that it is
    /// supervised as the others are.
    case sum
}

/// A task of one client in one round, given to one process.
public struct Assignment: Equatable, Sendable {
    /// Whether the task is training or evaluation.
    public var work: Work
    /// The round, from 0.
    public var round: UInt32
    /// The client, or the number of the task in an evaluation.
    public var client: UInt32
    /// The number of the attempt, from 1.
    public var attempt: UInt32

    /// Creates an assignment from its values.
    public init(_ work: Work = .training, round: UInt32, client: UInt32, attempt: UInt32) {
        self.work = work
        self.round = round
        self.client = client
        self.attempt = attempt
    }
}
