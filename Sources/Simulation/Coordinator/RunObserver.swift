package import Federation

/// What a loop tells while it runs.
package protocol RunObserver: ~Copyable {
    /// A round is committed; reports and evaluations are in client order.
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]) throws
    /// Something that a person should know.
    mutating func warn(_ text: String)
}
