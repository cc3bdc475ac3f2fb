import Federation
import Messaging
import Models
import Simulation
import TestSupport
import Testing

extension `The real world` {
    /// A sum comes in the slot that the question names, or in a message.
    @Test(arguments: ["ipc", "tcp"])
    func `a sum that does not fit its question is a fault`(transport: String) throws {
        let endpoint = transport == "ipc" ? "ipc://\(folder.path)/s" : "tcp://127.0.0.1:*"
        var world = try RealWorld(
            prepared, processes: 1, bind: endpoint, security: .none, tellsStderr: false)
        let address = world.endpoint
        var peer = try HandPeer(try #require(address), context)
        let run = try join(&world, &peer, 1).run
        let count = prepared.network.parameterCount
        // Widths of 0 for all blocks: a sum of zeros.
        let words = SharedFrame(count: (count + 1023) / 1024) { _ in }
        let wide = SharedFrame(count: words.count) { $0[0] = Float(bitPattern: 9) }
        let report = SumReport(round: 3, clients: [4, 2])
        func sum(_ slot: Int32, _ count: Int, _ body: SharedFrame?, _ checksum: UInt64) -> Message {
            .sum(
                Message.Sum(
                    run: run, report: report, sharedSlot: slot, parameterCount: UInt64(count),
                    wordCount: UInt64(body?.count ?? 0), checksum: checksum))
        }
        let short = SharedFrame(count: 6) { _ in }
        let outcomes: [(Message, SharedFrame?, String?)] = [
            (sum(-1, count, words, words.checksum), words, nil),
            (sum(-1, count, words, 1), words, "expected an undamaged sum"),
            (sum(-1, count, wide, wide.checksum), wide, "expected an undamaged sum"),
            (sum(-1, count, short, short.checksum), short, "expected an undamaged sum"),
            (
                sum(-1, 3, short, short.checksum), short,
                "expected a sum of \(count) parameters, found 3"
            ),
            (sum(99, count, nil, 0), nil, "expected the sum in its own slot, found slot 99"),
        ]
        for (message, body, problem) in outcomes {
            try world.collect(round: 3, from: 0)
            _ = try self.run(&world, &peer) { peer, _ in
                peer.inbox.contains { $0.kind == .collect }
            }
            let question = peer.inbox.last { $0.kind == .collect }
            guard case .collect(let asked) = question else { continue }
            #expect(asked.round == 3 && (asked.sharedSlot >= 0) == (transport == "ipc"))
            peer.inbox.removeAll { $0.kind == .collect }
            try peer.send(message, body)
            let events = try self.run(&world, &peer) { _, happenings in !happenings.isEmpty }
            switch events.last {
            case .summed(let found, let words, 0):
                #expect(problem == nil && found == report)
                world.release(words, from: 0)
            case .broken(let fault, 0):
                #expect(fault.task == report.task)
                #expect(problem.map { fault.reason.hasPrefix($0) } == true, "\(fault)")
            default: Issue.record("\(String(describing: events.last))")
            }
        }
        world.stop("done", graceSeconds: 0)
    }
}
