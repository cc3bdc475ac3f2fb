import CZeroMQ
import Glibc
import Synchronization

/// A change of a dealer's connection.
public enum ConnectionEvent: Equatable, Sendable, CustomStringConvertible {
    /// The other side is there. The client says hello now: to the router this is a new peer.
    case connected
    /// The connection is gone; the dealer tries again by itself.
    case disconnected
    /// The other side refused the key of this one; the dealer does not try again.
    case refusedKey
    /// Only one of the two sides has keys; the dealer does not try again.
    case oneSideWithoutKeys
    /// The other side speaks another protocol; the dealer does not try again.
    case foreignProtocol
    /// The handshake broke off for this error number; the dealer tries again.
    case handshakeBroken(errno: Int32)

    /// The event as a phrase for the user.
    public var description: String {
        switch self {
        case .connected: "connected"
        case .disconnected: "the connection is lost"
        case .refusedKey: "expected a client key of the coordinator's list, found another"
        case .oneSideWithoutKeys: "expected keys on both sides, found them on one"
        case .foreignProtocol: "expected the protocol of ZeroMQ, found another one"
        case .handshakeBroken(let errno):
            "expected a complete handshake, found it broken off"
                + " (\(String(cString: zmq_strerror(errno))), errno \(errno))"
        }
    }
}

/// The events of one socket's connections, read from a second socket.
///
/// The watched socket owns and closes the monitor. ZeroMQ reports an event on its I/O thread with a
/// send that blocks if no socket can receive it. So the watched socket stops reporting before this
/// end closes, and the queue of this end has no limit.
struct ConnectionMonitor {
    private static let number = Atomic<UInt64>(0)
    let handle: UnsafeMutableRawPointer

    /// Watches `socket` from now on; made before the socket connects, so that nothing is missed.
    init(of socket: UnsafeMutableRawPointer, in context: ZeroMQContext) throws(SocketError) {
        let number = Self.number.wrappingAdd(1, ordering: .relaxed).newValue
        let endpoint = "inproc://connection-monitor-\(number)"
        let events =
            ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        guard let handle = zmq_socket(context.handle, ZMQ_PAIR) else {
            throw .last("create a socket for", endpoint)
        }
        var zero: Int32 = 0
        guard zmq_setsockopt(handle, ZMQ_RCVHWM, &zero, MemoryLayout<Int32>.size) == 0,
            zmq_setsockopt(handle, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size) == 0,
            zmq_socket_monitor(socket, endpoint, events) == 0,
            zmq_connect(handle, endpoint) == 0
        else {
            let error = SocketError.last("watch connections by", endpoint)
            zmq_socket_monitor(socket, nil, 0)
            zmq_close(handle)
            throw error
        }
        self.handle = handle
    }

    /// Ends the reporting of the watched socket, then closes this end.
    func close(watched socket: UnsafeMutableRawPointer) {
        zmq_socket_monitor(socket, nil, 0)
        zmq_close(handle)
    }

    /// Returns the next event, or nil when there is none.
    func next() throws(SocketError) -> ConnectionEvent? {
        while true {
            // First part: event (u16) and value (u32) in the machine's order, not aligned. Second
            // part: the endpoint.
            var first: (UInt64, UInt64) = (0, 0)
            var size = receive(into: &first, capacity: 16)
            if size < 0 && zmq_errno() == EAGAIN { return nil }
            guard size == 6 else { throw .last("read a connection event of", "the socket") }
            let event = Int32(UInt16(truncatingIfNeeded: first.0))
            let value = Int32(truncatingIfNeeded: first.0 >> 16)
            size = receive(into: &first, capacity: 16)
            guard size >= 0 else { throw .last("read the endpoint of a connection event") }
            switch event {
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
            case ZMQ_EVENT_DISCONNECTED: return .disconnected
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: return .refusedKey
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
                return value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
                    ? .oneSideWithoutKeys : .foreignProtocol
            case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: return .handshakeBroken(errno: value)
            default: continue  // MONITOR_STOPPED, which comes unasked.
            }
        }
    }

    /// Returns the size of the next part, of which at most `capacity` bytes are kept, or −1.
    private func receive(into memory: UnsafeMutableRawPointer, capacity: Int) -> Int32 {
        while true {
            let size = zmq_recv(handle, memory, capacity, ZMQ_DONTWAIT)
            if size >= 0 || zmq_errno() != EINTR { return size }
        }
    }
}
