import Federation
import Messaging
import Models

/// What comes from client processes.
extension RealWorld {
    /// Takes one message that is there already; false when there is none.
    mutating func receive() throws -> Bool {
        guard let received = try socket.receive() else { return false }
        switch received {
        case .malformed(let peer, let parts):
            damaged("expected a message of 1 or 2 parts, found \(parts)", from: peer)
        case .message(let peer, let header, let body):
            guard let peer else { return true }
            do throws(MessageError) {
                let message = try MessageCodec.decode(header, bodyBytes: body?.byteCount ?? 0)
                take(message, body, from: peer)
            } catch .foreignVersion(let theirs) {
                tell("refused a message: \(MessageError.foreignVersion(theirs: theirs))")
                refuse(
                    peer,
                    "this coordinator speaks protocol version \(MessageCodec.protocolVersion), the"
                        + " client version \(theirs); use the same hyperfed on both sides")
            } catch {
                damaged("\(error)", from: peer)
            }
        }
        return true
    }

    /// A message of which nothing can be used. If it should have been the answer to a task, the task
    /// is given out again.
    private mutating func damaged(_ problem: String, from peer: PeerID?) {
        guard let process = peer.flatMap({ peers.process(behind: $0) }),
            let task = tasks.first(of: process)
        else { return tell("refused a message: \(problem)") }
        fault(task, problem, from: process)
    }

    private mutating func fault(_ task: Assignment, _ reason: String, from process: ProcessID) {
        settle(task, by: process)
        happenings.append(.broken(TaskFault(task, reason), from: process))
    }

    mutating func refuse(_ peer: PeerID, _ reason: String) {
        // Who does not get it is gone already.
        let header = MessageCodec.encode(.refuse(Message.Refuse(reason: reason)))
        _ = try? socket.send(to: peer, header: header)
    }

    private mutating func take(_ message: Message, _ body: Frame?, from peer: PeerID) {
        if case .hello(let hello) = message {
            welcome(hello, peer)
            return
        }
        // A late message of a connection that is gone, or of a stranger.
        guard let process = peers.process(behind: peer) else { return }
        switch message {
        case .ready(let ready):
            guard ready.run == run else { return }
            watch.forget(process)
            peers.becomeReady(process)
            happenings.append(.joined(process))
        case .update(let update): take(update, body, from: process)
        case .failed(let failed):
            guard failed.run == run else { return tell("dropped a failure of another run") }
            switch failed.failure {
            case .diverged(let failure):
                settle(failure.task, by: process)
                happenings.append(.failed(failure, from: process))
            case .broken(let fault): self.fault(fault.task, fault.reason, from: process)
            }
        case .evaluated(let evaluated):
            guard evaluated.run == run else { return tell("dropped an evaluation of another run") }
            settle(evaluated.report.task, by: process)
            happenings.append(.evaluated(evaluated.report, from: process))
        case .pong(let pong): note(process, progress: pong.progress)
        case .leave(let leave):
            tell("client process \(process) left: \(leave.reason)")
            // One that was started here is also reaped; that is when it counts.
            if launcher.pid(of: process) == nil {
                let wasReady = peers.isReady(process)
                lose(process, isDead: false)
                if wasReady { happenings.append(.left(process)) }
            }
        case .hello, .welcome, .refuse, .model, .task, .ping, .stop, .evaluate: break
        }
    }

    private mutating func take(
        _ update: Message.Update, _ body: Frame?, from process: ProcessID
    ) {
        guard update.run == run else { return tell("dropped an update of another run") }
        let task = update.report.task
        let count = prepared.network.parameterCount
        guard update.parameterCount == UInt64(count) else {
            return fault(
                task,
                "expected an update of \(count) parameters, found"
                    + " \(update.parameterCount)", from: process)
        }
        if update.sharedSlot >= 0 {
            let slot = Int(update.sharedSlot)
            guard let block, slots.isOwned(slot, by: process) else {
                return fault(
                    task, "expected the update in its own slot, found slot \(slot)", from: process)
            }
            settle(task, answeredIn: update.sharedSlot, by: process)
            happenings.append(.reported(update.report, .shared(block, slot: slot), from: process))
        } else if let body {
            do throws(MessageError) {
                try body.withFloats { floats throws(MessageError) in
                    try Message.update(update).checkFloats(floats)
                }
            } catch {
                return fault(task, "its update came damaged: \(error)", from: process)
            }
            settle(task, by: process)
            happenings.append(.reported(update.report, .received(body), from: process))
        } else {
            fault(task, "expected an update, found none", from: process)
        }
    }

    private mutating func welcome(_ hello: Message.Hello, _ peer: PeerID) {
        let process =
            hello.process == Message.Hello.anyProcess
            ? peers.process(behind: peer) ?? peers.firstFreeNumber : hello.process
        if let problem = objection(to: hello, as: process) {
            tell("refused client process \(process) (pid \(hello.pid)): \(problem)")
            return refuse(peer, problem)
        }
        // A known process on a new connection: what was sent over the old one may be lost. Until it
        // is ready again, others take its tasks.
        if peers.connection(of: process) != nil {
            let isAnother = peers.incarnation(of: process) != hello.incarnation
            let wasReady = peers.isReady(process)
            if isAnother, let old = peers.connection(of: process) {
                refuse(old, "another client process has taken the number \(process)")
            }
            lose(process, isDead: false)
            if wasReady {
                happenings.append(isAnother ? .left(process) : .silent(process, .disconnected))
            }
        }
        peers.connect(process, over: peer, incarnation: hello.incarnation, pid: hello.pid)
        watch.forget(process)
        watch.expect(process, at: seconds, patience: SilenceWatch.patienceWithStart)
        let message = Message.Welcome(
            run: run, process: process, scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey, sharedBlock: block?.path ?? "",
            parameterCount: UInt64(prepared.network.parameterCount))
        do {
            try send(MessageCodec.encode(.welcome(message)), nil, to: peer)
        } catch {
            tell("could not welcome client process \(process): \(error)")
        }
    }

    /// Why a process can't have the number that it wants; nil if it can.
    private func objection(to hello: Message.Hello, as process: ProcessID) -> String? {
        if isLaunching, launcher.pid(of: process) != hello.pid {
            return "expected a client process that this run has started itself, found another one;"
                + " for client processes that are started by hand use 'hyperfed coordinator'"
        }
        guard let old = peers.connection(of: process),
            peers.incarnation(of: process) != hello.incarnation, !watch.isSilent(process)
        else { return nil }
        // The router knows at once whether the other one is still connected.
        let ping = MessageCodec.encode(.ping(Message.Ping(number: pings)))
        if (try? socket.send(to: old, header: ping)) == .unreachable { return nil }
        return "expected a free process number, found \(process), which is in use"
            + (peers.pid(of: process).map { " by pid \($0)" } ?? "")
            + "; leave out --process to be given one"
    }
}
