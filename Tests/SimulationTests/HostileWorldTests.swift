import Federation
import Messaging
import Simulation
import TestSupport
import Testing

/// Peers that are not what they say, or send what was not asked for.
extension `The real world` {
    /// Lets the world run until it has counted so many faults of a kind.
    private func run(
        _ world: inout RealWorld, _ peer: inout HandPeer,
        untilFaults isSo: (FaultCounts, borrowing HandPeer) -> Bool
    ) throws -> [CoordinatorEvent] {
        var happenings: [CoordinatorEvent] = []
        let came = try eventually(within: 20) {
            let happening = try world.nextEvent(timeoutMilliseconds: 1)
            if case .timeout = happening {} else { happenings.append(happening) }
            try peer.read()
            return isSo(world.faults, peer)
        }
        #expect(came)
        return happenings
    }

    /// A hello that was recorded, or a second one, takes no connection away from a living process.
    @Test func `the hello of a process counts once its old connection is gone`() throws {
        var world = try world()
        var second = try HandPeer("ipc://\(folder.path)/s", context)
        do {
            var first = try HandPeer("ipc://\(folder.path)/s", context)
            _ = try join(&world, &first, 1)
            try first.hello(0, incarnation: 1)
            for _ in 0..<5 { try second.hello(0, incarnation: 1) }
            let happenings = try run(
                &world, &first,
                untilFaults: { faults, _ in
                    faults[.unexpectedMessages] == 5
                })
            #expect(happenings.isEmpty && world.pid(of: 0) == 77)
            try second.read()
            #expect(second.inbox.isEmpty)
            // The process is still served over its own connection, and was welcome once.
            world.setModel(version: 0, parts: []) { _ in }
            try world.send(ClientTask(round: 0, client: 5, attempt: 1, localRate: 1), nil, to: 0)
            _ = try run(&world, &first) { peer, _ in peer.lastTask != nil }
            #expect(first.inbox.count { $0.kind == .welcome } == 1)
        }
        // The router finds the end of a connection a moment later.
        var happenings: [CoordinatorEvent] = []
        #expect(
            try eventually(within: 20) {
                let before = world.faults[.unexpectedMessages]
                try second.hello(0, incarnation: 1)
                happenings += try run(
                    &world, &second,
                    untilFaults: { faults, peer in
                        peer.welcome != nil || faults[.unexpectedMessages] > before
                    })
                return second.welcome != nil
            })
        guard case .silent(0, .disconnected)? = happenings.first else {
            Issue.record("\(happenings)")
            return
        }
        world.stop("done", graceSeconds: 0)
    }

    @Test func `a process that reports what it was never asked is put out`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        let welcome = try join(&world, &peer, 1)
        for number in 0..<RealWorld.mostUnasked {
            let task = Assignment(round: 3, client: UInt32(number), attempt: 1)
            let failed = Message.Failed(
                run: welcome.run, failure: .broken(TaskFault(task, "expected sense, found none")))
            try peer.send(.failed(failed))
        }
        let happenings = try run(&world, &peer) { peer, _ in peer.refusal != nil }
        #expect(
            peer.refusal == "expected reports to open tasks, found 100 others in a row")
        let hasLeft = happenings.contains { if case .left(0) = $0 { true } else { false } }
        #expect(hasLeft && world.pid(of: 0) == nil)
        world.stop("done", graceSeconds: 0)
    }

    @Test func `messages of peers that never joined are counted, and nothing comes of them`()
        throws
    {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        for _ in 0..<10 { #expect(try peer.socket.send(parts: [[1, 2, 3]]) == .sent) }
        for _ in 0..<5 { try peer.send(.pong(Message.Pong(number: 1, progress: 1))) }
        let happenings = try run(
            &world, &peer,
            untilFaults: { faults, _ in
                faults[.damagedMessages] == 10 && faults[.unexpectedMessages] == 5
            })
        #expect(happenings.isEmpty && peer.inbox.isEmpty)
        world.stop("done", graceSeconds: 0)
    }
}
