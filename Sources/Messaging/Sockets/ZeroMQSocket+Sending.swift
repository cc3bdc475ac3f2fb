import CZeroMQ
import Glibc

// No message is ever half sent. If a router has accepted the routing id, or a dealer the first
// part, the queue accepts the rest of the message, because its limit counts whole messages. If the
// connection is lost between two parts, the router drops the rest and the queued parts. A dealer
// removes the queued parts and reports EAGAIN. (libzmq 4.3.4: router.cpp, lb.cpp, pipe.cpp.)
extension ZeroMQSocket {
    /// Sends a message from a router to one peer, or nothing of it.
    public func send(to peer: PeerID, header: [UInt8], bodies: [OutgoingBody] = [])
        throws(SocketError) -> SendResult
    {
        precondition(kind == .router, "only a router has peers to choose from")
        return try send([peer.bytes, header], bodies)
    }

    /// Sends a message from a dealer to its router, or nothing of it.
    public func send(header: [UInt8], bodies: [OutgoingBody] = []) throws(SocketError) -> SendResult
    {
        precondition(kind == .dealer, "a router needs the peer")
        return try send([header], bodies)
    }

    /// Sends any number of parts as one message: what a foreign program may do. For tests.
    package func send(parts: [[UInt8]]) throws(SocketError) -> SendResult {
        try send(parts, [])
    }

    private func send(_ parts: [[UInt8]], _ bodies: [OutgoingBody]) throws(SocketError)
        -> SendResult
    {
        // Made before the first part leaves: from then on nothing may fail.
        var messages: [UnsafeMutablePointer<zmq_msg_t>] = []
        defer {
            for message in messages {
                // Lets go of the floats when they were not sent; does nothing when they were.
                zmq_msg_close(message)
                message.deallocate()
            }
        }
        for body in bodies {
            let message = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
            guard body.initialize(message) else {
                message.deallocate()
                throw .last("make a message for", lastEndpoint)
            }
            messages.append(message)
        }
        return try sendParts(parts, then: messages)
    }

    private func sendParts(_ parts: [[UInt8]], then bodies: [UnsafeMutablePointer<zmq_msg_t>])
        throws(SocketError) -> SendResult
    {
        for (index, part) in parts.enumerated() {
            let more = index < parts.count - 1 || !bodies.isEmpty ? ZMQ_SNDMORE : 0
            func send() throws(SocketError) -> SendResult {
                try outcome { zmq_send(handle, part, part.count, ZMQ_DONTWAIT | more) }
            }
            var result = try send()
            if result == .wouldBlock && index == 0 {
                lookForRoom()
                result = try send()
            }
            if result != .sent { return result }
        }
        for (index, body) in bodies.enumerated() {
            let more = index < bodies.count - 1 ? ZMQ_SNDMORE : 0
            let result = try outcome { zmq_msg_send(body, handle, ZMQ_DONTWAIT | more) }
            if result != .sent { return result }
        }
        return .sent
    }

    /// A send without waiting hears of freed places at most once a millisecond; asking for the
    /// events makes it hear of them now. Only before the first part: later ones must not be tried
    /// again, since what went before them is gone.
    private func lookForRoom() {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(handle, ZMQ_EVENTS, &events, &size)
    }

    private func outcome(of call: () -> Int32) throws(SocketError) -> SendResult {
        while call() < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case EHOSTUNREACH: return .unreachable
            default: throw .last("send to", lastEndpoint)
            }
        }
        return .sent
    }
}
