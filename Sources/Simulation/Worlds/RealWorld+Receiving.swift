import Bytes
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
        case .message(let peer, let header, let bodies):
            guard let peer else { return true }
            do throws(MessageError) {
                let message = try MessageCodec.decode(header, bodies: bodies.map(\.byteCount))
                take(message, bodies, from: peer)
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

    private mutating func take(_ message: Message, _ bodies: [Frame], from peer: PeerID) {
        if case .hello(let hello) = message {
            welcome(hello, peer)
            return
        }
        // A late message of a connection that is gone, or of a stranger.
        guard let process = peers.process(behind: peer) else { return }
        switch message {
        case .update(let update): take(update, message, bodies, from: process)
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

    private mutating func take(
        _ update: Message.Update, _ message: Message, _ bodies: [Frame], from process: ProcessID
    ) {
        guard update.run == run,
            update.parameterCount == UInt64(prepared.network.parameterCount),
            Int(update.report.carriedVectors) <= mostCarried
        else { return tell("dropped an update of another run") }
        var bodies = bodies[...]
        let floats: UpdateBody
        if update.sharedSlot >= 0 {
            let slot = Int(update.sharedSlot)
            guard let block, slots.isOwned(slot, by: process) else {
                return tell("dropped an update in a slot that is not the sender's")
            }
            floats = .shared(block, slot: slot)
        } else {
            guard let body = bodies.popFirst() else { return }
            floats = .received(body)
        }
        do throws(MessageError) {
            if case .received(let body) = floats {
                try body.withFloats { floats throws(MessageError) in
                    try message.checkFloats(floats)
                }
            }
            let carried = try carried(update, message, bodies.first)
            happenings.append(.reported(update.report, floats, carried: carried, from: process))
        } catch {
            tell("dropped an update: \(error)")
        }
    }

    /// The vectors that come with an update whose own slot is the sender's; nil where there are
    /// none. Throws where they are damaged, or not in the slot that the task named.
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
        guard let block, update.sharedSlot >= 0,
            let slot = carriedSlots?.current(beside: Int(update.sharedSlot)),
            slot.index == Int(update.carriedSlot)
        else {
            throw .malformed(
                .update, .invalid("carried slot \(update.carriedSlot) is not the task's"))
        }
        return .shared(block, slot, vectors: vectors)
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
