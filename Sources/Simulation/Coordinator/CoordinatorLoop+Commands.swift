import Federation

extension CoordinatorLoop {
    /// Executes the commands of the machine. Returns true when the work of the round is complete.
    mutating func carryOut<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws -> Bool {
        defer { commands.removeAll(keepingCapacity: true) }
        var isComplete = false
        // A report that is not usable leads to further commands.
        var index = 0
        while index < commands.count {
            let command = commands[index]
            index += 1
            switch command {
            case .sendModel(let id, let version): try world.sendModel(version, to: id)
            case .send(let assignment, let id, let inSum):
                try send(assignment, to: id, inSum: inSum, in: &world)
            case .add(let assignment, let inSum):
                addPending(assignment, inSum: inSum, in: &world)
            case .collect(let id): try world.collect(round: round, from: id)
            case .addSum: addPendingSum(in: &world)
            case .ignoreSum: dropPendingSum(in: &world)
            case .withdraw(let clients): withdraw(clients)
            case .ignore(let assignment, let reason):
                if case .update(_, let body, _, let id) = pending { world.release(body, from: id) }
                pending = nil
                faults[.lateReports] += 1
                lateReports += 1
                if lateReports <= Self.mostLateLines {
                    observer.warn(text(ofLate: assignment, reason, round))
                }
            case .relaunch(let id):
                try relaunch(id, round, in: &world, observer: &observer)
            case .again(let fault, let id):
                faults[.unusableReports] += 1
                let again = fault.task.work == .sum ? "its tasks are" : "the task is"
                observer.warn("\(fault) (\(name(of: id, in: world))); \(again) sent again")
            case .putOut(let id, let fault):
                observer.warn(text(ofPuttingOut: id, fault, in: world))
                announced.insert(id)
                world.putOut(
                    id,
                    because:
                        "expected usable reports, found \(RoundMachine.processFaultLimit) failed"
                        + " tasks in a row, the last one in \(fault)")
            case .diverged(let failure): failures.append(failure)
            case .commit: isComplete = true
            case .fail(let failure): throw RunStopped(failure)
            }
        }
        return isComplete && machine.isComplete
    }

    /// The number of late reports in one round that get a warning each. A faulty process can send
    /// very many.
    static let mostLateLines = 20

    private func text(
        ofLate assignment: Assignment, _ reason: RoundMachine.IgnoredReason, _ round: UInt32
    ) -> String {
        let what =
            assignment.work == .training
            ? "a report of client \(assignment.client)" : "a part of an evaluation"
        return "round \(round): expected reports to this round's tasks, found \(what) for round"
            + " \(assignment.round) (\(reason)); it is dropped"
            + (lateReports == Self.mostLateLines ? "; further ones are only counted" : "")
    }

    /// Adds the pending report to the aggregate, once. A report that is not usable goes back to the
    /// machine.
    private mutating func addPending<W: World & ~Copyable>(
        _ assignment: Assignment, inSum: Bool, in world: inout W
    ) {
        guard let pending else { return }
        self.pending = nil
        do throws(TaskFault) {
            switch pending {
            case .update(let report, let body, let carried, let id):
                defer { world.release(body, from: id) }
                try add(report, body, carried, inSum: inSum)
            case .evaluation(let report, _): try add(report)
            case .sum: break
            }
        } catch {
            let id: ProcessID =
                switch pending {
                case .update(_, _, _, let id), .evaluation(_, let id), .sum(_, _, let id): id
                }
            machine.takeBack(error, from: id, into: &commands)
        }
    }
}
