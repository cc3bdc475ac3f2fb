/// How many connections ended before a message came through, by reason.
public struct RefusalCounts: Equatable, Sendable {
    /// Why a connection ended. The raw value is the key in run.json.
    public enum Reason: String, CaseIterable, Sendable {
        /// The client's key is not on the list.
        case unlistedKey = "unlisted_key"
        /// The client expects a coordinator with another key.
        case otherServerKey = "other_server_key"
        /// Only one of the two sides has keys.
        case oneSideWithoutKeys = "one_side_without_keys"
        /// The peer is of another program, was silent, or went away.
        case brokenHandshake = "broken_handshake"
    }

    private var counts = [Int](repeating: 0, count: Reason.allCases.count)

    /// Creates counts of 0.
    public init() {}

    /// The count of a reason.
    public subscript(reason: Reason) -> Int {
        get { counts[Self.index(of: reason)] }
        set { counts[Self.index(of: reason)] = newValue }
    }

    /// Returns the differences of two counts, reason by reason.
    public static func - (one: Self, other: Self) -> Self {
        var difference = one
        for reason in Reason.allCases { difference[reason] -= other[reason] }
        return difference
    }

    private static func index(of reason: Reason) -> Int {
        Reason.allCases.firstIndex(of: reason) ?? 0
    }
}
