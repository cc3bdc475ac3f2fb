package import Federation
import Glibc
import Messaging

/// Who is there, who is gone and who is silent.
extension RealWorld {
    /// A process gets a task, and owes the answer.
    mutating func owe(_ task: Assignment, _ slot: Int?, by process: ProcessID) {
        tasks.add(task, slot: slot, to: process)
        watch.expect(process, at: seconds)
    }

    /// A task was answered, one way or another; its slot is free again unless the answer is in it.
    mutating func settle(_ task: Assignment, answeredIn answer: Int32 = -1, by process: ProcessID) {
        if let slot = tasks.close(task, by: process), slot != Int(answer) {
            run.slots.release(slot, from: process)
        }
        record(process)
        if !tasks.areOwed(by: process) { watch.forget(process) }
    }

    /// Handles a sign of life of a process; a silent process gets tasks again.
    mutating func record(_ process: ProcessID, progress: UInt64? = nil) {
        if watch.heard(process, progress: progress, at: seconds) {
            happenings.append(.heard(process))
        }
    }

    /// A process is not there any more, or only its connection is gone.
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
            // It is counted when it is reaped, or it reconnects and sends a hello again.
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

    /// Looks, about once a second, who shows no sign of life.
    mutating func checkSilence(at now: Double) throws {
        lastLook = now
        // It is called even if messages arrive so fast that the loop never waits.
        readSignals()
        // A message that waits to be read is a sign of life, too.
        while try receive() {}
        for (process, silence) in Self.checkSilence(&watch, launcher, at: now) {
            if let pid = launcher.pid(of: process) {
                if case .noSign = silence { end(process, pid) }
            } else if !peers.isReady(process) {
                // It owes nothing yet, and another one may take its number.
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

    /// Ends a child, which is reaped and started again. Its messages count no longer.
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

    /// Finds lost connections: the router reports them only when it sends.
    mutating func pingAll() throws {
        if seconds - lastPing > 0.9 { try ping(peers.all) }
    }

    private mutating func ping(_ targets: [PeerID]) throws {
        lastPing = seconds
        pings += 1
        let header = MessageCodec.encode(.ping(Message.Ping(number: pings)))
        for peer in targets {
            if try socket.send(to: peer, header: header) == .unreachable { lostConnection(peer) }
        }
    }
}
