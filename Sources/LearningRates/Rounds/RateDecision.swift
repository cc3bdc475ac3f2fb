/// The decision of a server scheduler after the aggregate of a round.
///
///     w_{t+1} = w_t + α d(s Δ_t) + p Δ_t
public struct RateDecision: Sendable {
    /// The global rate α, which multiplies the optimizer's direction d. It is finite and above 0,
    /// or 0 if a schedule ends at 0.
    public var rate: Double
    /// The factor s of the aggregate before the optimizer uses it.
    public var aggregateScale = 1.0
    /// The rate p of the aggregate itself, beside the direction. Then α counts both, and the
    /// direction has the rate α − p.
    public var aggregateRate = 0.0
    /// The change of α, or of s, if it is adapted.
    public var globalChange: RateChange?
    /// The change of the next round's β, if it is adapted.
    public var localChange: RateChange?

    /// Creates a decision from its numbers.
    public init(
        rate: Double, globalChange: RateChange? = nil, localChange: RateChange? = nil
    ) {
        self.rate = rate
        self.globalChange = globalChange
        self.localChange = localChange
    }
}
