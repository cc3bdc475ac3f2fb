package import Messaging

/// A message that is to be sent.
package struct Letter {
    package let peer: PeerID
    package let header: [UInt8]
    package let body: OutgoingBody?

    package init(to peer: PeerID, header: [UInt8], body: OutgoingBody? = nil) {
        (self.peer, self.header, self.body) = (peer, header, body)
    }
}

/// Messages that their peers had no room for. The messages to one peer keep their order.
package struct OutgoingQueue {
    private var letters: [Letter] = []

    package init() {}

    package var isEmpty: Bool { letters.isEmpty }

    /// Sends a message, or keeps it behind those that wait for the same peer.
    ///
    /// - Returns: false when the peer is not there any more; the message is lost then.
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

    /// Tries all messages again.
    ///
    /// - Returns: the peers that are not there any more; what waited for them is lost.
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

    /// Drops what waits for a peer.
    package mutating func forget(_ peer: PeerID) { letters.removeAll { $0.peer == peer } }
}
