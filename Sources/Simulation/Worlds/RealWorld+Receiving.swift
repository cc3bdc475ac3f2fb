import Bytes
import Federation
import Messaging
import Models

/// Receives and handles the messages of client processes.
extension RealWorld {
    /// Receives one message that has already arrived. Returns false if there is none.
    mutating func receive() throws -> Bool {
        guard let received = try socket.receive() else { return false }
        if inbound != nil { recordDelivery(of: received) }
        switch received {
        case .malformed(let peer, let parts):
            damaged("expected a message of 1 to 3 parts, found \(parts)", from: peer)
        case .message(let peer, let header, let bodies):
            guard let peer else { return true }
            do throws(MessageError) {
                let message = try MessageCodec.decode(header, bodies: bodies.map(\.byteCount))
                handle(message, bodies, from: peer)
            } catch .foreignVersion(let theirs) {
                let problem = "\(MessageError.foreignVersion(theirs: theirs))"
                count(.refusedPeers, "refused a message: \(problem)")
                refuse(peer, "\(problem); use the same hyperfed on both sides")
            } catch {
                damaged("\(error)", from: peer)
            }
        }
        return true
    }

    private mutating func recordDelivery(of received: Received) {
        let sender: PeerID? =
            switch received {
            case .message(let peer, _, _), .malformed(let peer, _): peer
            }
        let hasJoined = sender.flatMap { peers.process(behind: $0) } != nil
        inbound?.delivered(over: socket.lastSource, hasJoined: hasJoined)
    }

    /// Cuts off connections that send without end.
    mutating func checkInbound() {
        let now = seconds
        let count = inbound?.check(at: now) ?? 0
        guard count > 0 else { return }
        faults[.closedConnections] += count - 1
        self.count(
            .closedConnections,
            "closed a connection: expected a whole message, found one without end")
    }

    /// Handles a message of which no part is usable. If the message should have answered a task,
    /// the task is sent again.
    private mutating func damaged(_ problem: String, from peer: PeerID?) {
        guard let process = peer.flatMap({ peers.process(behind: $0) }),
            let task = tasks.first(of: process)
        else { return count(.damagedMessages, "refused a message: \(problem)") }
        count(.damagedMessages, nil)
        fault(task, problem, from: process)
    }

    /// Counts a fault, and writes a line about it. A fault of the same kind gets no second line
    /// within a minute.
    mutating func count(_ kind: FaultKind, _ line: String?) {
        faults[kind] += 1
        guard let line, let ending = repeatedLines.ending(of: kind, at: seconds) else { return }
        writeLog(line + ending)
    }

    mutating func fault(_ task: Assignment, _ reason: String, from process: ProcessID) {
        settle(task, by: process)
        happenings.append(.broken(TaskFault(task, reason), from: process))
    }

    mutating func refuse(_ peer: PeerID, _ reason: String) {
        // A peer that does not receive this message is gone already.
        let header = MessageCodec.encode(.refuse(Message.Refuse(reason: reason)))
        _ = try? socket.send(to: peer, header: header)
    }

    private mutating func handle(_ message: Message, _ bodies: [Frame], from peer: PeerID) {
        if case .hello(let hello) = message {
            welcome(hello, peer)
            return
        }
        // The message is late, from a lost connection or from an unknown peer.
        guard let process = peers.process(behind: peer) else {
            return count(.unexpectedMessages, nil)
        }
        switch message {
        case .ready(let readyRun):
            // A second message of this kind would give up the tasks of the process.
            guard readyRun == run.number, !peers.isReady(process) else { return }
            watch.forget(process)
            peers.becomeReady(process)
            happenings.append(.joined(process))
        case .update(let update): handle(update, message, bodies, from: process)
        case .sum(let sum): handle(sum, message, bodies, from: process)
        case .failed(let failed):
            guard isCurrent(failed.run, "a failure", process) else { return }
            switch failed.failure {
            case .diverged(var failure):
                failure.reason = shown(failure.reason, limit: 400)
                settle(failure.task, isReport: true, by: process)
                happenings.append(.failed(failure, from: process))
            case .broken(let fault):
                self.fault(fault.task, shown(fault.reason, limit: 400), from: process)
            }
        case .evaluated(let evaluated):
            guard isCurrent(evaluated.run, "an evaluation", process) else { return }
            settle(evaluated.report.task, isReport: true, by: process)
            happenings.append(.evaluated(evaluated.report, from: process))
        case .pong(let pong): record(process, progress: pong.progress)
        case .leave(let reason):
            writeLog("client process \(process) left: \(shown(reason, limit: 400))")
            // A process that was started here is also reaped, and it counts as lost then.
            if launcher.pid(of: process) == nil {
                let wasReady = peers.isReady(process)
                handleLoss(process, isDead: false)
                if wasReady { happenings.append(.left(process)) }
            }
        case .hello, .welcome, .refuse, .model, .task, .ping, .stop, .evaluate, .collect:
            // Only a coordinator sends these messages.
            count(.unexpectedMessages, nil)
        }
    }

    /// Returns whether a message is of this run. Other messages are dropped. A message of an
    /// earlier run is normal if the processes are kept, so the log does not have it.
    mutating func isCurrent(_ number: UInt64, _ what: String, _ process: ProcessID) -> Bool {
        if number != run.number, !isLaunching {
            count(
                .unexpectedMessages,
                "process \(process): expected \(what) of this run, found one of another run; it is"
                    + " dropped")
        }
        return number == run.number
    }

    private mutating func handle(
        _ update: Message.Update, _ message: Message, _ bodies: [Frame], from process: ProcessID
    ) {
        guard isCurrent(update.run, "an update", process) else { return }
        let task = update.report.task
        let count = run.prepared.network.parameterCount
        guard update.parameterCount == UInt64(count) else {
            return fault(
                task,
                "expected an update of \(count) parameters, found"
                    + " \(update.parameterCount)", from: process)
        }
        guard Int(update.report.carriedVectors) <= run.mostCarried else {
            return fault(
                task,
                "expected at most \(run.mostCarried) vectors of client state, found"
                    + " \(update.report.carriedVectors)", from: process)
        }
        var bodies = bodies[...]
        let floats: UpdateBody
        if update.inSum {
            floats = .inSum
        } else if update.sharedSlot >= 0 {
            let slot = Int(update.sharedSlot)
            guard let block = run.block, run.slots.isOwned(slot, by: process) else {
                return fault(
                    task, "expected the update in its own slot, found slot \(slot)", from: process)
            }
            floats = .shared(block, slot: slot)
        } else {
            guard let body = bodies.popFirst() else {
                return fault(task, "expected an update, found none", from: process)
            }
            floats = .received(body)
        }
        do throws(MessageError) {
            if case .received(let body) = floats {
                try body.withFloats { floats throws(MessageError) in
                    try message.checkFloats(floats)
                }
            }
            let carried = try carried(update, message, bodies.first)
            // The slot of an update in a sum has nothing that is needed. The carried slot beside it
            // is kept by `carried`.
            settle(
                task, answeredIn: update.inSum ? -1 : update.sharedSlot, isReport: true,
                by: process)
            happenings.append(.reported(update.report, floats, carried: carried, from: process))
        } catch {
            fault(task, "expected an undamaged update, found an error (\(error))", from: process)
        }
    }

    /// Returns the vectors that arrive with an update whose slot belongs to the sender, or nil if
    /// there are none. Throws an error if they are damaged or not in the slot that the task named.
    private func carried(_ update: Message.Update, _ message: Message, _ body: Frame?)
        throws(MessageError) -> CarriedBody?
    {
        let vectors = Int(update.report.carriedVectors)
        guard vectors > 0 else { return nil }
        if update.carriedSlot < 0, let body {
            try body.withFloats { floats throws(MessageError) in
                try message.checkCarried(floats)
            }
            return .received(body, checksum: update.carriedChecksum)
        }
        guard let block = run.block, update.sharedSlot >= 0,
            let slot = run.carriedSlots?.current(beside: Int(update.sharedSlot)),
            slot.index == Int(update.carriedSlot)
        else {
            throw .malformed(
                .update,
                .invalid(
                    "expected client state in the task's slot, found slot \(update.carriedSlot)"))
        }
        return .shared(block, slot, vectors: vectors)
    }

    private mutating func welcome(_ hello: Message.Hello, _ peer: PeerID) {
        let process =
            hello.process == Message.Hello.anyProcess
            ? peers.process(behind: peer) ?? peers.firstFreeNumber : hello.process
        if let problem = run.identity.problem(
            with: hello, process: process, followsRuns: isLaunching)
            ?? problem(withKeyOf: peer, as: process) ?? problem(with: hello, as: process)
        {
            count(
                .refusedPeers, "refused client process \(process) (pid \(hello.pid)): \(problem)")
            return refuse(peer, problem)
        }
        if hasConnection(hello, process, peer) { return }
        // A known process has a new connection, and messages over the old one may be lost. Other
        // processes get its tasks until it is ready again.
        if peers.connection(of: process) != nil {
            let isAnother = peers.incarnation(of: process) != hello.incarnation
            let wasReady = peers.isReady(process)
            if isAnother, let old = peers.connection(of: process) {
                refuse(old, "expected a free process number, found another process with \(process)")
            }
            handleLoss(process, isDead: false)
            if wasReady {
                happenings.append(isAnother ? .left(process) : .silent(process, .disconnected))
            }
        }
        peers.connect(process, over: peer, incarnation: hello.incarnation, pid: hello.pid)
        watch.forget(process)
        watch.expect(process, at: seconds, patience: SilenceWatch.patienceWithStart)
        do {
            try welcome(process, over: peer)
        } catch {
            writeLog(
                "process \(process): expected to send it a welcome, found an error (\(error))")
        }
    }

    /// Returns whether the process of a hello has a connection already, so that nothing is to do.
    ///
    /// A client process repeats its hello until it is welcome. A recorded hello of another program
    /// must not take the connection of a process that is still there. If the process has a new
    /// connection indeed, the router soon finds the old one lost, and the next hello counts.
    private mutating func hasConnection(
        _ hello: Message.Hello, _ process: ProcessID, _ peer: PeerID
    ) -> Bool {
        guard let old = peers.connection(of: process),
            peers.incarnation(of: process) == hello.incarnation
        else { return false }
        if old == peer { return peers.isWelcome(process) }
        if !isConnected(old) { return false }
        count(.unexpectedMessages, nil)
        return true
    }

    /// Sends a process its welcome to this run.
    mutating func welcome(_ process: ProcessID, over peer: PeerID) throws {
        peers.becomeWelcome(process)
        try send(MessageCodec.encode(.welcome(run.welcome(process))), nil, to: peer)
    }

    /// Returns why a process must not have the number that it asks for, or nil if it may.
    private func problem(with hello: Message.Hello, as process: ProcessID) -> String? {
        if isLaunching, launcher.pid(of: process) != hello.pid {
            return "expected a client process that this run has started itself, found another one;"
                + " use 'hyperfed coordinator' for client processes that you start"
        }
        guard let old = peers.connection(of: process),
            peers.incarnation(of: process) != hello.incarnation, !watch.isSilent(process)
        else { return nil }
        if !isConnected(old) { return nil }
        return "expected a free process number, found \(process), which is in use"
            + (peers.pid(of: process).map { " by pid \($0)" } ?? "")
            + "; leave out --process to be given one"
    }
}
