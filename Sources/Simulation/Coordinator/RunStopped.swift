import Federation
import Reporting

/// Why a run ended before its last round.
package enum RunStopped: Error, CustomStringConvertible {
    /// A loss, an update or the global model is not finite or is too large.
    case diverged(String)
    /// Something of hyperfed, or of a client's build, is broken.
    case fault(String)
    /// Processes kept dying or could not be started.
    case lost(String)
    /// No client's update was ever used, though none diverged: all were dropped.
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
    /// How a run ends that the machine gives up.
    init(_ failure: RoundMachine.RunFailure) {
        switch failure {
        case .broken: self = .fault("\(failure)")
        case .clientLost, .evaluationLost, .processesDie: self = .lost("\(failure)")
        }
    }

    /// How a run ends in which no update was ever used; nil if one was.
    init?(voidRun summary: RunSummary) {
        guard summary.isVoid else { return nil }
        let counts = ClientDrop.counts { summary.drops($0) }
        let why = counts.isEmpty ? "" : " (\(counts))"
        let diverged = summary.drops(.diverged)
        let advice =
            diverged > 0
            ? "lower client.learning_rate or bound the scheduler more tightly"
            : summary.drops(.late) > 0
                ? "raise clients.deadline" : "lower clients.devices.dropout"
        let text =
            "training: expected the update of 1 client or more, found none in all rounds\(why); the"
            + " model did not change; \(advice)"
        self = diverged > 0 && diverged == summary.drops ? .diverged(text) : .void(text)
    }
}
