public import Bytes
public import LearningRates

/// The rates that the last server step used: α and the scale of the aggregate.
///
/// A void round takes no server step. Its record repeats these rates.
public struct AppliedRates: Equatable, Sendable, Saved {
    /// The global rate α.
    public private(set) var globalRate: Double
    /// The factor of the aggregate before the server's optimizer; 1 where nothing scales it.
    public private(set) var aggregateScale = 1.0

    /// The rates before the first server step.
    public init(startRate: Double) { globalRate = startRate }

    /// The rates of a server step.
    public init(_ decision: RateDecision) {
        (globalRate, aggregateScale) = (decision.rate, decision.aggregateScale)
    }

    /// Appends both rates.
    public func save(to writer: inout ByteWriter) {
        writer.write(globalRate)
        writer.write(aggregateScale)
    }

    /// Reads both rates back.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        globalRate = try reader.double()
        aggregateScale = try reader.double()
    }
}
