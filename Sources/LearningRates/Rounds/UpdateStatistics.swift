/// Numbers of the updates of a round, each weighted by p_i, the update's share of the aggregate.
public struct UpdateStatistics: Equatable, Sendable {
    /// How many updates are in the aggregate.
    public var count: Int
    /// Σ p_i ‖Δ_i‖²; nil where there are no updates.
    public var meanSquaredNorm: Double?
    /// Σ p_i times each client's mean training loss in the round.
    public var meanLoss: Double?
    /// Σ p_i times each client's loss on its first batch, before its first step: an unbiased
    /// estimate of the clients' training loss at the global model that the round started from.
    public var startLoss: Double?

    /// Statistics from their numbers.
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
