/// A client of a cohort whose update is not in the aggregate: a row of drops.csv.
public struct ClientDrop: Equatable, Sendable {
    /// The reason why an update is not in the aggregate.
    public enum Reason: String, CaseIterable, Sendable {
        /// The report of the client never arrived.
        case droppedOut = "dropped_out"
        /// The report arrived after the deadline, or after the first `per_round` reports.
        case late
        /// The training diverged, or the update was refused.
        case diverged
        /// The staleness of the update was above `largest_staleness`.
        case stale

        /// The reason as it follows a number of clients in a text.
        public var words: String {
            switch self {
            case .droppedOut: "dropped out"
            case .late: "late"
            case .diverged: "diverged"
            case .stale: "too stale"
            }
        }
    }

    /// Returns the numbers of dropped clients by reason: "7 dropped out, 3 diverged". Reasons
    /// without a client are left out.
    public static func counts(_ count: (Reason) -> Int) -> String {
        Reason.allCases.map { ($0, count($0)) }.filter { $0.1 > 0 }
            .map { "\($0.1) \($0.0.words)" }.joined(separator: ", ")
    }

    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// The reason why the update is not in the aggregate.
    public var reason: Reason
    /// The failure of a client that diverged: the local step, its rate, and what was not finite.
    public var failure: ClientFailure?

    /// Makes the row of a client that was dropped before it trained.
    public init(round: UInt32, client: UInt32, reason: Reason) {
        (self.round, self.client, self.reason) = (round, client, reason)
    }

    /// Makes the row of a client that diverged.
    public init(_ failure: ClientFailure) {
        self.init(round: failure.round, client: failure.client, reason: .diverged)
        // The result must not depend on the processes that were lost before this attempt.
        self.failure = failure
        self.failure?.attempt = 0
    }
}
