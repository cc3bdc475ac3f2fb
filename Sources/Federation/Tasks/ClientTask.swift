/// The work of one client in one round. The client's report follows from the task, the global model
/// and the carried vectors alone. So a task that is sent again gives the same bits.
public struct ClientTask: Equatable, Sendable {
    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// The number of the attempt, from 1.
    public var attempt: UInt32
    /// The local rate β of this round, which the server scheduler sets.
    public var localRate: Double
    /// The numbers that the client carries over from its previous round, as bytes; empty at first.
    public var state: [UInt8]
    /// The number of vectors, shape (parameters), that the client carries over. They are sent
    /// beside the task.
    public var carriedVectors: UInt16
    /// The weight of the update in the sum of its process; nil if the update is sent by itself.
    public var sumWeight: UInt32?

    /// Creates a task from its values.
    public init(
        round: UInt32, client: UInt32, attempt: UInt32, localRate: Double, state: [UInt8] = [],
        carriedVectors: UInt16 = 0, sumWeight: UInt32? = nil
    ) {
        (self.round, self.client, self.attempt) = (round, client, attempt)
        (self.localRate, self.state, self.carriedVectors) = (localRate, state, carriedVectors)
        self.sumWeight = sumWeight
    }

    /// The assignment of the task, without carried values.
    public var assignment: Assignment {
        Assignment(round: round, client: client, attempt: attempt)
    }
}
