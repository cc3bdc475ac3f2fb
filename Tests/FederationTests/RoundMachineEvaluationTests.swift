import Federation
import Testing

@Suite struct `The round machine gives out evaluations` {
    private func part(_ number: UInt32, attempt: UInt32 = 1, round: UInt32 = 0) -> Assignment {
        Assignment(.evaluation, round: round, client: number, attempt: attempt)
    }

    /// A machine with round 0 trained by process 0, client 1.
    private func trained(processes: [ProcessID]) -> (RoundMachine, [Command]) {
        var machine = RoundMachine()
        var commands: [Command] = []
        for id in processes { machine.handle(.joined(id), into: &commands) }
        machine.begin(round: 0, cohort: [1], into: &commands)
        machine.handle(.reported(task(1), from: 0), into: &commands)
        return (machine, commands)
    }

    @Test func `like tasks, with the model after the round`() {
        var (machine, commands) = trained(processes: [0, 1])
        #expect(commands.last == .commit(round: 0))
        commands = []
        machine.begin(.evaluation, round: 0, cohort: [0, 1, 2], into: &commands)
        #expect(
            commands == [
                .sendModel(to: 0), .send(part(0), to: 0), .sendModel(to: 1), .send(part(1), to: 1),
            ])
        commands = []
        machine.handle(.reported(part(0), from: 0), into: &commands)
        #expect(commands == [.send(part(2), to: 0), .add(part(0))])
    }

    @Test func `and the next round starts from the model that was evaluated`() {
        var (machine, commands) = trained(processes: [0, 1])
        machine.begin(.evaluation, round: 0, cohort: [0], into: &commands)
        machine.handle(.reported(part(0), from: 0), into: &commands)
        commands = []
        // Process 0 has it already, process 1 evaluated nothing.
        machine.begin(round: 1, cohort: [1, 2], into: &commands)
        #expect(
            commands == [
                .send(task(1, round: 1), to: 0), .sendModel(to: 1),
                .send(task(2, round: 1), to: 1),
            ])
    }

    @Test func `and from its own model, where another one was evaluated`() {
        var (machine, commands) = trained(processes: [0])
        machine.begin(
            .evaluation, round: 0, modelVersion: 1 << 31 | 1, cohort: [0], into: &commands)
        machine.handle(.reported(part(0), from: 0), into: &commands)
        commands = []
        machine.begin(round: 1, cohort: [1], into: &commands)
        #expect(commands == [.sendModel(to: 0), .send(task(1, round: 1), to: 0)])
    }

    @Test func `a process that came back meanwhile needs the model again`() {
        var (machine, commands) = trained(processes: [0])
        machine.begin(.evaluation, round: 0, cohort: [0], into: &commands)
        machine.handle(.reported(part(0), from: 0), into: &commands)
        machine.handle(.joined(0), into: &commands)
        commands = []
        machine.begin(round: 1, cohort: [1], into: &commands)
        #expect(commands == [.sendModel(to: 0), .send(task(1, round: 1), to: 0)])
    }

    @Test func `reports of other work are not mixed up`() {
        var (machine, commands) = trained(processes: [0])
        machine.begin(.evaluation, round: 0, cohort: [1], into: &commands)
        commands = []
        // The same round, number, attempt and process as the evaluation under way.
        machine.handle(.reported(task(1), from: 0), into: &commands)
        #expect(commands == [.ignore(task(1), .anotherRound)])
        commands = []
        let failure = ClientFailure(
            round: 0, client: 1, attempt: 1, step: 0, localRate: 1, reason: "")
        machine.handle(.failed(failure, from: 0), into: &commands)
        #expect(commands == [])
        machine.handle(.reported(part(1), from: 0), into: &commands)
        #expect(commands == [.add(part(1)), .commit(round: 0)])
        commands = []
        machine.begin(round: 1, cohort: [1], into: &commands)
        commands = []
        machine.handle(.reported(part(1, round: 1), from: 0), into: &commands)
        #expect(commands == [.ignore(part(1, round: 1), .anotherRound)])
    }

    @Test func `those of a dead process are given out again, and not for ever`() {
        var (machine, commands) = trained(processes: [0, 1])
        machine.begin(.evaluation, round: 0, cohort: [0], into: &commands)
        commands = []
        machine.handle(.left(0), into: &commands)
        #expect(
            commands == [
                .relaunch(0), .sendModel(to: 1), .send(part(0, attempt: 2), to: 1),
            ])
        commands = []
        machine.handle(.left(1), into: &commands)
        machine.handle(.joined(0), into: &commands)
        commands = []
        machine.handle(.left(0), into: &commands)
        let failure = RoundMachine.RunFailure.evaluationLost(round: 0, attempts: 3)
        #expect(commands.contains(.fail(failure)))
        #expect(
            failure.description
                == "round 0: expected sums of an evaluation, found that the task ended 3 client"
                + " processes; read their last lines above")
    }
}
