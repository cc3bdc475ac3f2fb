import Federation
import Messaging
import Models
import Simulation
import TestSupport
import Testing

/// The real world that begins one run after the other, with a client process that is a socket of
/// the test.
@Suite struct `A world that is kept` {
    private let folder: TemporaryFolder
    private let context: ZeroMQContext
    private let prepared: PreparedRun

    init() throws {
        folder = try TemporaryFolder()
        context = try ZeroMQContext()
        prepared = try prepare(scenario())
    }

    private var endpoint: String { "ipc://\(folder.path)/s" }

    /// Lets the world run until the peer has so many messages of a kind; what happened meanwhile.
    private func run(
        _ world: inout RealWorld, _ peer: inout HandPeer, until count: Int, _ kind: MessageKind
    ) throws -> [CoordinatorEvent] {
        var events: [CoordinatorEvent] = []
        let came = try eventually(within: 20) {
            let event = try world.nextEvent(timeoutMilliseconds: 1)
            if case .timeout = event {} else { events.append(event) }
            try peer.read()
            return peer.inbox.count { $0.kind == kind } >= count
        }
        #expect(came)
        return events
    }

    /// The peer says hello, gets its welcome number `count` and is ready.
    private func join(_ world: inout RealWorld, _ peer: inout HandPeer, _ count: Int) throws
        -> Message.Welcome
    {
        try peer.hello(0, incarnation: 1)
        _ = try run(&world, &peer, until: count, .welcome)
        var last: Message.Welcome?
        let messages = peer.inbox
        for case .welcome(let welcome) in messages { last = welcome }
        let welcome = try #require(last)
        try peer.send(.ready(run: welcome.run))
        var isReady = false
        _ = try eventually(within: 20) {
            if case .joined(0) = try world.nextEvent(timeoutMilliseconds: 1) { isReady = true }
            return isReady
        }
        #expect(isReady)
        return welcome
    }

    private func sendTask(_ world: inout RealWorld, _ peer: inout HandPeer) throws -> Message.Task {
        world.setModel(version: 0, parts: []) { _ in }
        try world.send(ClientTask(round: 0, client: 1, attempt: 1, localRate: 1), nil, to: 0)
        let before = peer.inbox.count { $0.kind == .task }
        _ = try run(&world, &peer, until: before + 1, .task)
        let last = peer.lastTask
        return try #require(last)
    }

    private func fail(_ task: Message.Task, _ peer: borrowing HandPeer) throws {
        let fault = TaskFault(task.task.assignment, "late")
        try peer.send(.failed(Message.Failed(run: task.run, failure: .broken(fault))))
    }

    @Test func `drops the answer to a task of an earlier run, which keeps its memory`() throws {
        var world = try RealWorld(prepared, processes: 1, bind: endpoint, tellsStderr: false)
        var peer = try HandPeer(endpoint, context)
        let first = try join(&world, &peer, 1)
        let task = try sendTask(&world, &peer)
        #expect(task.run == first.run && task.sharedSlot >= 0)
        // Others have done the task; this process still works on it.
        try world.begin(prepared, processes: 1)
        let second = try join(&world, &peer, 2)
        #expect(second.run != first.run)
        #expect(second.sharedBlock != first.sharedBlock)
        let next = try sendTask(&world, &peer)
        #expect(next.run == second.run)
        try fail(task, peer)
        try fail(next, peer)
        var events: [CoordinatorEvent] = []
        #expect(
            try eventually(within: 20) {
                let event = try world.nextEvent(timeoutMilliseconds: 1)
                if case .timeout = event {} else { events.append(event) }
                return !events.isEmpty
            })
        guard events.count == 1, case .broken(let fault, 0) = events[0] else {
            Issue.record("\(events)")
            return
        }
        #expect(fault.task == next.task.assignment)
        world.stop("done", graceSeconds: 0)
    }

    @Test func `uses its memory again when nobody can write to it`() throws {
        var world = try RealWorld(prepared, processes: 1, bind: endpoint, tellsStderr: false)
        var peer = try HandPeer(endpoint, context)
        let first = try join(&world, &peer, 1)
        try fail(try sendTask(&world, &peer), peer)
        #expect(
            try eventually(within: 20) {
                if case .broken = try world.nextEvent(timeoutMilliseconds: 1) {
                    true
                } else {
                    false
                }
            })
        try world.begin(prepared, processes: 1)
        let second = try join(&world, &peer, 2)
        #expect(second.sharedBlock == first.sharedBlock && second.run != first.run)
        // A block that is cut in another way is a new one.
        let larger = try prepare(scenario(model: "{ kind: mlp, hidden: [8] }"))
        try world.begin(larger, processes: 1)
        let third = try join(&world, &peer, 3)
        #expect(third.sharedBlock != first.sharedBlock)
        #expect(third.parameterCount == UInt64(larger.network.parameterCount))
        world.stop("done", graceSeconds: 0)
    }
}
