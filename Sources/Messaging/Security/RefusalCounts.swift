public import Federation

/// Why a connection ended. The raw value is the key in run.json.
public enum RefusalReason: String, CaseIterable, Sendable {
    /// The client's key is not on the list.
    case unlistedKey = "unlisted_key"
    /// The client expects a coordinator with another key.
    case otherServerKey = "other_server_key"
    /// Only one of the two sides has keys.
    case oneSideWithoutKeys = "one_side_without_keys"
    /// The peer is of another program, was silent, or went away.
    case brokenHandshake = "broken_handshake"
}

/// How many connections ended before a message came through, by reason.
public typealias RefusalCounts = Counts<RefusalReason>
