public import Bytes

/// The saved part of the server optimization. It contains the global model with its other vectors,
/// the scheduler, the client rule on the server, the last rates, and ‖Δ_{t−1}‖².
extension ServerOptimization: Saved {
    /// Appends the state, between two rounds.
    public func save(to writer: inout ByteWriter) {
        writer.write(previousSquaredNorm)
        decision.save(to: &writer)
        scheduler.save(to: &writer)
        clientRule?.save(to: &writer)
        step.save(to: &writer)
    }

    /// Reads the state into a server that was made from the same scenario.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        previousSquaredNorm = try reader.optionalDouble()
        try decision.restore(from: &reader)
        try scheduler.restore(from: &reader)
        try clientRule?.restore(from: &reader)
        try step.restore(from: &reader)
    }
}
