import Federation
import Testing

typealias Event = RoundMachine.Event
typealias Command = RoundMachine.Command

/// A machine whose commands come back as values.
struct Machine {
    private var machine = RoundMachine()

    /// A machine that knows these processes and is at the start of this round.
    init(
        processes: [ProcessID] = [], round: UInt32 = 0, cohort: [UInt32]? = nil
    ) {
        for id in processes { _ = on(.joined(id)) }
        if let cohort { _ = begin(round, cohort) }
    }

    var processCount: Int { machine.processCount }

    mutating func begin(
        _ round: UInt32, _ cohort: [UInt32], sums: Bool = false
    ) -> [Command] {
        var commands: [Command] = []
        machine.begin(round: round, cohort: cohort, sums: sums, into: &commands)
        return commands
    }

    mutating func on(_ event: Event) -> [Command] {
        var commands: [Command] = []
        machine.handle(event, into: &commands)
        return commands
    }

    /// Reports an assignment.
    mutating func report(
        _ client: UInt32, attempt: UInt32 = 1, round: UInt32 = 0, from id: ProcessID
    ) -> [Command] {
        on(.reported(task(client, attempt: attempt, round: round), from: id))
    }
}

func task(_ client: UInt32, attempt: UInt32 = 1, round: UInt32 = 0) -> Assignment {
    Assignment(round: round, client: client, attempt: attempt)
}

@Suite struct `The round machine gives out tasks` {
    @Test func `one to each process, in the order of the cohort`() {
        var machine = Machine(processes: [0, 1, 2])
        #expect(
            machine.begin(0, [7, 5, 9]) == [
                .sendModel(to: 0), .send(task(7), to: 0), .sendModel(to: 1), .send(task(5), to: 1),
                .sendModel(to: 2), .send(task(9), to: 2),
            ])
    }

    @Test func `processes that joined in another order are served in ascending order`() {
        var machine = Machine(processes: [4, 0, 2])
        #expect(
            machine.begin(0, [1, 2]) == [
                .sendModel(to: 0), .send(task(1), to: 0), .sendModel(to: 2), .send(task(2), to: 2),
            ])
    }

    @Test func `a second one in advance only while more wait than there are processes`() {
        // Two processes, six clients: four wait after the first two. The fifth goes out with three
        // waiting, and then no more than two wait.
        var machine = Machine(processes: [0, 1])
        #expect(
            machine.begin(0, [1, 2, 3, 4, 5, 6]) == [
                .sendModel(to: 0), .send(task(1), to: 0), .sendModel(to: 1), .send(task(2), to: 1),
                .send(task(3), to: 0), .send(task(4), to: 1),
            ])
        #expect(machine.report(1, from: 0) == [.add(task(1))])
        #expect(machine.report(2, from: 1) == [.add(task(2))])
        #expect(machine.report(3, from: 0) == [.send(task(5), to: 0), .add(task(3))])
    }

    @Test func `the next task goes out before the update is added`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        #expect(machine.report(1, from: 0) == [.send(task(2), to: 0), .add(task(1))])
        #expect(machine.report(2, from: 0) == [.add(task(2)), .commit(round: 0)])
    }

    @Test func `a process that comes in the middle of a round gets model and task`() {
        var machine = Machine(processes: [0], cohort: [1, 2])
        #expect(machine.on(.joined(1)) == [.sendModel(to: 1), .send(task(2), to: 1)])
        #expect(machine.on(.joined(2)) == [])
        #expect(machine.processCount == 3)
    }

    @Test func `a round that begins without processes waits for one`() {
        var machine = Machine()
        #expect(machine.begin(0, [1, 2]) == [])
        #expect(machine.on(.joined(3)) == [.sendModel(to: 3), .send(task(1), to: 3)])
    }

    @Test func `a process gets the model once a round`() throws {
        var machine = Machine(processes: [0], cohort: [1, 2, 3])
        #expect(machine.report(1, from: 0) == [.add(task(1))])
        #expect(machine.report(2, from: 0) == [.send(task(3), to: 0), .add(task(2))])
        try #require(machine.report(3, from: 0) == [.add(task(3)), .commit(round: 0)])
        #expect(
            machine.begin(1, [1]) == [.sendModel(to: 0), .send(task(1, round: 1), to: 0)])
    }

    @Test func `a process without a task does not get the model`() {
        var machine = Machine(processes: [0, 1])
        #expect(machine.begin(0, [1]) == [.sendModel(to: 0), .send(task(1), to: 0)])
    }

    @Test func `a round without clients is complete at once`() {
        var machine = Machine(processes: [0])
        #expect(machine.begin(3, []) == [.commit(round: 3)])
    }

    @Test func `attempts start from 1 in every round`() throws {
        var machine = Machine(processes: [0, 1], cohort: [1])
        #expect(machine.on(.left(0)).contains(.send(task(1, attempt: 2), to: 1)))
        try #require(machine.report(1, attempt: 2, from: 1).last == .commit(round: 0))
        #expect(machine.begin(1, [1]).last == .send(task(1, round: 1), to: 1))
    }
}
