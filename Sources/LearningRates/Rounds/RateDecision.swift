public import Bytes

/// What a server scheduler decides after a round's aggregate.
///
/// The server step uses this value and stores it. The record of the round contains it, and
/// rounds.csv is written from it.
///
///     w_{t+1} = w_t + α d(s Δ_t) + p Δ_t
public struct RateDecision: Equatable, Sendable {
    /// α, which multiplies the optimizer's direction d; finite and above 0, or 0 where a schedule
    /// ends at 0. Outputs call it the global rate.
    public var globalRate: Double
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
        globalRate: Double, globalChange: RateChange? = nil, localChange: RateChange? = nil
    ) {
        self.globalRate = globalRate
        self.globalChange = globalChange
        self.localChange = localChange
    }
    /// Whether a rate was clipped to a bound.
    public var hitsBound: Bool { globalChange?.bound != nil || localChange?.bound != nil }

    /// The same rates without a change: what a round repeats that takes no server step.
    public var unchanged: RateDecision {
        var decision = self
        (decision.globalChange, decision.localChange) = (nil, nil)
        return decision
    }
}

/// The rates, without what happened to them: that belongs to one round.
extension RateDecision: Saved {
    /// Appends the rates.
    public func save(to writer: inout ByteWriter) {
        writer.write(globalRate)
        writer.write(aggregateScale)
        writer.write(aggregateRate)
    }

    /// Reads the rates.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        self = RateDecision(globalRate: try reader.double())
        aggregateScale = try reader.double()
        aggregateRate = try reader.double()
    }
}
