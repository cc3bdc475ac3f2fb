import Federation
import Messaging
import RandomStreams
import Simulation

/// What becomes of updates that processes add up.
extension SimulatedWorld {
    mutating func reportedInSum(
        _ report: ClientReport, _ carried: SharedFrame?, from id: ProcessID
    ) -> CoordinatorEvent {
        let carried = carried.map { CarriedBody.sent($0) }
        let mayFail = !ledger.wouldBreakTheRun(report.task, of: id)
        if chance(faults.damage), mayFail {
            if ledger.isOpen(report.task, by: id) { damages += 1 }
            ledger.broke(report.task, by: id, isVisible: true)
            return .broken(TaskFault(report.task, "its report came damaged"), from: id)
        }
        if chance(faults.falseClaims), mayFail {
            if ledger.isOpen(report.task, by: id) { damages += 1 }
            ledger.broke(report.task, by: id, isVisible: false)
            // Nobody can check a norm that is not sent with its update.
            let kind = (5 + stream.below(ClientReport.falseClaims)) % ClientReport.falseClaims
            let wrong = report.falsified(kind: (3...4).contains(kind) ? 0 : kind)
            return .reported(wrong, .inSum, carried: carried, from: id)
        }
        ledger.finished(report.task, by: id, inSum: true)
        return .reported(report, .inSum, carried: carried, from: id)
    }

    mutating func arrived(_ sum: SumReport, _ frame: SharedFrame?, from id: ProcessID) throws
        -> CoordinatorEvent
    {
        guard let frame else { throw Impossible(description: "a sum without words") }
        lent[ObjectIdentifier(frame), default: 0] += 1
        ledger.kept.append(frame)
        guard chance(faults.damage) else {
            ledger.summed(sum, by: id, isUsable: true)
            return .summed(sum, .sent(frame), from: id)
        }
        damages += 1
        let isUsed = ledger.summed(sum, by: id, isUsable: false)
        lent[ObjectIdentifier(frame), default: 0] -= 1
        if chance(0.5) { return .broken(TaskFault(sum.task, "its sum came damaged"), from: id) }
        // Words that no updates give are found when they are added.
        let wrong = SharedFrame(count: frame.count) { words in
            for index in words.indices { words[index] = isUsed ? 1e30 : 0 }
        }
        lent[ObjectIdentifier(wrong), default: 0] += 1
        ledger.kept.append(wrong)
        return .summed(sum, .sent(wrong), from: id)
    }
}
