import Federation
import Simulation
import Testing

@Suite struct `Deadlines of tasks` {
    private func deadline(_ times: [Double]) -> TaskDeadline {
        var deadline = TaskDeadline()
        for time in times { deadline.record(time) }
        return deadline
    }

    @Test func `do not exist before the first report`() {
        #expect(deadline([]).seconds(attempt: 1) == nil)
    }

    @Test func `are never below ten seconds, and grow with the tasks`() {
        #expect(deadline([0.1, 0.2]).seconds(attempt: 1) == 10)
        // Ten times the median.
        #expect(deadline([2, 3, 4]).seconds(attempt: 1) == 30)
        // Three times the longest, however short most are.
        let uneven = deadline(Array(repeating: 0.1, count: 500) + [50])
        #expect(uneven.seconds(attempt: 1) == 150)
        // Also when the longest is no longer among the last.
        var later = uneven
        for _ in 0..<500 { later.record(0.1) }
        #expect(later.seconds(attempt: 1) == 150)
    }

    @Test func `double with each attempt, so that a long task is done in the end`() {
        let deadline = deadline([1])
        for attempt: UInt32 in 1...10 {
            let seconds = deadline.seconds(attempt: attempt)
            #expect(seconds == 10 * Double(1 << (attempt - 1)))
        }
        #expect((deadline.seconds(attempt: .max) ?? 0).isFinite)
    }

    @Test func `count from the time at which a process could begin`() {
        var tasks = OpenTasks()
        func task(_ client: UInt32) -> Assignment {
            Assignment(round: 0, client: client, attempt: 1)
        }
        func overdue(at now: Double) -> [UInt32] {
            tasks.overdue(at: now) { _ in 10 }.map(\.task.client)
        }
        tasks.add(task(1), slot: nil, to: 0, at: 0)
        tasks.add(task(2), slot: nil, to: 0, at: 0)
        tasks.add(task(3), slot: nil, to: 1, at: 5)
        #expect(overdue(at: 10).isEmpty)
        #expect(tasks.close(task(1), by: 0, at: 9)?.seconds == 9)
        // The second task of the process began at 9.
        #expect(overdue(at: 16) == [3])
        #expect(overdue(at: 19).isEmpty)
        #expect(overdue(at: 20) == [2])
        // The next deadline is twice as long.
        #expect(overdue(at: 25).isEmpty && overdue(at: 26) == [3])
        // Time in which this program stood still does not count.
        tasks.restartTimes(at: 1000)
        #expect(overdue(at: 1019).isEmpty && overdue(at: 1021) == [2])
    }
}

@Suite struct `Restarts of processes` {
    @Test func `are immediate, then wait longer and longer`() {
        var delay = RestartDelay()
        var seconds: [Double] = []
        for _ in 0..<9 {
            delay.ended(3)
            seconds.append(delay.seconds(for: 3))
        }
        #expect(seconds == [0, 1, 2, 4, 8, 16, 30, 30, 30])
        #expect(delay.seconds(for: 4) == 0)
        delay.finished(3)
        delay.ended(3)
        #expect(delay.seconds(for: 3) == 0)
    }

    @Test func `that were put off are due once`() {
        var delay = RestartDelay()
        #expect(delay.nextStart == nil)
        delay.putOff(1, until: 12)
        delay.putOff(0, until: 10)
        #expect(delay.nextStart == 10 && delay.due(at: 9).isEmpty)
        #expect(delay.due(at: 11) == [0] && delay.nextStart == 12)
        #expect(delay.due(at: 12) == [1] && delay.due(at: 99).isEmpty)
    }
}

@Suite struct `Lines about faults` {
    @Test func `come once a minute for each kind, with the number of those left out`() {
        var lines = RepeatedLines()
        #expect(lines.ending(of: .damagedMessages, at: 0) == "")
        for second in 1..<60 {
            #expect(lines.ending(of: .damagedMessages, at: Double(second)) == nil)
        }
        #expect(lines.ending(of: .refusedPeers, at: 30) == "")
        #expect(
            lines.ending(of: .damagedMessages, at: 61)
                == " (and 59 more of this kind since the last message)")
        #expect(lines.ending(of: .damagedMessages, at: 122) == "")
    }
}
