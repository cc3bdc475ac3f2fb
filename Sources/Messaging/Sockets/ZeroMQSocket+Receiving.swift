import CZeroMQ
import Glibc

extension ZeroMQSocket {
    /// Returns the next message, or nil when there is none. Copies the header; bodies stay where
    /// ZeroMQ put them.
    public func receive() throws(SocketError) -> Received? {
        var part = zmq_msg_t()
        return try withUnsafeMutablePointer(to: &part) { part throws(SocketError) in
            zmq_msg_init(part)
            defer { zmq_msg_close(part) }
            guard try receive(into: part) else { return nil }
            var peer: PeerID?
            if kind == .router {
                let id = bytes(of: part)
                guard zmq_msg_more(part) != 0 else {
                    return .malformed(from: PeerID(id), parts: 0)
                }
                try receiveRest(into: part)
                recordSource(of: part)
                peer = PeerID(id, user: hasKeys ? user(of: part) : "")
            }
            let header = bytes(of: part)
            var bodies: [Frame] = []
            var more = zmq_msg_more(part) != 0
            while more, bodies.count < Received.mostBodies {
                let body = Frame()
                try receiveRest(into: body.message)
                more = zmq_msg_more(body.message) != 0
                bodies.append(body)
            }
            guard more else { return .message(from: peer, header: header, bodies: bodies) }
            // Each part replaces the one before, so that only one is held at a time.
            var parts = 1 + bodies.count
            repeat {
                try receiveRest(into: part)
                parts += 1
            } while zmq_msg_more(part) != 0
            return .malformed(from: peer, parts: parts)
        }
    }

    /// Returns the name that the authenticator gave to the sender of a part.
    private func user(of part: UnsafeMutablePointer<zmq_msg_t>) -> String {
        zmq_msg_gets(part, "User-Id").map { String(cString: $0) } ?? ""
    }

    private func bytes(of part: UnsafeMutablePointer<zmq_msg_t>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: zmq_msg_data(part), count: zmq_msg_size(part)))
    }

    /// Receives one part of a message. Returns false if there is none.
    private func receive(into part: UnsafeMutablePointer<zmq_msg_t>) throws(SocketError) -> Bool {
        while zmq_msg_recv(part, handle, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            default: throw .last("receive from", lastEndpoint)
            }
        }
        return true
    }

    /// Receives a further part. ZeroMQ delivers a message only when all its parts are there.
    private func receiveRest(into part: UnsafeMutablePointer<zmq_msg_t>) throws(SocketError) {
        guard try receive(into: part) else { throw .last("receive the rest from", lastEndpoint) }
    }
}
