package import Messaging

/// The floats of an update, in a message or in shared memory.
package enum UpdateBody {
    case received(Frame)
    case sent(SharedFrame)
    case shared(SharedBlock, slot: Int)

    /// Passes the floats to `body` for reading.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .received(let frame): try frame.withFloats(body)
        case .sent(let frame): try frame.withFloats(body)
        case .shared(let block, let slot): try block.withUpdate(slot, body)
        }
    }
}

extension UpdateBody {
    /// Whether all floats are finite.
    var hasOnlyNumbers: Bool {
        withFloats { floats in
            for index in floats.indices where !floats[index].isFinite { return false }
            return true
        }
    }
}
