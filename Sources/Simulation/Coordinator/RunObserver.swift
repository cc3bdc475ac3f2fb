package import Federation

/// Receives what a run computes: records, warnings and the state after each round.
package protocol RunObserver: ~Copyable {
    /// Receives a committed round. Reports and evaluations are in client order.
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]) throws
    /// Receives a warning for the user.
    mutating func warn(_ text: String)
    /// How long the observer's files are after the last committed round. It is empty if the
    /// observer writes no files.
    var positions: [OutputPosition] { get }
    /// Receives the run state at the end of a round. The next round starts from it.
    mutating func ended(_ state: borrowing RunState) throws
}

extension RunObserver where Self: ~Copyable {
    /// By default, an observer has no files.
    package var positions: [OutputPosition] { [] }
    /// Does nothing. By default, an observer does not keep the state.
    package mutating func ended(_ state: borrowing RunState) throws {}
}
