import Federation
import Testing

/// A process that can't do a task, or whose answer can't be used, says nothing about a rate.
@Suite struct `The round machine and broken answers` {
    private func broken(_ client: UInt32, attempt: UInt32 = 1, from id: ProcessID) -> Event {
        .broken(fault(client, attempt), from: id)
    }

    private func fault(_ client: UInt32, _ attempt: UInt32 = 1) -> TaskFault {
        TaskFault(task(client, attempt: attempt), "no model came")
    }

    @Test func `a task goes to another process where there is one`() {
        var machine = Machine(processes: [0, 1], cohort: [1])
        #expect(
            machine.on(broken(1, from: 0))
                == [
                    .again(fault(1), from: 0), .sendModel(to: 1), .send(task(1, attempt: 2), to: 1),
                ])
        #expect(
            machine.report(1, attempt: 2, from: 1)
                == [.add(task(1, attempt: 2)), .commit(round: 0)])
    }

    @Test func `a process that is alone gets it again, with the model`() {
        var machine = Machine(processes: [0], cohort: [1])
        #expect(
            machine.on(broken(1, from: 0))
                == [
                    .again(fault(1), from: 0), .sendModel(to: 0), .send(task(1, attempt: 2), to: 0),
                ])
    }

    @Test func `a process that breaks three times in a row is put out`() {
        var machine = Machine(processes: [0, 1], cohort: [1, 2, 3, 4, 5])
        _ = machine.on(broken(1, from: 0))
        _ = machine.on(broken(3, from: 0))
        let commands = machine.on(broken(5, from: 0))
        #expect(commands.contains(.putOut(0, fault(5))))
        // It gets nothing more, and that it goes is no death.
        #expect(!commands.contains { if case .send(_, to: 0, _) = $0 { true } else { false } })
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(machine.on(.left(7)).first == .fail(.processesDie(count: 5)))
    }

    @Test func `a finished task in between starts the count again`() {
        var machine = Machine(processes: [0], cohort: [1, 2, 3, 4])
        _ = machine.on(broken(1, from: 0))
        _ = machine.on(broken(2, from: 0))
        _ = machine.report(1, attempt: 2, from: 0)
        let commands = machine.on(broken(2, attempt: 2, from: 0))
        #expect(commands.first == .again(fault(2, 2), from: 0))
        #expect(!commands.contains(.putOut(0, fault(2, 2))))
    }

    @Test func `after six tries the run ends and says whose fault that is`() {
        var machine = Machine(processes: [0], cohort: [1])
        for attempt: UInt32 in 1...5 {
            #expect(
                machine.on(broken(1, attempt: attempt, from: 0)).first
                    == .again(fault(1, attempt), from: 0))
            if attempt == 3 {
                _ = machine.on(.left(0))
                _ = machine.on(.joined(0))
            }
        }
        let failure = RoundMachine.RunFailure.broken(fault(1, 6), tries: 6)
        #expect(machine.on(broken(1, attempt: 6, from: 0)) == [.fail(failure)])
        #expect(
            "\(failure)"
                == "round 0, client 1: no model came (in each of 6 attempts); this is a fault in"
                + " hyperfed or in the client's build, not in the scenario, please report it")
    }

    @Test func `a report that can't be added is taken back`() {
        var machine = RoundMachine()
        var commands: [Command] = []
        for id: ProcessID in 0...1 { machine.handle(.joined(id), into: &commands) }
        machine.begin(round: 0, cohort: [1], into: &commands)
        commands = []
        machine.handle(.reported(task(1), from: 0), into: &commands)
        #expect(commands == [.add(task(1)), .commit(round: 0)])
        #expect(machine.isComplete)
        commands = []
        machine.takeBack(fault(1), from: 0, into: &commands)
        #expect(!machine.isComplete)
        #expect(
            commands
                == [
                    .again(fault(1), from: 0), .sendModel(to: 1), .send(task(1, attempt: 2), to: 1),
                ])
        commands = []
        machine.handle(.reported(task(1, attempt: 2), from: 1), into: &commands)
        #expect(commands == [.add(task(1, attempt: 2)), .commit(round: 0)])
    }

    @Test func `reports that can't be added put a process out, too`() {
        var machine = RoundMachine()
        var commands: [Command] = []
        machine.handle(.joined(0), into: &commands)
        machine.begin(round: 0, cohort: [1], into: &commands)
        for attempt: UInt32 in 1...3 {
            commands = []
            machine.handle(.reported(task(1, attempt: attempt), from: 0), into: &commands)
            machine.takeBack(fault(1, attempt), from: 0, into: &commands)
        }
        #expect(commands.last == .putOut(0, fault(1, 3)))
    }

    @Test func `a fault of an earlier round, process or attempt does nothing`() {
        var machine = Machine(processes: [0, 1], cohort: [1, 2])
        #expect(machine.on(broken(1, from: 1)) == [])
        #expect(machine.on(broken(1, attempt: 2, from: 0)) == [])
        #expect(machine.on(broken(9, from: 0)) == [])
        #expect(machine.report(1, from: 0) == [.add(task(1))])
    }

    /// Whoever starts the processes by hand may see strangers come and go.
    @Test func `strangers that never finished a task are no dying clients`() {
        var machine = RoundMachine(launches: false)
        var commands: [Command] = []
        machine.handle(.joined(0), into: &commands)
        machine.begin(round: 0, cohort: [1, 2], into: &commands)
        for id: ProcessID in 1...9 {
            machine.handle(.joined(id), into: &commands)
            machine.handle(.left(id), into: &commands)
        }
        #expect(!machine.isComplete)
        #expect(!commands.contains { if case .fail = $0 { true } else { false } })
    }

    @Test func `but clients that had worked are`() {
        var machine = RoundMachine(launches: false)
        var commands: [Command] = []
        for id: ProcessID in 0...5 { machine.handle(.joined(id), into: &commands) }
        machine.begin(round: 0, cohort: [1, 2, 3, 4, 5, 6], into: &commands)
        for id: ProcessID in 0...4 {
            machine.handle(.reported(task(id + 1), from: id), into: &commands)
        }
        for id: ProcessID in 0...4 { machine.handle(.left(id), into: &commands) }
        #expect(commands.contains(.fail(.processesDie(count: 5))))
    }
}
