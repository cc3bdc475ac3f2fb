public import Bytes
public import LearningRates

/// The rates that the last server step used: α and the scale of the aggregate.
///
/// A void round takes no server step. Its record repeats these rates.
public struct AppliedRates: Equatable, Sendable, Saved {
    /// The global rate α.
    public private(set) var globalRate: Double
    /// The factor of the aggregate before the server optimizer; 1 if nothing scales the aggregate.
    public private(set) var aggregateScale = 1.0

    /// Creates the rates before the first server step.
    public init(startRate: Double) { globalRate = startRate }

    /// Reads the rates of a server step.
    public init(_ decision: RateDecision) {
        (globalRate, aggregateScale) = (decision.rate, decision.aggregateScale)
    }

    /// Appends both rates to the bytes.
    public func save(to writer: inout ByteWriter) {
        writer.write(globalRate)
        writer.write(aggregateScale)
    }

    /// Reads both rates from the bytes.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        globalRate = try reader.double()
        aggregateScale = try reader.double()
    }
}
