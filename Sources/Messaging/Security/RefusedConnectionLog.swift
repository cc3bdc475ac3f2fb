import Federation

/// Connections that ended before a message came through, by reason, and the lines of a log about
/// them.
///
/// There is at most one line for each address, reason and minute. The memory is bounded, whatever
/// peers do: of more than 256 addresses in a minute, the others are only counted.
package struct RefusedConnectionLog {
    /// The seconds in which there is at most one line of an address and reason.
    static let interval = 60.0
    private static let mostAddresses = 256
    private static let mostLines = 64

    private struct Source: Hashable {
        let address: String
        let reason: RefusalReason
    }

    /// How many connections ended for each reason.
    package private(set) var counts = RefusalCounts()
    private var nextLine: [Source: Double] = [:]
    private var lines: [String] = []

    package init() {}

    /// Counts a connection.
    ///
    /// - Parameters:
    ///   - address: the address of the peer; empty if the system no longer has it.
    ///   - key: the key of the client, if it sent one.
    ///   - now: the seconds of a clock that never jumps.
    package mutating func add(
        _ reason: RefusalReason, from address: String, key: PublicKey? = nil, at now: Double
    ) {
        counts[reason] += 1
        let source = Source(address: address, reason: reason)
        if nextLine.count >= Self.mostAddresses { nextLine = nextLine.filter { $0.value > now } }
        guard nextLine[source].map({ $0 <= now }) ?? (nextLine.count < Self.mostAddresses),
            lines.count < Self.mostLines
        else { return }
        nextLine[source] = now + Self.interval
        lines.append(
            "refused a connection from \(address.isEmpty ? "an unknown address" : address):"
                + " \(Self.text(reason, key))")
    }

    /// Adds a line to the log about the list of the clients that may connect.
    mutating func note(_ line: String) {
        if lines.count < Self.mostLines { lines.append(line) }
    }

    /// Returns the lines for the log that were made since the last call.
    package mutating func takeLines() -> [String] {
        defer { lines.removeAll(keepingCapacity: true) }
        return lines
    }

    private static func text(_ reason: RefusalReason, _ key: PublicKey?) -> String {
        switch reason {
        case .unlistedKey:
            "expected a client key of the list, found \(key?.text ?? "no key"); if it is a client"
                + " of yours, add it with 'hyperfed keys authorise' and start the client again"
        case .otherServerKey:
            "expected a client with this coordinator's public key, found another key; give the"
                + " client this coordinator's public key file"
        case .oneSideWithoutKeys:
            "expected keys on both sides or on no side, found them on one; start both with"
                + " --key, or both with --insecure"
        case .brokenHandshake:
            "expected a client of hyperfed, found another program or a silent one"
        }
    }
}
