/// What a server scheduler decides after a round's aggregate.
///
///     w_{t+1} = w_t + α d(s Δ_t) + p Δ_t
public struct RateDecision: Sendable {
    /// α, which multiplies the optimizer's direction d; finite and above 0, or 0 where a schedule
    /// ends at 0. Outputs call it the global rate.
    public var rate: Double
    /// s, which multiplies the aggregate before the optimizer sees it.
    public var aggregateScale = 1.0
    /// p, the rate of the aggregate itself beside the direction. α then counts both: the direction
    /// gets α − p.
    public var aggregateRate = 0.0
    /// What happened to α, or to s, where it is adapted.
    public var globalChange: RateChange?
    /// What happened to the next round's β where it is adapted.
    public var localChange: RateChange?

    /// A decision.
    public init(
        rate: Double, globalChange: RateChange? = nil, localChange: RateChange? = nil
    ) {
        self.rate = rate
        self.globalChange = globalChange
        self.localChange = localChange
    }
}
