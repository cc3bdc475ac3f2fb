import Federation
package import Messaging

/// The vectors that a client carries over. Their memory stays valid as long as this value exists.
package enum CarriedBody: HeldFloats {
    /// The vectors are in a message's body, with its checksum.
    case received(Frame, checksum: UInt64)
    case sent(SharedFrame)
    /// The vectors are in a slot of the shared block.
    case shared(SharedBlock, CarriedSlot, vectors: Int)
    /// The vectors are in the file of client states.
    case stored(StoredVectors)

    /// Passes the vectors to `body`, one after the other.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        switch self {
        case .received(let frame, _): try frame.withFloats(body)
        case .sent(let frame): try frame.withFloats(body)
        case .shared(let block, let slot, let vectors):
            try block.withCarried(slot.index, vectors: vectors, body)
        case .stored(let vectors): try vectors.withFloats(body)
        }
    }
}
