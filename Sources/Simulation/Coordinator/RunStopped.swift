import Federation
import Reporting

/// The reason why a run ended before its last round.
package enum RunStopped: Error, CustomStringConvertible {
    /// A loss, an update or the global model is not finite or is too large.
    case diverged(String)
    /// A part of hyperfed, or a client process of another build, has a fault.
    case fault(String)
    /// Client processes ended again and again, or could not be started.
    case lost(String)
    /// No update of any client was used, and no client diverged: all clients were dropped.
    case void(String)
    /// A signal asked for the end of the run.
    case interrupted(signal: Int32, round: UInt32)

    package var description: String {
        switch self {
        case .diverged(let reason), .fault(let reason), .lost(let reason), .void(let reason): reason
        case .interrupted(_, let round): "interrupted in round \(round)"
        }
    }
}

extension RunStopped {
    /// Translates the failure for which the machine ended the run.
    init(_ failure: RoundMachine.RunFailure) {
        switch failure {
        case .broken: self = .fault("\(failure)")
        case .clientLost, .evaluationLost, .processesDie: self = .lost("\(failure)")
        }
    }

    /// Describes a run in which no update was used. The result is nil if at least one update was
    /// used.
    init?(voidRun summary: RunSummary) {
        guard summary.isVoid else { return nil }
        let counts = ClientDrop.counts { summary.drops($0) }
        let why = counts.isEmpty ? "" : " (\(counts))"
        let diverged = summary.drops(.diverged)
        let advice =
            diverged > 0
            ? "lower client.learning_rate or bound the scheduler more tightly"
            : summary.drops(.late) > 0
                ? "raise clients.deadline"
                : summary.drops(.stale) > 0
                    ? "raise training.mode.largest_staleness" : "lower clients.devices.dropout"
        let text =
            "training: expected the update of 1 client or more, found none in all rounds\(why); the"
            + " model did not change; \(advice)"
        self = diverged > 0 && diverged == summary.drops ? .diverged(text) : .void(text)
    }
}
