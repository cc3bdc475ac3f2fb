import Federation
import Messaging
import Models
import Simulation
import TestSupport
import Testing

/// The real world, with a real router, and client processes that are sockets of the test.
@Suite struct `The real world` {
    let folder: TemporaryFolder
    let context: ZeroMQContext
    let prepared: PreparedRun

    init() throws {
        folder = try TemporaryFolder()
        context = try ZeroMQContext()
        prepared = try prepare(scenario())
    }

    func world() throws -> RealWorld {
        try RealWorld(
            prepared, processes: 1, bind: "ipc://\(folder.path)/s", tellsStderr: false)
    }

    /// Lets the world run until something is so; what happened in it meanwhile.
    func run(
        _ world: inout RealWorld, _ peers: inout HandPeer,
        until isSo: (borrowing HandPeer, [CoordinatorEvent]) -> Bool
    ) throws -> [CoordinatorEvent] {
        var happenings: [CoordinatorEvent] = []
        let came = try eventually(within: 20) {
            let happening = try world.nextEvent(timeoutMilliseconds: 1)
            if case .timeout = happening {} else { happenings.append(happening) }
            try peers.read()
            return isSo(peers, happenings)
        }
        #expect(came)
        return happenings
    }

    /// A peer that is ready, and the world's news of that.
    func join(_ world: inout RealWorld, _ peer: inout HandPeer, _ incarnation: UInt64)
        throws -> Message.Welcome
    {
        try peer.hello(Message.Hello.anyProcess, incarnation: incarnation)
        let before = try run(&world, &peer) { peer, _ in peer.welcome != nil }
        #expect(before.isEmpty)
        let found = peer.welcome
        let welcome = try #require(found)
        try peer.send(.ready(run: welcome.run))
        _ = try run(&world, &peer) { _, happenings in
            if case .joined(welcome.process) = happenings.last { true } else { false }
        }
        return welcome
    }

    @Test func `a process is given tasks only when it says that it is ready`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        let welcome = try join(&world, &peer, 1)
        #expect(welcome.process == 0 && welcome.scenario == prepared.resolved)
        #expect(world.pid(of: 0) == 77)
        world.stop("done", graceSeconds: 0)
        #expect(
            try eventually(within: 20) {
                try peer.read()
                return peer.inbox.contains { $0.kind == .stop }
            })
    }

    /// In shared memory each task names its model; elsewhere a message brings it.
    @Test func `a model in shared memory needs no message`() throws {
        for transport in ["ipc", "tcp"] {
            let endpoint =
                transport == "ipc" ? "ipc://\(folder.path)/s" : "tcp://127.0.0.1:*"
            var world = try RealWorld(
                prepared, processes: 1, bind: endpoint, security: .none, tellsStderr: false)
            let address = world.endpoint
            var peer = try HandPeer(try #require(address), context)
            _ = try join(&world, &peer, 1)
            world.setModel(version: 5, parts: []) { $0[0] = 3 }
            try world.sendModel(to: 0)
            try world.send(
                ClientTask(round: 5, client: 2, attempt: 1, localRate: 1), nil, to: 0)
            let part = EvaluationTask(round: 5, number: 1, attempt: 1, subject: .client(1))
            try world.send(part, to: 0)
            _ = try run(&world, &peer) { peer, _ in
                peer.inbox.contains { $0.kind == .evaluate }
            }
            let isLocal = transport == "ipc"
            let source = ModelSource(version: 5, slot: isLocal ? 1 : -1)
            let messages = peer.inbox
            for case .task(let task) in messages { #expect(task.model == source) }
            for case .evaluate(let evaluate) in messages { #expect(evaluate.model == source) }
            #expect(
                messages.map(\.kind).filter { $0 != .ping }
                    == [.welcome] + (isLocal ? [] : [.model]) + [.task, .evaluate])
            world.stop("done", graceSeconds: 0)
        }
    }

    private enum Outcome: CaseIterable {
        case diverged, broken, inBody, damaged, wrongCount, foreignSlot
    }

    private func answer(
        _ task: Message.Task, _ outcome: Outcome, _ peer: borrowing HandPeer
    ) throws {
        let (work, count) = (task.task, prepared.network.parameterCount)
        let report = ClientReport(
            round: work.round, client: work.client, attempt: work.attempt, samples: 1, steps: 1,
            meanLoss: 1, squaredNorm: 1,
            rates: RateTrace(first: 1, last: 1, smallest: 1, largest: 1, mean: 1), seconds: 0)
        func update(slot: Int32, count: Int, checksum: UInt64) -> Message {
            .update(
                Message.Update(
                    run: task.run, report: report, sharedSlot: slot, parameterCount: UInt64(count),
                    checksum: checksum))
        }
        let frame = SharedFrame(count: count) { $0[0] = 1 }
        switch outcome {
        case .diverged:
            let failure = ClientFailure(
                round: work.round, client: work.client, attempt: work.attempt, step: 0,
                localRate: 1, reason: "training loss is nan")
            try peer.send(.failed(Message.Failed(run: task.run, failure: .diverged(failure))))
        case .broken:
            let fault = TaskFault(work.assignment, "no model came")
            try peer.send(.failed(Message.Failed(run: task.run, failure: .broken(fault))))
        case .inBody:
            try peer.send(update(slot: -1, count: count, checksum: frame.checksum), frame)
        case .damaged:
            try peer.send(update(slot: -1, count: count, checksum: 1), frame)
        case .wrongCount:
            let short = SharedFrame(count: 3) { _ in }
            try peer.send(update(slot: -1, count: 3, checksum: short.checksum), short)
        case .foreignSlot:
            try peer.send(update(slot: 99, count: count, checksum: 0))
        }
    }

    /// Whatever becomes of a task, its slot in shared memory is free again.
    @Test func `slots come back on every outcome of a task`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        _ = try join(&world, &peer, 1)
        world.setModel(version: 0, parts: []) { _ in }
        for round in 0..<40 {
            let task = ClientTask(
                round: 0, client: UInt32(round), attempt: 1, localRate: 1)
            try world.send(task, nil, to: 0)
            _ = try run(&world, &peer) { peer, _ in
                peer.lastTask?.task.client == UInt32(round)
            }
            let last = peer.lastTask
            let sent = try #require(last)
            #expect(sent.sharedSlot >= 0, "no slot is left for task \(round)")
            let outcome = Outcome.allCases[round % Outcome.allCases.count]
            try answer(sent, outcome, peer)
            let happenings = try run(&world, &peer) { _, happenings in !happenings.isEmpty }
            switch (outcome, happenings.last) {
            case (.diverged, .failed(let failure, 0)?): #expect(failure.client == UInt32(round))
            case (.inBody, .reported(let report, let body, nil, 0)?):
                #expect(report.client == UInt32(round))
                world.release(body, from: 0)
            case (.broken, .broken(let fault, 0)?), (.damaged, .broken(let fault, 0)?),
                (.wrongCount, .broken(let fault, 0)?), (.foreignSlot, .broken(let fault, 0)?):
                #expect(fault.task == task.assignment)
            default: Issue.record("\(outcome) gave \(happenings)")
            }
        }
        world.stop("done", graceSeconds: 0)
    }

    @Test func `a message of which nothing can be read fails the task it should have answered`()
        throws
    {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        _ = try join(&world, &peer, 1)
        world.setModel(version: 0, parts: []) { _ in }
        let task = ClientTask(round: 0, client: 5, attempt: 1, localRate: 1)
        try world.send(task, nil, to: 0)
        _ = try run(&world, &peer) { peer, _ in peer.lastTask != nil }
        #expect(try peer.socket.send(parts: [[1], [2], [3], [4]]) == .sent)
        let happenings = try run(&world, &peer) { _, happenings in !happenings.isEmpty }
        guard case .broken(let fault, 0)? = happenings.first else {
            Issue.record("\(happenings)")
            return
        }
        #expect(
            "\(fault)" == "round 0, client 5: expected a message of 1 to 3 parts, found 4")
        world.stop("done", graceSeconds: 0)
    }

    @Test func `a number in use is refused in words, and a reconnection is not`() throws {
        var world = try world()
        var first = try HandPeer("ipc://\(folder.path)/s", context)
        _ = try join(&world, &first, 1)
        var second = try HandPeer("ipc://\(folder.path)/s", context)
        try second.hello(0, incarnation: 2)
        #expect(
            try run(&world, &second) { peer, _ in peer.refusal != nil }.isEmpty)
        #expect(
            second.refusal
                == "expected a free process number, found 0, which is in use by pid 77; leave out"
                + " --process to be given one")
        try first.read()
        #expect(first.refusal == nil)
        #expect(world.faults[.refusedPeers] == 1)
        world.stop("done", graceSeconds: 0)
    }

    @Test func `the number of one that is gone is free`() throws {
        var world = try world()
        do {
            var first = try HandPeer("ipc://\(folder.path)/s", context)
            _ = try join(&world, &first, 1)
        }
        var second = try HandPeer("ipc://\(folder.path)/s", context)
        // The router hears of the end of a connection a moment later.
        #expect(
            try eventually(within: 20) {
                second.inbox = []
                try second.hello(0, incarnation: 2)
                _ = try run(&world, &second) { peer, _ in
                    peer.welcome != nil || peer.refusal != nil
                }
                return second.welcome != nil
            })
        world.stop("done", graceSeconds: 0)
    }

    @Test func `strangers that say hello and go are no news`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        _ = try join(&world, &peer, 1)
        for number: UInt64 in 0..<5 {
            var stranger = try HandPeer("ipc://\(folder.path)/s", context)
            try stranger.hello(Message.Hello.anyProcess, incarnation: 100 + number)
            #expect(
                try run(&world, &stranger) { peer, _ in peer.welcome != nil }.isEmpty)
        }
        // A second without messages: now the world asks who is there.
        var happenings: [CoordinatorEvent] = []
        for _ in 0..<2 {
            let happening = try world.nextEvent(timeoutMilliseconds: 1000)
            if case .timeout = happening {} else { happenings.append(happening) }
        }
        #expect(happenings.isEmpty)
        try peer.read()
        #expect(peer.inbox.contains { $0.kind == .ping })
        world.stop("done", graceSeconds: 0)
    }

    @Test func `one that is put out is told why, and has left`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        _ = try join(&world, &peer, 1)
        world.putOut(0, because: "3 tasks in a row have failed here")
        let happenings = try run(&world, &peer) { peer, _ in peer.refusal != nil }
        #expect(peer.refusal == "3 tasks in a row have failed here")
        guard case .left(0)? = happenings.first else {
            Issue.record("\(happenings)")
            return
        }
        #expect(world.pid(of: 0) == nil)
        world.stop("done", graceSeconds: 0)
    }

    @Test func `a hello that comes too late is answered, too`() throws {
        var world = try world()
        var peer = try HandPeer("ipc://\(folder.path)/s", context)
        try peer.hello(Message.Hello.anyProcess, incarnation: 1)
        world.stop("the run is finished", graceSeconds: 0)
        #expect(
            try eventually(within: 20) {
                try peer.read()
                return peer.inbox.first == .stop(reason: "the run is finished")
            })
    }
}
