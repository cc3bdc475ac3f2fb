import Federation
import Testing

@Suite struct `The round machine and sums of updates` {
    /// 0 has 1, 1 has 2, and 3 and 4 wait; both processes add up.
    private func summing(_ cohort: [UInt32] = [1, 2, 3, 4]) -> Machine {
        var machine = Machine(processes: [0, 1])
        _ = machine.begin(0, cohort, sums: true)
        return machine
    }

    private func sum(_ clients: [UInt32], round: UInt32 = 0, from id: ProcessID) -> Event {
        .summed(SumReport(round: round, clients: clients), from: id)
    }

    @Test func `each process is asked behind its last task`() {
        var machine = Machine(processes: [0, 1])
        #expect(
            machine.begin(0, [1, 2, 3, 4], sums: true) == [
                .sendModel(to: 0), .send(task(1), to: 0, inSum: true), .sendModel(to: 1),
                .send(task(2), to: 1, inSum: true),
            ])
        #expect(
            machine.report(1, from: 0) == [
                .send(task(3), to: 0, inSum: true), .add(task(1), inSum: true),
            ])
        #expect(
            machine.report(2, from: 1) == [
                .send(task(4), to: 1, inSum: true), .collect(from: 0), .collect(from: 1),
                .add(task(2), inSum: true),
            ])
        #expect(machine.report(3, from: 0) == [.add(task(3), inSum: true)])
        #expect(machine.on(sum([1, 3], from: 0)) == [.addSum(from: 0)])
        #expect(machine.report(4, from: 1) == [.add(task(4), inSum: true)])
        #expect(machine.on(sum([4, 2], from: 1)) == [.addSum(from: 1), .commit(round: 0)])
    }

    @Test func `a process without tasks is not asked`() {
        var machine = Machine(processes: [0, 1])
        #expect(machine.begin(0, [7], sums: true).last == .collect(from: 0))
        #expect(machine.report(7, from: 0) == [.add(task(7), inSum: true)])
        #expect(machine.on(sum([7], from: 0)) == [.addSum(from: 0), .commit(round: 0)])
    }

    @Test func `the tasks of a lost process are done again, one by one`() {
        var machine = summing()
        _ = machine.report(1, from: 0)
        _ = machine.report(2, from: 1)
        // Of the tasks of process 0, 3 was open and 1 is in its sum.
        let commands = machine.on(.left(0))
        #expect(commands.first == .withdraw([1]))
        #expect(machine.report(4, from: 1).last == .add(task(4), inSum: true))
        #expect(machine.on(sum([2, 4], from: 1)).contains(.addSum(from: 1)))
        #expect(machine.report(1, attempt: 2, from: 1).contains(.add(task(1, attempt: 2))))
        #expect(
            machine.report(3, attempt: 2, from: 1) == [
                .add(task(3, attempt: 2)), .commit(round: 0),
            ])
    }

    @Test func `a late report of a process that fell silent is ignored`() {
        var machine = summing()
        _ = machine.report(1, from: 0)
        _ = machine.report(2, from: 1)
        #expect(machine.on(.silent(0)).first == .withdraw([1]))
        #expect(machine.report(3, from: 0).contains(.ignore(task(3), .notAssigned)))
        #expect(machine.on(sum([1, 3], from: 0)) == [.ignoreSum(from: 0)])
        #expect(machine.report(4, from: 1).contains(.add(task(4), inSum: true)))
        #expect(machine.on(sum([2, 4], from: 1)).contains(.addSum(from: 1)))
        for (client, id): (UInt32, ProcessID) in [(1, 0), (3, 0), (1, 1), (3, 1)] {
            _ = machine.report(client, attempt: 2, from: id)
        }
        // It gets no sum any more.
        let next = machine.begin(1, [5, 6], sums: true)
        #expect(next.contains(.send(task(5, round: 1), to: 0)))
        #expect(next.contains(.send(task(6, round: 1), to: 1, inSum: true)))
        #expect(next.last == .collect(from: 1))
    }

    @Test(arguments: [[1], [1, 2], [1, 3, 3], [], [1, 3, 2]])
    func `a sum of other clients is not used`(clients: [UInt32]) {
        var machine = summing()
        for (client, id): (UInt32, ProcessID) in [(1, 0), (2, 1), (3, 0), (4, 1)] {
            _ = machine.report(client, from: id)
        }
        let commands = machine.on(sum(clients, from: 0))
        #expect(commands.prefix(2) == [.ignoreSum(from: 0), .withdraw([3, 1])])
        #expect(commands.contains(.send(task(1, attempt: 2), to: 0)))
        #expect(machine.on(sum([2, 4], from: 1)).first == .addSum(from: 1))
    }

    @Test func `a sum that came twice, or of another round, is dropped`() {
        var machine = summing([1, 2])
        _ = machine.report(1, from: 0)
        #expect(machine.on(sum([1], round: 3, from: 0)) == [.ignoreSum(from: 0)])
        #expect(machine.on(sum([1], from: 0)) == [.addSum(from: 0)])
        #expect(machine.on(sum([1], from: 0)) == [.ignoreSum(from: 0)])
    }

    @Test func `a sum that cannot be added is taken back`() {
        var machine = RoundMachine()
        var commands: [Command] = []
        machine.handle(.joined(0), into: &commands)
        machine.begin(round: 0, cohort: [1, 2], sums: true, into: &commands)
        for client: UInt32 in [1, 2] {
            machine.handle(.reported(task(client), from: 0), into: &commands)
        }
        commands = []
        machine.handle(sum([1, 2], from: 0), into: &commands)
        #expect(commands == [.addSum(from: 0), .commit(round: 0)])
        commands = []
        machine.takeBackSum("too large", from: 0, into: &commands)
        let fault = TaskFault(.sum(round: 0), "too large")
        #expect("\(fault)" == "round 0, sum of updates: too large")
        #expect(
            commands == [
                .again(fault, from: 0), .withdraw([2, 1]), .send(task(1, attempt: 2), to: 0),
            ])
        #expect(!machine.isComplete)
        commands = []
        for client: UInt32 in [1, 2] {
            machine.handle(.reported(task(client, attempt: 2), from: 0), into: &commands)
        }
        #expect(commands.last == .commit(round: 0))
    }

    @Test func `a process that has no sum does its tasks again`() {
        var machine = summing([1, 2])
        _ = machine.report(1, from: 0)
        let fault = TaskFault(.sum(round: 0), "none")
        #expect(
            machine.on(.broken(fault, from: 0)) == [
                .again(fault, from: 0), .withdraw([1]), .send(task(1, attempt: 2), to: 0),
            ])
    }

    @Test func `a process that owes a sum is busy`() {
        var commands: [Command] = []
        var machine = RoundMachine()
        machine.handle(.joined(0), into: &commands)
        machine.begin(round: 0, cohort: [1, 2], sums: true, into: &commands)
        for client: UInt32 in [1, 2] {
            machine.handle(.reported(task(client), from: 0), into: &commands)
        }
        #expect(machine.busyProcesses == [0] && machine.owed(by: 0) == [1, 2])
    }
}
