/// The staleness of the updates in an aggregate.
public struct StalenessFigures: Equatable, Sendable {
    /// The mean staleness of the updates, without weights.
    public var mean: Double
    /// The largest staleness of an update.
    public var largest: UInt32
    /// The number of different model versions that the clients started from.
    public var versions: Int

    /// Creates figures from their numbers.
    public init(mean: Double, largest: UInt32, versions: Int) {
        (self.mean, self.largest, self.versions) = (mean, largest, versions)
    }

    /// Computes the figures of the updates of these reports; nil if there are none.
    init?(_ reports: [ClientReport], _ weights: UpdateWeights) {
        guard !reports.isEmpty else { return nil }
        let values = reports.map { weights.staleness(of: $0) }
        self.init(
            mean: values.reduce(0) { $0 + Double($1) } / Double(values.count),
            largest: values.max() ?? 0, versions: Set(values).count)
    }
}
