public import Bytes

/// All that the server's next round continues from: the global model with the vectors beside it,
/// the scheduler, the client rule in the server's step, the last rates, and ‖Δ_{t−1}‖².
extension ServerOptimization: Saved {
    /// Appends it, between two rounds.
    public func save(to writer: inout ByteWriter) {
        writer.write(previousSquaredNorm)
        decision.save(to: &writer)
        scheduler.save(to: &writer)
        clientRule?.save(to: &writer)
        step.save(to: &writer)
    }

    /// Reads it back into a server that was made from the same scenario.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        previousSquaredNorm = try reader.optionalDouble()
        try decision.restore(from: &reader)
        try scheduler.restore(from: &reader)
        try clientRule?.restore(from: &reader)
        try step.restore(from: &reader)
    }
}
