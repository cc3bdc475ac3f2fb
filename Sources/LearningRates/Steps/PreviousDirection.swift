package import Bytes

/// Carries the direction of a round's last step over to the client's next round. Rules use it whose
/// `carry: all` continues as if the rounds were one.
package struct PreviousDirection: Saved {
    /// The number of the optimizer's buffers. It is set before all other calls.
    package var bufferCount = 0
    /// The vector of the last step's direction; nil before the first step.
    package var slot: VectorName?

    /// Creates the state before the first step.
    package init() {}

    /// The vectors that are carried in addition to the optimizer's buffers: the gradient, if it is
    /// the direction.
    package var carried: [VectorName] { slot == .gradient ? [.gradient] : [] }

    /// The largest list that `carried` may return. Without buffers, a direction is always the
    /// gradient.
    package var mayCarry: [VectorName] { bufferCount == 0 ? [.gradient] : [] }

    /// Sets the previous direction of a step that begins, if one was carried over.
    package func begin<S>(_ step: inout StepContext<S>) {
        // The first step keeps the carried gradient as the previous one.
        if let slot { step.previousDirection = slot == .gradient ? .previousGradient : slot }
    }

    package func save(to writer: inout ByteWriter) {
        switch slot {
        case nil: writer.write(UInt8(0))
        case .buffer(let index): writer.write(UInt8(index + 2))
        default: writer.write(UInt8(1))
        }
    }

    package mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        let code = Int(try reader.integer(UInt8.self))
        guard code < 2 + bufferCount else {
            throw .invalid(
                "expected a direction in one of \(bufferCount) buffers, found buffer \(code - 2)")
        }
        slot = code == 0 ? nil : code == 1 ? .gradient : .buffer(code - 2)
    }
}
