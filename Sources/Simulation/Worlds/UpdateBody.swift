package import Messaging

/// The floats of an update or the words of a sum, in a message or in shared memory.
package enum UpdateBody {
    case received(Frame)
    case sent(SharedFrame)
    case shared(SharedBlock, slot: Int)
    /// A sum of updates in a slot for sums.
    case sharedSum(SharedBlock, slot: Int)
    /// The update is in the sum of its process.
    case inSum

    /// Whether the update is in the sum of its process.
    package var isInSum: Bool { if case .inSum = self { true } else { false } }

    /// Passes the floats to `body` for reading. There are none if the update is in a sum.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .received(let frame): try frame.withFloats(body)
        case .sent(let frame): try frame.withFloats(body)
        case .shared(let block, let slot): try block.withUpdate(slot, body)
        case .sharedSum(let block, let slot): try block.withSum(slot, body)
        case .inSum: try body(Span())
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
