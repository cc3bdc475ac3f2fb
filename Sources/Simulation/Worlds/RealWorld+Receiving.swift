import Federation
import Messaging
import Models

/// What comes from client processes.
extension RealWorld {
    /// Takes one message that is there already; false when there is none.
    mutating func receive() throws -> Bool {
        guard let received = try socket.receive() else { return false }
        switch received {
        case .malformed(_, let parts): tell("dropped a message of \(parts) parts")
        case .message(let peer, let header, let body):
            guard let peer else { return true }
            do throws(MessageError) {
                let message = try MessageCodec.decode(header, bodyBytes: body?.byteCount ?? 0)
                take(message, body, from: peer)
            } catch {
                try refuse(peer, error)
            }
        }
        return true
    }

    private mutating func refuse(_ peer: PeerID, _ error: MessageError) throws {
        tell("refused a message: \(error)")
        guard case .foreignVersion(let theirs) = error else { return }
        let reason =
            "this coordinator speaks protocol version \(MessageCodec.protocolVersion), the client"
            + " version \(theirs); use the same hyperfed on both sides"
        try send(MessageCodec.encode(.refuse(Message.Refuse(reason: reason))), nil, to: peer)
    }

    private mutating func refuse(_ peer: PeerID, _ hello: Message.Hello, _ reason: String) {
        tell("refused a client process (pid \(hello.pid)): \(reason)")
        do {
            try send(MessageCodec.encode(.refuse(Message.Refuse(reason: reason))), nil, to: peer)
        } catch {
            tell("could not tell it so: \(error)")
        }
    }

    private mutating func take(_ message: Message, _ body: Frame?, from peer: PeerID) {
        if case .hello(let hello) = message {
            welcome(hello, peer)
            return
        }
        // A late message of a connection that is gone, or of a stranger.
        guard let process = peers.process(behind: peer) else { return }
        switch message {
        case .update(let update):
            guard update.run == run,
                update.parameterCount == UInt64(prepared.network.parameterCount)
            else { return tell("dropped an update of another run") }
            if update.sharedSlot >= 0 {
                let slot = Int(update.sharedSlot)
                guard let block, slots.isOwned(slot, by: process) else {
                    return tell("dropped an update in a slot that is not the sender's")
                }
                happenings.append(
                    .reported(update.report, .shared(block, slot: slot), from: process))
            } else if let body {
                do throws(MessageError) {
                    try body.withFloats { floats throws(MessageError) in
                        try message.checkFloats(floats)
                    }
                } catch {
                    return tell("dropped an update: \(error)")
                }
                happenings.append(.reported(update.report, .received(body), from: process))
            }
        case .failed(let failed):
            if failed.run == run { happenings.append(.failed(failed.failure, from: process)) }
        case .evaluated(let evaluated):
            if evaluated.run == run {
                happenings.append(.evaluated(evaluated.report, from: process))
            }
        case .leave(let leave):
            tell("client process \(process) left: \(leave.reason)")
            // One that was started here is also reaped; that is when it counts.
            if !launcher.children.contains(where: { $0.process == process }) {
                lose(process, isDead: false)
                happenings.append(.left(process))
            }
        case .hello, .welcome, .refuse, .model, .task, .ping, .pong, .stop, .evaluate: break
        }
    }

    private mutating func welcome(_ hello: Message.Hello, _ peer: PeerID) {
        let process =
            hello.process == Message.Hello.anyProcess ? peers.firstFreeNumber : hello.process
        if let objection = identity.objection(to: hello, process: process) {
            return refuse(peer, hello, objection)
        }
        // A hello of a process that died, later than that of the one started in its place.
        guard launcher.pid(of: process).map({ $0 == hello.pid }) ?? true else { return }
        // A known process on a new connection: what was sent over the old one may be lost.
        if peers.connection(of: process) != nil { lose(process, isDead: false) }
        peers.connect(process, over: peer)
        let message = Message.Welcome(
            run: run, process: process, programVersion: identity.program,
            scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey, sharedBlock: block?.path ?? "",
            parameterCount: UInt64(prepared.network.parameterCount))
        do {
            try send(MessageCodec.encode(.welcome(message)), nil, to: peer)
            happenings.append(.joined(process))
        } catch {
            tell("could not welcome client process \(process): \(error)")
        }
    }
}
