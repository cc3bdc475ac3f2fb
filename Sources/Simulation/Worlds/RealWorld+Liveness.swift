package import Federation
import Glibc
import Messaging

/// Which processes are connected, lost or silent.
extension RealWorld {
    /// Records a task that was sent to a process. The process owes the answer.
    mutating func owe(_ task: Assignment, _ slot: Int?, by process: ProcessID) {
        tasks.add(task, slot: slot, to: process)
        watch.expect(process, at: seconds)
    }

    /// Records the answer to a task, whatever the answer is. The slot is free again unless it
    /// contains the answer.
    mutating func settle(_ task: Assignment, answeredIn answer: Int32 = -1, by process: ProcessID) {
        if let slot = tasks.close(task, by: process), slot != Int(answer) {
            run.slots.release(slot, from: process)
        }
        record(process)
        if !tasks.areOwed(by: process) { watch.forget(process) }
    }

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
        tasks.forget(process)
        watch.forget(process)
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
        // A message that waits to be read is a sign of life, too.
        while try receive() {}
        for (process, silence) in Self.checkSilence(&watch, launcher, at: now) {
            if let pid = launcher.pid(of: process) {
                if case .noSign = silence { end(process, pid) }
            } else if !peers.isReady(process) {
                // This process owes nothing yet, and another process may get its number.
                continue
            }
            happenings.append(.silent(process, silence))
        }
        let quiet = watch.quiet(for: 3, at: now).compactMap { peers.connection(of: $0) }
        if !quiet.isEmpty, now - lastPing > 2.9 { try ping(quiet) }
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
