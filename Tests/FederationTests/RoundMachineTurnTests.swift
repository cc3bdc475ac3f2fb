import Federation
import Testing

/// More processes than cores take turns, so that no more of them have a task than can compute.
@Suite struct `Processes that take turns` {
    /// Clients whose tasks are sent by commands, with the processes that get them.
    private func sent(_ commands: [Command]) -> [(client: UInt32, to: ProcessID)] {
        commands.compactMap {
            if case .send(let task, let id) = $0 { (task.client, id) } else { nil }
        }
    }

    @Test(arguments: [1, 2, 3])
    func `have no more tasks than allowed, and each one gets some`(mostBusy: Int) {
        var machine = Machine(processes: [0, 1, 2, 3, 4], mostBusy: mostBusy)
        var given: [ProcessID: Int] = [:]
        for round: UInt32 in 0..<4 {
            var open = sent(machine.begin(round, [10, 11, 12, 13, 14, 15]))
            var done = 0
            while let next = open.first {
                #expect(open.count <= mostBusy)
                // While tasks wait, as many as are allowed are under way.
                #expect(open.count == min(mostBusy, 6 - done))
                #expect(Set(open.map(\.to)).count == open.count)
                given[next.to, default: 0] += 1
                let commands = machine.report(next.client, round: round, from: next.to)
                open.removeFirst()
                open += sent(commands)
                done += 1
                #expect(commands.contains(.commit(round: round)) == (done == 6))
            }
            #expect(done == 6)
        }
        #expect(given.count == 5 && given.values.allSatisfy { $0 >= 4 })
    }

    @Test func `leave the tasks of one that is lost or silent to the others`() {
        var machine = Machine(processes: [0, 1, 2], mostBusy: 2)
        #expect(sent(machine.begin(0, [5, 6, 7])).map(\.to) == [0, 1])
        // One that is silent does not count: the third takes a task over.
        #expect(sent(machine.on(.silent(0))).map(\.to) == [2])
        // The last one gets a second task in advance.
        #expect(sent(machine.on(.left(1))).map(\.to) == [2])
    }

    @Test func `do all as before when there are not too many of them`() {
        var (limited, free) = (
            Machine(processes: [0, 1], mostBusy: 3), Machine(processes: [0, 1])
        )
        #expect(limited.begin(0, [1, 2, 3, 4, 5, 6]) == free.begin(0, [1, 2, 3, 4, 5, 6]))
        #expect(limited.report(1, from: 0) == free.report(1, from: 0))
    }
}
