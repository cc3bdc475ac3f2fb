import CSystem
import CZeroMQ
import Glibc
import Synchronization

/// The work of an authenticator's thread: its sockets belong to that thread from its start on.
final class AuthenticatorThread: @unchecked Sendable {
    // Sendable: only the thread uses the handles and the clients, and `refused` has a lock.

    let refused = Mutex(RefusedConnectionLog())
    private let orders: UnsafeMutableRawPointer
    private let monitor: UnsafeMutableRawPointer
    private let requests: UnsafeMutableRawPointer?
    private var clients: AcceptedClients?

    init(
        orders: UnsafeMutableRawPointer, monitor: UnsafeMutableRawPointer,
        requests: UnsafeMutableRawPointer?, clients: AcceptedClients?
    ) {
        (self.orders, self.monitor) = (orders, monitor)
        (self.requests, self.clients) = (requests, clients)
    }

    /// Answers requests and reads events until an order to end comes. Then closes the sockets.
    func run() {
        defer {
            for socket in [orders, monitor, requests].compactMap(\.self) { zmq_close(socket) }
        }
        var items = [orders, monitor, requests].compactMap(\.self).map {
            zmq_pollitem_t(socket: $0, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        var connections = Handshakes()
        while true {
            if zmq_poll(&items, Int32(items.count), -1) < 0 {
                // A handler of a signal ran here. Other errors mean that the context ended.
                if zmq_errno() == EINTR { continue }
                return
            }
            if items[0].revents != 0 { return }
            if let requests, items.count > 2, items[2].revents != 0 { answer(requests) }
            if items[1].revents != 0 {
                while let event = MonitorEvent(from: monitor) { record(event, &connections) }
            }
        }
    }

    /// Answers one request (RFC 27): version, request, domain, address, routing id, mechanism and
    /// the client's public key.
    private func answer(_ socket: UnsafeMutableRawPointer) {
        guard let parts = Self.parts(of: socket) else { return }
        guard parts.count == 7, parts[0] == Array("1.0".utf8) else {
            return Self.send(
                [parts.first ?? [], parts.count > 1 ? parts[1] : []], "500", "", socket)
        }
        let isAsked =
            parts[2] == Array(SocketSecurity.domain.utf8) && parts[5] == Array("CURVE".utf8)
        let key = PublicKey(bytes: parts[6])
        if let problem = clients?.update() { refused.withLock { $0.note(problem) } }
        if isAsked, let name = key.flatMap({ clients?.list.names[$0] }) {
            return Self.send(Array(parts[..<2]), "200", name, socket)
        }
        Self.send(Array(parts[..<2]), "400", "", socket)
        let address = String(decoding: parts[3], as: UTF8.self)
        refused.withLock {
            $0.add(.unlistedKey, from: address, key: key, at: hyperfed_monotonic_seconds())
        }
    }

    private static func parts(of socket: UnsafeMutableRawPointer) -> [[UInt8]]? {
        var parts: [[UInt8]] = []
        var part = zmq_msg_t()
        return withUnsafeMutablePointer(to: &part) { part in
            zmq_msg_init(part)
            defer { zmq_msg_close(part) }
            repeat {
                guard zmq_msg_recv(part, socket, ZMQ_DONTWAIT) >= 0 else { return nil }
                parts.append(
                    Array(
                        UnsafeRawBufferPointer(
                            start: zmq_msg_data(part), count: zmq_msg_size(part))))
            } while zmq_msg_more(part) != 0
            return parts
        }
    }

    /// Sends an answer: the first two parts of the request, a status, a text, the user and no
    /// metadata.
    private static func send(
        _ start: [[UInt8]], _ status: String, _ user: String, _ socket: UnsafeMutableRawPointer
    ) {
        let parts = start + [Array(status.utf8), [], Array(user.utf8), []]
        for (index, part) in parts.enumerated() {
            zmq_send(socket, part, part.count, index < parts.count - 1 ? ZMQ_SNDMORE : 0)
        }
    }

    private func record(_ event: MonitorEvent, _ connections: inout Handshakes) {
        guard let (reason, address) = connections.read(event) else { return }
        refused.withLock { $0.add(reason, from: address, at: hyperfed_monotonic_seconds()) }
    }
}

/// An event of a router's monitor: its kind and its value.
package struct MonitorEvent {
    let kind: Int32
    let value: Int32

    package init(_ kind: Int32, _ value: Int32) { (self.kind, self.value) = (kind, value) }

    /// Receives the next event; nil if there is none.
    init?(from monitor: UnsafeMutableRawPointer) {
        // First part: event (u16) and value (u32) in the machine's order, not aligned. Second part:
        // the endpoint.
        var first: (UInt64, UInt64) = (0, 0)
        guard zmq_recv(monitor, &first, 16, ZMQ_DONTWAIT) == 6 else { return nil }
        kind = Int32(UInt16(truncatingIfNeeded: first.0))
        value = Int32(truncatingIfNeeded: first.0 >> 16)
        var endpoint: (UInt64, UInt64) = (0, 0)
        zmq_recv(monitor, &endpoint, 16, ZMQ_DONTWAIT)
    }
}

/// The connections of a router whose handshake has not ended.
///
/// A failed handshake has no address in its event. The next event is the end of the connection,
/// with its descriptor: one thread of ZeroMQ makes both. So the address is read when the connection
/// begins, and found by its descriptor. It is unknown if the connection has ended by then.
///
/// A peer of another protocol is cut off without an event of failure. It counts if no handshake at
/// all succeeded while it was connected, so a client that leaves never counts.
package struct Handshakes {
    private struct Connection {
        let address: String
        let successesBefore: Int
    }

    private var connections: [Int32: Connection] = [:]
    private var successes = 0
    private var failure: RefusalReason?
    private var isAnswered = false
    private let address: (_ descriptor: Int32) -> String

    /// - Parameter address: returns the address of the peer of a descriptor, or an empty text.
    package init(address: @escaping (Int32) -> String = peerAddress(of:)) {
        self.address = address
    }

    /// Reads an event.
    ///
    /// - Returns: why a connection was refused, with the address of the peer; nil if the event ends
    ///   no handshake.
    package mutating func read(_ event: MonitorEvent) -> (
        reason: RefusalReason, address: String
    )? {
        switch event.kind {
        case ZMQ_EVENT_ACCEPTED:
            connections[event.value] = Connection(
                address: address(event.value), successesBefore: successes)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: successes += 1
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: isAnswered = true
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            failure =
                switch event.value {
                case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: .otherServerKey
                case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: .oneSideWithoutKeys
                default: .brokenHandshake
                }
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: failure = .brokenHandshake
        case ZMQ_EVENT_DISCONNECTED:
            defer { (failure, isAnswered) = (nil, false) }
            let connection = connections.removeValue(forKey: event.value)
            // The authenticator has counted the connection when it refused the key.
            if isAnswered { return nil }
            if let failure { return (failure, connection?.address ?? "") }
            if let connection, connection.successesBefore == successes {
                return (.brokenHandshake, connection.address)
            }
        default: break
        }
        return nil
    }
}

/// Returns the address of the peer of a socket as a number, or an empty text.
package func peerAddress(of descriptor: Int32) -> String {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withUnsafeMutablePointer(to: &storage) { storage in
        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            getpeername(descriptor, address, &size) == 0
                ? getnameinfo(
                    address, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) : -1
        }
    }
    return status == 0 ? Z85.text(of: text) : ""
}
