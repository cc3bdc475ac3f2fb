import Bytes

/// Carries the direction of a round's last step into the client's next round, for rules whose
/// `carry: all` goes on as if the rounds were one.
struct PreviousDirection: Saved {
    /// The optimizer's buffers; set before anything else.
    var bufferCount = 0
    /// Where the last step's direction was; nil before the first one.
    var slot: VectorName?

    /// What must be carried beside the optimizer's buffers: the gradient, where it is the direction.
    var carried: [VectorName] { slot == .gradient ? [.gradient] : [] }

    /// All that `carried` may ever name: without buffers a direction is always the gradient.
    var mayCarry: [VectorName] { bufferCount == 0 ? [.gradient] : [] }

    /// Tells a step that begins what was carried into it.
    func begin<S>(_ step: inout StepContext<S>) {
        // The first step keeps the carried gradient as the previous one.
        if let slot { step.previousDirection = slot == .gradient ? .previousGradient : slot }
    }

    func save(to writer: inout ByteWriter) {
        switch slot {
        case nil: writer.write(UInt8(0))
        case .buffer(let index): writer.write(UInt8(index + 2))
        default: writer.write(UInt8(1))
        }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        let code = Int(try reader.integer(UInt8.self))
        guard code < 2 + bufferCount else {
            throw .invalid(
                "expected a direction in one of \(bufferCount) buffers, found buffer \(code - 2)")
        }
        slot = code == 0 ? nil : code == 1 ? .gradient : .buffer(code - 2)
    }
}
