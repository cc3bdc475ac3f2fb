/// The work of client processes in a round.
public enum Work: Equatable, Sendable {
    /// Train the clients of its cohort, from the model before the round.
    case training
    /// Evaluate the model after the round.
    case evaluation
}

/// One client's task in one round, given to one process.
public struct Assignment: Equatable, Sendable {
    /// Whether it is training or evaluation.
    public var work: Work
    /// The round, from 0.
    public var round: UInt32
    /// The client; in an evaluation, the number of its task.
    public var client: UInt32
    /// 1 when given out for the first time.
    public var attempt: UInt32

    /// Creates an assignment.
    public init(_ work: Work = .training, round: UInt32, client: UInt32, attempt: UInt32) {
        self.work = work
        self.round = round
        self.client = client
        self.attempt = attempt
    }
}
