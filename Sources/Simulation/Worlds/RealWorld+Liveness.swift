package import Federation
import Glibc
import Messaging

/// Which processes are connected, lost or silent.
extension RealWorld {
    /// Records a task that was sent to a process. The process owes the answer.
    mutating func owe(_ task: Assignment, _ slot: Int?, by process: ProcessID) {
        tasks.add(task, slot: slot, to: process, at: seconds)
        watch.expect(process, at: seconds)
    }

    /// Records the answer to a task, whatever the answer is. The slot is free again unless it
    /// contains the answer.
    ///
    /// - Parameter isReport: whether the task is done.
    mutating func settle(
        _ task: Assignment, answeredIn answer: Int32 = -1, isReport: Bool = false,
        by process: ProcessID
    ) {
        let now = seconds
        guard let answered = tasks.close(task, by: process, at: now) else {
            return handleUnaskedReport(of: process)
        }
        if let slot = answered.slot, slot != Int(answer) {
            task.work == .sum
                ? run.sumSlots.release(slot, from: process)
                : run.slots.release(slot, from: process)
        }
        unasked[process] = nil
        if isReport {
            deadlines[task.work, default: TaskDeadline()].record(answered.seconds)
            restarts.finished(process)
            group?.finished()
            missed[process] = nil
        }
        record(process)
        if !tasks.areOwed(by: process) { watch.forget(process) }
    }

    /// Handles a report that answers no task of its process. Such a report does not count as a sign
    /// of life, because a process that sends only such reports does not work on its tasks.
    private mutating func handleUnaskedReport(of process: ProcessID) {
        unasked[process, default: 0] += 1
        guard unasked[process] == Self.mostUnasked else { return }
        putOut(
            process,
            because: "expected reports to open tasks, found \(Self.mostUnasked) others in a row")
    }

    /// The number of reports without a task, one after the other, for which a process is put out.
    package static let mostUnasked = 100

    /// Handles a sign of life of a process. A silent process gets tasks again.
    mutating func record(_ process: ProcessID, progress: UInt64? = nil) {
        if watch.heard(process, progress: progress, at: seconds) {
            happenings.append(.heard(process))
        }
    }

    /// Handles the loss of a process, or of its connection only.
    mutating func handleLoss(_ process: ProcessID, isDead: Bool) {
        disconnect(process)
        run.slots.revoke(process, isDead: isDead)
        run.sumSlots.revoke(process, isDead: isDead)
        tasks.forget(process)
        watch.forget(process)
        (unasked[process], missed[process]) = (nil, nil)
        if isDead { restarts.ended(process) }
    }

    mutating func lostConnection(_ peer: PeerID) {
        guard let process = peers.process(behind: peer) else { return }
        let wasReady = peers.isReady(process)
        handleLoss(process, isDead: false)
        if let pid = launcher.pid(of: process) {
            // The process counts as lost when it is reaped, or it connects and sends a hello again.
            watch.expect(process, at: seconds)
            if SilenceWatch.Sight(pid: pid)?.isDead == false {
                happenings.append(.silent(process, .disconnected))
            }
        } else if wasReady {
            happenings.append(.left(process))
        } else {
            writeLog("client process \(process) is gone before it was ready")
        }
    }

    /// Finds the processes that show no sign of life, about once a second.
    mutating func checkSilence(at now: Double) throws {
        lastLook = now
        // Signals are read here too, because the loop may never wait if messages arrive quickly.
        readSignals()
        // A message that waits to be read is a sign of life, too. Peers that send without end must
        // not stop the check.
        var read = 0
        while read < Self.mostReadAtOnce, try receive() { read += 1 }
        if watch.hasGap(at: now) { tasks.restartTimes(at: now) }
        for (process, silence) in Self.checkSilence(&watch, launcher, at: now) {
            if let pid = launcher.pid(of: process) {
                if case .noSign = silence { end(process, pid) }
            } else if !peers.isReady(process) {
                // This process owes nothing yet, and another process may get its number.
                continue
            }
            happenings.append(.silent(process, silence))
        }
        checkDeadlines(at: now)
        let quiet = watch.quiet(for: 3, at: now).compactMap { peers.connection(of: $0) }
        if !quiet.isEmpty, now - lastPing > 2.9 { try ping(quiet) }
    }

    /// The number of messages that are read before other work continues.
    static let mostReadAtOnce = 4096

    /// Gives tasks to other processes whose reports take too long.
    ///
    /// A process that was started by hand and misses several deadlines in a row is sent away. One
    /// that was started here is this program, so its signs of life are enough.
    private mutating func checkDeadlines(at now: Double) {
        guard peers.readyCount > 1 else { return }
        let deadlines = deadlines
        let overdue = tasks.overdue(at: now) { deadlines[$0.work]?.seconds(attempt: $0.attempt) }
        // A process that was just ended has no connection. The others get no further task before
        // they report.
        for (process, task, taken) in overdue
        where peers.isReady(process) && !watch.isSilent(process) {
            missed[process, default: 0] += 1
            happenings.append(.silent(process, .overdue(seconds: taken)))
            guard missed[process] == TaskDeadline.mostMissed, launcher.pid(of: process) == nil
            else { continue }
            putOut(
                process,
                because:
                    "expected reports in time, found \(TaskDeadline.mostMissed) deadlines missed"
                    + " in a row, the last one in \(task.place)")
        }
    }

    private static func checkSilence(
        _ watch: inout SilenceWatch, _ launcher: borrowing Launcher, at now: Double
    ) -> [(process: ProcessID, silence: Silence)] {
        watch.check(at: now) { process in
            launcher.pid(of: process).flatMap { SilenceWatch.Sight(pid: $0) }
        }
    }

    /// Kills a child, which is then reaped and started again. Its messages are ignored from now on.
    private mutating func end(_ process: ProcessID, _ pid: Int32) {
        disconnect(process)
        watch.forget(process)
        ended.insert(process)
        kill(-pid, SIGKILL)
    }

    package mutating func putOut(_ process: ProcessID, because reason: String) {
        if let pid = launcher.pid(of: process) { return end(process, pid) }
        guard let peer = peers.connection(of: process) else { return }
        refuse(peer, reason)
        handleLoss(process, isDead: false)
        happenings.append(.left(process))
    }

    /// Finds lost connections. The router reports a lost connection only when it sends a message.
    mutating func pingAll() throws {
        if seconds - lastPing > 0.9 { try ping(peers.all) }
    }

    private mutating func ping(_ targets: [PeerID]) throws {
        lastPing = seconds
        pings += 1
        let header = MessageCodec.encode(.ping(number: pings))
        for peer in targets {
            if try socket.send(to: peer, header: header) == .unreachable { lostConnection(peer) }
        }
    }
}
