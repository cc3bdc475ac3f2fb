/// A client of a cohort whose update is not in the aggregate: a row of drops.csv.
public struct ClientDrop: Equatable, Sendable {
    /// Why the update is not in the aggregate.
    public enum Reason: String, CaseIterable, Sendable {
        /// Its report never came.
        case droppedOut = "dropped_out"
        /// Its report came after the deadline, or after as many as were wanted.
        case late
        /// Its training diverged, or its update was refused.
        case diverged

        /// The reason in texts, behind a number of clients.
        public var words: String {
            switch self {
            case .droppedOut: "dropped out"
            case .late: "late"
            case .diverged: "diverged"
            }
        }
    }

    /// Joins the counts of dropped clients by reason: "7 dropped out, 3 diverged". Reasons of no
    /// client are left out.
    public static func counts(_ count: (Reason) -> Int) -> String {
        Reason.allCases.map { ($0, count($0)) }.filter { $0.1 > 0 }
            .map { "\($0.1) \($0.0.words)" }.joined(separator: ", ")
    }

    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// Why the update is not in the aggregate.
    public var reason: Reason
    /// If the client diverged: at which local step, with which rate, and what was not finite.
    public var failure: ClientFailure?

    /// Makes the row of a client that was dropped before it trained.
    public init(round: UInt32, client: UInt32, reason: Reason) {
        (self.round, self.client, self.reason) = (round, client, reason)
    }

    /// Makes the row of a client that diverged.
    public init(_ failure: ClientFailure) {
        self.init(round: failure.round, client: failure.client, reason: .diverged)
        // Which process was lost on the way is no part of a result.
        self.failure = failure
        self.failure?.attempt = 0
    }
}
