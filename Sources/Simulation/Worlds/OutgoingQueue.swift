package import Messaging

/// A message that will be sent.
package struct Letter {
    package let peer: PeerID
    package let header: [UInt8]
    package let body: OutgoingBody?

    package init(to peer: PeerID, header: [UInt8], body: OutgoingBody? = nil) {
        (self.peer, self.header, self.body) = (peer, header, body)
    }
}

/// Messages that wait because their peers had no room. The messages to one peer keep their order.
package struct OutgoingQueue {
    private var letters: [Letter] = []

    package init() {}

    package var isEmpty: Bool { letters.isEmpty }

    /// Sends a message, or stores it behind the messages that wait for the same peer.
    ///
    /// - Returns: false if the peer is gone. The message is then lost.
    package mutating func send(
        _ letter: Letter, by send: (Letter) throws -> SendResult
    ) rethrows -> Bool {
        if letters.contains(where: { $0.peer == letter.peer }) {
            letters.append(letter)
            return true
        }
        switch try send(letter) {
        case .sent: return true
        case .wouldBlock:
            letters.append(letter)
            return true
        case .unreachable: return false
        }
    }

    /// Tries to send all messages again.
    ///
    /// - Returns: the peers that are gone. Their messages are lost.
    package mutating func retry(by send: (Letter) throws -> SendResult) rethrows -> [PeerID] {
        var (full, gone): ([PeerID], [PeerID]) = ([], [])
        var kept: [Letter] = []
        for letter in letters where !gone.contains(letter.peer) {
            if full.contains(letter.peer) {
                kept.append(letter)
                continue
            }
            switch try send(letter) {
            case .sent: break
            case .wouldBlock:
                full.append(letter.peer)
                kept.append(letter)
            case .unreachable: gone.append(letter.peer)
            }
        }
        letters = kept
        return gone
    }

    /// Removes the messages that wait for a peer.
    package mutating func forget(_ peer: PeerID) { letters.removeAll { $0.peer == peer } }
}
