public import Bytes

/// The decision of a server scheduler after the aggregate of a round.
///
/// The server step uses this value and stores it. The record of the round contains it, and
/// rounds.csv is written from it.
///
///     w_{t+1} = w_t + α d(s Δ_t) + p Δ_t
public struct RateDecision: Equatable, Sendable {
    /// The global rate α, which multiplies the optimizer's direction d. It is finite and above 0,
    /// or 0 if a schedule ends at 0.
    public var globalRate: Double
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
        globalRate: Double, globalChange: RateChange? = nil, localChange: RateChange? = nil
    ) {
        self.globalRate = globalRate
        self.globalChange = globalChange
        self.localChange = localChange
    }
    /// Whether a rate was clipped to a bound.
    public var hitsBound: Bool { globalChange?.bound != nil || localChange?.bound != nil }

    /// These rates without their changes. A round that takes no server step repeats them.
    public var unchanged: RateDecision {
        var decision = self
        (decision.globalChange, decision.localChange) = (nil, nil)
        return decision
    }
}

/// The saved state is the rates. Their changes belong to one round and are not saved.
extension RateDecision: Saved {
    /// Appends the rates, but not their changes.
    public func save(to writer: inout ByteWriter) {
        writer.write(globalRate)
        writer.write(aggregateScale)
        writer.write(aggregateRate)
    }

    /// Reads the rates. The result has no changes.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        self = RateDecision(globalRate: try reader.double())
        aggregateScale = try reader.double()
        aggregateRate = try reader.double()
    }
}
