import Federation
import LearningRates
import Scenarios

extension CoordinatorLoop {
    /// One round, from the draw of its cohort to its commit.
    mutating func run<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        let scenario = prepared.scenario
        let started = world.seconds
        waitedSeconds = 0
        localRate = server.localRate(round: round)
        reports.removeAll(keepingCapacity: true)
        failures.removeAll()
        let traffic = prepared.traffic(sendsMovement: sendsMovement)
        plan = planner.plan(round: round, traffic)
        server.begin(cohort: plan.members)
        let trained = plan.members.map(\.client)
        try setModel(version: round, in: &world)
        machine.begin(round: round, cohort: longestFirst(trained), into: &commands)
        try complete(round, in: &world, observer: &observer)

        // Sums over clients run in client order, whatever order the reports came in; and which client
        // is named does not depend on who was first.
        reports.sort { $0.client < $1.client }
        failures.sort { $0.client < $1.client }
        if let first = failures.first, scenario.training.onDivergence == .stop {
            throw RunStopped.diverged("\(first)")
        }
        let outcome = commit(round)
        var result = RoundEvaluation()
        if scenario.evaluation.isDue(round: Int(round), of: scenario.training.rounds) {
            result = try evaluate(round, cohort: trained, in: &world, observer: &observer)
        }
        var record = record(round, outcome, result.test, traffic)
        // That nobody was there is no part of the round.
        record.seconds = world.seconds - started - waitedSeconds
        try observer.committed(record, reports, result.clients)
        warn(of: record, &observer)
        if let outcome {
            for text in watches.note(record, outcome, reports) { observer.warn(text) }
        }
        if let problem = divergence(of: result) {
            throw RunStopped.diverged(
                "round \(round): \(problem) at global rate \(record.globalRate); lower"
                    + " server.learning_rate or client.learning_rate")
        }
    }

    /// Takes the server's step; nil in a void round, which takes none.
    private mutating func commit(_ round: UInt32) -> ServerStep.Outcome? {
        guard !reports.isEmpty else { return nil }
        let outcome = server.commit(round: round, reports, sentRate: localRate, &states)
        lastDecision = outcome.decision
        return outcome
    }

    private func record(
        _ round: UInt32, _ outcome: ServerStep.Outcome?, _ metrics: Metrics?,
        _ traffic: ClientTraffic
    ) -> RoundRecord {
        var record: RoundRecord
        if let outcome {
            record = RoundRecord(
                round, outcome, reports, weights: server.weightsOfUpdates, localRate: localRate,
                metrics: metrics)
            record.readings = server.readings(outcome)
        } else {
            let start = ServerDecision(rate: prepared.scenario.server.learningRate)
            record = RoundRecord(
                voidRound: round, lastDecision ?? start, localRate: localRate, metrics: metrics)
        }
        record.drops = plan.drops + failures.map { ClientDrop($0) }
        record.drops.sort { $0.client < $1.client }
        record.simulatedSeconds = plan.seconds
        record.bytesDown = traffic.down * plan.drawn
        record.bytesUp = traffic.up * reports.count
        return record
    }

    private mutating func warn<O: RunObserver & ~Copyable>(
        of record: RoundRecord, _ observer: inout O
    ) {
        // Each kind of news once: a run without end may have a thousand of them.
        if let first = failures.first, !hasToldOfDivergence {
            hasToldOfDivergence = true
            observer.warn(
                "\(first); the client is dropped from the round, and so are others that diverge"
                    + " (drops.csv has all)")
        }
        guard record.isVoid, !hasToldOfVoid else { return }
        hasToldOfVoid = true
        let counts = ClientDrop.counts { reason in record.drops.count { $0.reason == reason } }
        observer.warn(
            "round \(record.round): expected 1 update or more, found 0 (\(counts)); the round is"
                + " void: the model and the rates stay the same (rounds.csv marks void rounds)")
    }
}
