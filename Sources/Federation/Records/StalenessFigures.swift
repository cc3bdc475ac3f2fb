/// The staleness of the updates in an aggregate.
public struct StalenessFigures: Equatable, Sendable {
    /// The staleness of each update, in client order, shape (participants).
    public let ofUpdates: [UInt32]
    /// The mean staleness of the updates, without weights.
    public let mean: Double
    /// The largest staleness of an update.
    public let largest: UInt32
    /// The number of different model versions that the clients started from.
    public let versions: Int

    /// Computes the figures from the staleness of each update, in client order; nil if there are
    /// no updates.
    public init?(_ values: [UInt32]) {
        guard let largest = values.max() else { return nil }
        ofUpdates = values
        mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        self.largest = largest
        versions = Set(values).count
    }
}
