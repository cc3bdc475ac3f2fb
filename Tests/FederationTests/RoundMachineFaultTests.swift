import Federation
import Testing

@Suite struct `The round machine and faults` {
    @Test func `a late duplicate is ignored`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        _ = machine.report(1, from: 0)
        #expect(machine.report(1, from: 0) == [.ignore(task(1), .notAssigned)])
        #expect(machine.report(2, from: 0) == [.add(task(2)), .commit(round: 0)])
        // Between two rounds every report is of another round.
        #expect(machine.report(2, from: 0) == [.ignore(task(2), .anotherRound)])
    }

    @Test func `a report of another round is ignored`() {
        var machine = Machine(processes: [0], round: 4, cohort: [1])
        for round: UInt32 in [0, 3, 5] {
            #expect(
                machine.report(1, round: round, from: 0)
                    == [.ignore(task(1, round: round), .anotherRound)])
        }
    }

    @Test func `a report of a client outside the cohort is ignored`() {
        var machine = Machine(processes: [0], cohort: [1])
        #expect(machine.report(2, from: 0) == [.ignore(task(2), .notInCohort)])
    }

    @Test func `a report of another process, or of another attempt, is ignored`() {
        var machine = Machine(processes: [0, 1], cohort: [1])
        #expect(machine.report(1, from: 1) == [.ignore(task(1), .notAssigned)])
        #expect(machine.report(1, from: 9) == [.ignore(task(1), .notAssigned)])
        #expect(
            machine.report(1, attempt: 2, from: 0)
                == [.ignore(task(1, attempt: 2), .notAssigned)])
        #expect(machine.report(1, from: 0) == [.add(task(1)), .commit(round: 0)])
    }

    @Test func `a report of a client that still waits is ignored`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        #expect(
            machine.report(2, attempt: 0, from: 0) == [.ignore(task(2, attempt: 0), .notAssigned)])
    }

    @Test func `the tasks of a dead process go to others first, with the next attempt`() {
        // 0 holds 1 and 3, 1 holds 2 and 4; 5 and 6 wait.
        var machine = Machine(processes: [0, 1], cohort: [1, 2, 3, 4, 5, 6])
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        #expect(machine.processCount == 1)
        #expect(machine.report(2, from: 1) == [.send(task(1, attempt: 2), to: 1), .add(task(2))])
        #expect(machine.report(4, from: 1) == [.send(task(3, attempt: 2), to: 1), .add(task(4))])
    }

    @Test func `a report that a dead process sent before is ignored`() {
        var machine = Machine(processes: [0, 1], cohort: [1])
        #expect(
            machine.on(.left(0))
                == [.relaunch(0), .sendModel(to: 1), .send(task(1, attempt: 2), to: 1)])
        #expect(machine.report(1, from: 0) == [.ignore(task(1), .notAssigned)])
        #expect(
            machine.report(1, attempt: 2, from: 1)
                == [.add(task(1, attempt: 2)), .commit(round: 0)])
    }

    @Test func `a process that says hello again gets model and tasks again`() {
        var machine = Machine(processes: [0], cohort: [1, 2, 3])
        #expect(
            machine.on(.joined(0)) == [
                .sendModel(to: 0), .send(task(1, attempt: 2), to: 0),
                .send(task(2, attempt: 2), to: 0),
            ])
        #expect(machine.processCount == 1)
        #expect(machine.report(1, from: 0) == [.ignore(task(1), .notAssigned)])
        #expect(machine.report(1, attempt: 2, from: 0) == [.add(task(1, attempt: 2))])
    }

    @Test func `a death between two rounds costs nothing`() throws {
        var machine = Machine(processes: [0, 1], cohort: [1])
        try #require(machine.report(1, from: 0).last == .commit(round: 0))
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        #expect(machine.begin(1, [1]) == [.sendModel(to: 1), .send(task(1, round: 1), to: 1)])
    }

    @Test func `a task that ended three processes ends the run and names the client`() {
        var machine = Machine(processes: [0, 1, 2], cohort: [8])
        #expect(machine.on(.left(0)).last == .send(task(8, attempt: 2), to: 1))
        #expect(machine.on(.left(1)).last == .send(task(8, attempt: 3), to: 2))
        let failure = RoundMachine.RunFailure.clientLost(round: 0, client: 8, attempts: 3)
        #expect(machine.on(.left(2)).first == .fail(failure))
        #expect(
            "\(failure)"
                == "round 0, client 8: expected a report, found that the task ended 3 client processes;"
                + " read their last lines above")
        #expect(machine.on(.joined(4)) == [])
    }

    @Test func `a task that only waited in dying processes is not blamed`() {
        // Twice 2 waits behind 1 in a process that dies; then it comes first in one.
        var machine = Machine(processes: [0], cohort: [1, 2, 3])
        for attempt: UInt32 in 2...3 {
            #expect(machine.on(.left(0)) == [.relaunch(0)])
            #expect(
                machine.on(.joined(0)) == [
                    .sendModel(to: 0), .send(task(1, attempt: attempt), to: 0),
                    .send(task(2, attempt: attempt), to: 0),
                ])
        }
        _ = machine.report(1, attempt: 3, from: 0)
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        #expect(machine.on(.joined(0)).contains(.send(task(2, attempt: 4), to: 0)))
    }

    @Test func `saying hello again does not count as a death of the task`() {
        // The first attempts were lost with connections; then one single process dies of it.
        var machine = Machine(processes: [0], cohort: [1])
        for attempt: UInt32 in 2...4 {
            #expect(machine.on(.joined(0)).last == .send(task(1, attempt: attempt), to: 0))
        }
        #expect(machine.on(.left(0)) == [.relaunch(0)])
        #expect(machine.on(.joined(0)).last == .send(task(1, attempt: 5), to: 0))
        #expect(machine.report(1, attempt: 5, from: 0).last == .commit(round: 0))
    }

    @Test func `five deaths without a finished task end the run`() {
        var machine = Machine(cohort: [1])
        for _ in 1...4 { #expect(machine.on(.left(0)) == [.relaunch(0)]) }
        let failure = RoundMachine.RunFailure.processesDie(count: 5)
        #expect(machine.on(.left(0)).first == .fail(failure))
        #expect(
            "\(failure)"
                == "client processes: expected one that finishes a task, found 5 in a row that ended"
                + " before; read their last lines above")
    }

    @Test func `a finished task starts the count of deaths again`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(machine.report(1, from: 0).last == .add(task(1)))
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(machine.on(.left(7)).first == .fail(.processesDie(count: 5)))
    }

    @Test func `an ignored report does not`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(machine.report(9, from: 0) == [.ignore(task(9), .notInCohort)])
        #expect(machine.on(.left(7)).first == .fail(.processesDie(count: 5)))
    }

    private func failure(_ client: UInt32, attempt: UInt32 = 1, round: UInt32 = 0) -> ClientFailure
    {
        ClientFailure(
            round: round, client: client, attempt: attempt, step: 3, localRate: 0.5,
            reason: "training loss is nan")
    }

    @Test func `a client that diverged is told, and the others still report`() {
        // Otherwise the client that is named would be the one that was first by chance.
        var machine = Machine(processes: [0, 1], cohort: [1, 2])
        #expect(machine.on(.failed(failure(2), from: 1)) == [.diverged(failure(2))])
        #expect(machine.report(1, from: 0) == [.add(task(1)), .commit(round: 0)])
        #expect(
            "\(failure(2))"
                == "round 0, client 2: training loss is nan at step 3 with local rate 0.5; lower"
                + " client.learning_rate or bound the scheduler more tightly")
    }

    @Test func `a client that diverged is done like one that reported`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(
            machine.on(.failed(failure(1), from: 0))
                == [.send(task(2), to: 0), .diverged(failure(1))])
        #expect(machine.on(.failed(failure(1), from: 0)) == [])
        #expect(machine.report(1, from: 0) == [.ignore(task(1), .notAssigned)])
        // The count of deaths has started again.
        for _ in 1...4 { #expect(machine.on(.left(7)) == [.relaunch(7)]) }
        #expect(
            machine.on(.failed(failure(2), from: 0)) == [.diverged(failure(2)), .commit(round: 0)])
    }

    @Test func `a failure of an earlier round, process or attempt does not`() {
        var machine = Machine(processes: [0, 1], round: 3, cohort: [1, 2])
        #expect(machine.on(.failed(failure(1, round: 2), from: 0)) == [])
        #expect(machine.on(.failed(failure(1, round: 3), from: 1)) == [])
        #expect(machine.on(.failed(failure(1, attempt: 2, round: 3), from: 0)) == [])
        #expect(machine.on(.failed(failure(9, round: 3), from: 0)) == [])
        #expect(machine.report(1, round: 3, from: 0) == [.add(task(1, round: 3))])
    }
}
