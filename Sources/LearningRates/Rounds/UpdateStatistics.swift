/// Numbers about the updates of a round. Each update is weighted by p_i, its share of the
/// aggregate.
public struct UpdateStatistics: Equatable, Sendable {
    /// The number of updates in the aggregate.
    public var count: Int
    /// Σ p_i ‖Δ_i‖²; nil if there are no updates.
    public var meanSquaredNorm: Double?
    /// Σ p_i times the mean training loss of client i in the round.
    public var meanLoss: Double?
    /// Σ p_i times the loss of client i on its first batch, before its first step. It is an
    /// unbiased estimate of the clients' training loss at the global model of the round's start.
    public var startLoss: Double?

    /// Creates statistics from their numbers.
    public init(
        count: Int = 0, meanSquaredNorm: Double? = nil, meanLoss: Double? = nil,
        startLoss: Double? = nil
    ) {
        self.count = count
        self.meanSquaredNorm = meanSquaredNorm
        self.meanLoss = meanLoss
        self.startLoss = startLoss
    }
}
