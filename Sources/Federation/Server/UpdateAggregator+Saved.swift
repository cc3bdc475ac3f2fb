public import Bytes
import LearningRates
import LinearAlgebra

/// The saved part of the server: the state of `ServerOptimization`, and the server's vector of the
/// drift correction.
///
/// Between two rounds the sum of updates is zero and no cohort is drawn, so neither is saved.
extension UpdateAggregator: Saved {
    /// Appends the state, between two rounds.
    public func save(to writer: inout ByteWriter) {
        steps.save(to: &writer)
        correction.save(to: &writer)
    }

    /// Reads the state into a server that was made from the same scenario.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        try steps.restore(from: &reader)
        try correction.restore(from: &reader)
    }
}

extension CorrectionState: Saved {
    func save(to writer: inout ByteWriter) {
        writer.write(slots.bytes(of: server))
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        let bytes = try reader.byteList()
        guard bytes.count == server.count * MemoryLayout<Float>.stride else {
            throw .invalid(
                "expected a correction vector of \(server.count) numbers, found"
                    + " \(bytes.count) bytes")
        }
        slots.set(server, toBytes: bytes)
    }
}
