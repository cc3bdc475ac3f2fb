import Federation
import Testing

@Suite struct `The round machine and silent processes` {
    /// 0 has 1 and 3, 1 has 2 and 4; 5 and 6 wait. Then 0 is silent.
    private func silent() -> Machine {
        var machine = Machine(processes: [0, 1], cohort: [1, 2, 3, 4, 5, 6])
        #expect(machine.on(.silent(0)) == [])
        return machine
    }

    @Test func `what a silent process has goes to others first`() {
        var machine = silent()
        #expect(machine.report(2, from: 1) == [.send(task(1, attempt: 2), to: 1), .add(task(2))])
        #expect(machine.report(4, from: 1) == [.send(task(3, attempt: 2), to: 1), .add(task(4))])
    }

    @Test func `the report of the other one counts, and the late one is ignored`() {
        var machine = silent()
        _ = machine.report(2, from: 1)
        #expect(machine.report(1, attempt: 2, from: 1).contains(.add(task(1, attempt: 2))))
        #expect(machine.report(1, from: 0).contains(.ignore(task(1), .notAssigned)))
    }

    @Test func `the report of the silent one counts if it is first, and only once`() {
        var machine = silent()
        _ = machine.report(2, from: 1)
        #expect(machine.report(1, from: 0).contains(.add(task(1))))
        #expect(
            machine.report(1, attempt: 2, from: 1).contains(
                .ignore(task(1, attempt: 2), .notAssigned)))
    }

    @Test func `a process that is heard of again keeps what nobody has taken`() {
        var machine = silent()
        _ = machine.report(2, from: 1)
        // 1 is with both, 3 with 0 alone.
        #expect(machine.on(.heard(0)) == [])
        #expect(machine.report(3, from: 0).contains(.add(task(3))))
        #expect(machine.report(1, from: 0).contains(.add(task(1))))
    }

    @Test func `a silent process gets no task until it is heard of`() {
        var machine = Machine(processes: [0])
        #expect(machine.on(.silent(0)) == [])
        #expect(machine.begin(0, [1]) == [])
        #expect(machine.on(.heard(0)) == [.sendModel(to: 0), .send(task(1), to: 0)])
    }

    @Test func `a report is a sign of life, too`() {
        var machine = Machine(processes: [0], cohort: [1, 2, 3])
        #expect(machine.on(.silent(0)) == [])
        #expect(machine.report(1, from: 0) == [.add(task(1))])
        #expect(machine.report(2, from: 0) == [.send(task(3), to: 0), .add(task(2))])
    }

    @Test func `one that is ended counts as a death of the task it worked on`() {
        var machine = Machine(processes: [0, 1, 2], cohort: [8])
        #expect(machine.on(.silent(0)).last == .send(task(8, attempt: 2), to: 1))
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        #expect(machine.on(.silent(1)).last == .send(task(8, attempt: 3), to: 2))
        #expect(machine.on(.left(1)) == [.relaunch(1)])
        #expect(machine.on(.silent(2)) == [])
        #expect(
            machine.on(.left(2)).first
                == .fail(.clientLost(round: 0, client: 8, attempts: 3)))
    }

    @Test func `of two that have it in silence the later one counts`() {
        var machine = Machine(processes: [0, 1, 2], cohort: [1])
        _ = machine.on(.silent(0))
        _ = machine.on(.silent(1))
        #expect(machine.report(1, from: 0).contains(.ignore(task(1), .notAssigned)))
        #expect(machine.report(1, attempt: 2, from: 1).contains(.add(task(1, attempt: 2))))
    }

    @Test func `silence between two rounds costs nothing`() throws {
        var machine = Machine(processes: [0, 1], cohort: [1])
        try #require(machine.report(1, from: 0).last == .commit(round: 0))
        #expect(machine.on(.silent(0)) == [])
        #expect(machine.begin(1, [1]) == [.sendModel(to: 1), .send(task(1, round: 1), to: 1)])
    }
}
