/// What one client has to do in one round. Together with the global model and the vectors that the
/// client carries it determines the client's report completely: a task that is issued again gives
/// the same bits.
public struct ClientTask: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// 1 when issued for the first time, one more each time it is issued again.
    public var attempt: UInt32
    /// The local rate β of this round, as the server scheduler sets it.
    public var localRate: Double
    /// The numbers that the client carries over from its previous round, as bytes; empty at first.
    public var state: [UInt8]
    /// How many vectors of (parameters) floats it carries over: they travel beside the task.
    public var carriedVectors: UInt16

    /// Creates a task.
    public init(
        round: UInt32, client: UInt32, attempt: UInt32, localRate: Double, state: [UInt8] = [],
        carriedVectors: UInt16 = 0
    ) {
        (self.round, self.client, self.attempt) = (round, client, attempt)
        (self.localRate, self.state, self.carriedVectors) = (localRate, state, carriedVectors)
    }

    /// The task without what it carries.
    public var assignment: Assignment {
        Assignment(round: round, client: client, attempt: attempt)
    }
}
