import Federation
import Messaging

/// How messages leave, also to peers that have no room for them yet.
extension RealWorld {
    mutating func send(_ header: [UInt8], _ body: OutgoingBody?, to peer: PeerID) throws {
        let letter = Letter(to: peer, header: header, body: body)
        if try !Self.send(letter, &outgoing, socket) { lostConnection(peer) }
    }

    private static func send(
        _ letter: Letter, _ outgoing: inout OutgoingQueue, _ socket: borrowing ZeroMQSocket
    ) throws -> Bool {
        try outgoing.send(letter) { try Self.send($0, socket) }
    }

    mutating func sendWaiting() throws {
        guard !outgoing.isEmpty else { return }
        for peer in try Self.retry(&outgoing, socket) { lostConnection(peer) }
    }

    private static func retry(
        _ outgoing: inout OutgoingQueue, _ socket: borrowing ZeroMQSocket
    ) throws -> [PeerID] {
        try outgoing.retry { try Self.send($0, socket) }
    }

    private static func send(_ letter: Letter, _ socket: borrowing ZeroMQSocket) throws
        -> SendResult
    {
        try socket.send(
            to: letter.peer, header: letter.header, bodies: letter.body.map { [$0] } ?? [])
    }

    /// Removes a connection and the messages that wait for it.
    mutating func disconnect(_ process: ProcessID) {
        if let peer = peers.connection(of: process) { outgoing.forget(peer) }
        peers.disconnect(process)
    }
}
