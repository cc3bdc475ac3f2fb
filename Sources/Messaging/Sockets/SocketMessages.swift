import CZeroMQ

/// The identity of one connection of a peer, as a router stores it. A peer that reconnects has a
/// new identity, and its hello names the process.
public struct PeerID: Hashable, Sendable {
    /// The routing id that the router gave it.
    public let bytes: [UInt8]
    /// The name of the client key that the peer proved to have; empty without keys. A connection
    /// never changes it.
    public let user: String

    /// Makes a peer from its routing id and the name of its key.
    public init(_ bytes: [UInt8], user: String = "") { (self.bytes, self.user) = (bytes, user) }
}

/// What a socket has received.
public enum Received {
    /// A message of a header and at most `mostBodies` bodies. `from` is nil on a dealer.
    case message(from: PeerID?, header: [UInt8], bodies: [Frame])
    /// Something with another number of parts; nothing of it was kept.
    case malformed(from: PeerID?, parts: Int)

    /// No message has more bodies: an update and the vectors that the client carries on.
    static let mostBodies = 2
}

/// A body of a message to be sent.
public enum OutgoingBody {
    /// The floats of this frame, without a copy; the frame lives until they have left.
    case floats(SharedFrame)
    /// What came in as this frame, without a copy.
    case forwarded(Frame)

    /// Makes `message` a view of the body that keeps it alive. False when memory is out.
    func initialize(_ message: UnsafeMutablePointer<zmq_msg_t>) -> Bool {
        switch self {
        case .floats(let frame): frame.initialize(message)
        case .forwarded(let frame): frame.share(with: message)
        }
    }
}

/// What became of a message that was to be sent. A message goes whole or not at all.
public enum SendResult: Equatable, Sendable {
    /// The message is in the queue of the connection. It can still be lost with the connection.
    case sent
    /// The queue is full: send it again later.
    case wouldBlock
    /// The router has no such peer (any more): forget the peer.
    case unreachable
}
