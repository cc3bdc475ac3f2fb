import Datasets
import Federation
import LinearAlgebra
import Scenarios
import Settings

/// How updates, and sums of updates, join the aggregate.
extension CoordinatorLoop {
    /// Adds the update of a report to the aggregate, and records the report.
    ///
    /// - Parameter inSum: whether the update should be in the sum of its process, so that the
    ///   report comes alone.
    mutating func add(
        _ report: ClientReport, _ body: UpdateBody, _ carried: CarriedBody?, inSum: Bool
    ) throws(TaskFault) {
        guard body.isInSum == inSum else {
            throw TaskFault(
                report.task,
                inSum
                    ? "expected a report about an update in the sum of the process, found an update"
                    : "expected an update, found a report about an update in a sum")
        }
        if let problem = problem(with: report) ?? Self.problem(with: report, body) {
            throw TaskFault(report.task, problem)
        }
        do throws(ExactSum.OutOfGrid) {
            if !body.isInSum { try Self.add(&state.server, body, report) }
        } catch {
            // The client checks that its update is finite. If it is not finite here, the bytes have
            // changed.
            if body.hasOnlyNumbers {
                failures.append(ClientFailure(report, "\(error)"))
                return
            }
            throw TaskFault(
                report.task,
                "expected an update of finite numbers, as the client reported it, found others")
        }
        state.clients.record(report, carried)
        reports.append(report)
    }

    private static func add(
        _ server: inout UpdateAggregator, _ body: UpdateBody, _ report: ClientReport
    ) throws(ExactSum.OutOfGrid) {
        try body.withFloats { update throws(ExactSum.OutOfGrid) in
            try server.add(update, of: report)
        }
    }

    /// Returns the weight of a client's update in this round.
    func weight(of client: UInt32, _ round: UInt32) -> UInt32 {
        let samples = prepared.phase(of: round).holdout.training.size(of: Int(client))
        return state.server.weightsOfUpdates.weight(of: client, samples: UInt32(samples))
    }

    /// Returns whether the processes add up the updates of a round before they send them.
    ///
    /// - Parameter canSum: whether the processes of this world can do so.
    func sumsUpdates(_ canSum: Bool) -> Bool {
        canSum && prepared.sumsUpdates(processes: machine.readyCount)
    }

    /// Adds the pending sum of a process to the aggregate. A sum that is not usable goes back to
    /// the machine.
    mutating func addPendingSum<W: World & ~Copyable>(in world: inout W) {
        guard case .sum(let report, let body, let id) = pending else { return }
        pending = nil
        defer { world.release(body, from: id) }
        let clients = Set(report.clients)
        let own = reports.filter { clients.contains($0.client) }
        do throws(ExactSum.OutOfGrid) {
            try Self.add(&state.server, sum: body, own)
        } catch {
            machine.takeBackSum(
                "expected a sum within the norms of its \(counted(own.count, "update")), found a"
                    + " larger one",
                from: id, into: &commands)
        }
    }

    private static func add(
        _ server: inout UpdateAggregator, sum body: UpdateBody, _ reports: [ClientReport]
    ) throws(ExactSum.OutOfGrid) {
        // A sum travels packed. In shared memory it is not.
        let isPacked = if case .sharedSum = body { false } else { true }
        try body.withFloats { words throws(ExactSum.OutOfGrid) in
            try server.add(sum: words, isPacked: isPacked, of: reports)
        }
    }

    /// Drops the pending sum of a process.
    mutating func dropPendingSum<W: World & ~Copyable>(in world: inout W) {
        guard case .sum(_, let body, let id) = pending else { return }
        pending = nil
        world.release(body, from: id)
    }

    /// Forgets reports whose updates are lost with a sum. Their tasks are done again.
    mutating func withdraw(_ clients: [UInt32]) {
        let lost = Set(clients)
        reports.removeAll { lost.contains($0.client) }
        faults[.lostSums] += 1
    }
}
