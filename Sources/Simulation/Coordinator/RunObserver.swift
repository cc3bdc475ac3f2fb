package import Federation

/// Receives what a run computes: records, warnings and the state after each round.
package protocol RunObserver: ~Copyable {
    /// A round is committed; reports and evaluations are in client order.
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]) throws
    /// Something that a person should know.
    mutating func warn(_ text: String)
    /// How long its files are after the last committed round; empty where it writes none.
    var positions: [OutputPosition] { get }
    /// A round is over. The state is what the next round starts from.
    mutating func ended(_ state: borrowing RunState) throws
}

extension RunObserver where Self: ~Copyable {
    /// By default there are no files.
    package var positions: [OutputPosition] { [] }
    /// By default the state is not kept.
    package mutating func ended(_ state: borrowing RunState) throws {}
}
