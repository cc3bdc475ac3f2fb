import Federation
import LearningRates
import Scenarios

extension CoordinatorLoop {
    /// Executes one round, from the draw of its cohort to its commit.
    mutating func run<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        let scenario = prepared.scenario
        let started = world.seconds
        (waitedSeconds, lateReports) = (0, 0)
        reports.removeAll(keepingCapacity: true)
        failures.removeAll()
        let traffic = prepared.traffic(sendsMovement: sendsMovement)
        // The state changes only when the round is complete, since it may be saved before.
        var atWork = state.atWork
        plan = prepared.cohortPlanner(prepared.phase(of: round)).plan(
            round: round, traffic, scenario.training.mode, &atWork)
        let trained = plan.members.map(\.client)
        try setModel(version: round, in: &world)
        setStartVersions(round)
        let cohort = longestFirst(trained, round)
        machine.begin(
            round: round, cohort: cohort, versions: cohort.compactMap { startVersions[$0] },
            sums: sumsUpdates(world.sumsUpdates), into: &commands)
        try complete(round, in: &world, observer: &observer)

        // Sums over clients use client order, so they do not depend on the order of arrival. The
        // first client in messages does not depend on it either.
        reports.sort { $0.client < $1.client }
        failures.sort { $0.client < $1.client }
        if let first = failures.first, scenario.training.onDivergence == .stop {
            throw RunStopped.diverged("\(first)")
        }
        isCommitting = true
        let result = commit(round, traffic)
        state.atWork = atWork
        if hasStaleness { forgetVersions(before: round + 1) }
        state.boundMemory()
        var evaluated = RoundEvaluation()
        if scenario.evaluation.isDue(round: Int(round), of: scenario.training.rounds) {
            evaluated = try evaluate(round, cohort: trained, in: &world, observer: &observer)
        }
        // Time without any client process is not a part of the round.
        var record = result.record(
            evaluated.test, seconds: world.seconds - started - waitedSeconds)
        if prepared.hasDrift { record.dataPhase = prepared.phaseIndex(of: Int(round)) }
        try observer.committed(record, reports, evaluated.clients)
        state.add(record, evaluated.clients, observer.positions)
        warn(of: record, &observer)
        if let outcome = result.outcome {
            for text in state.watches.record(record, outcome, reports) { observer.warn(text) }
        }
        if let problem = divergence(of: evaluated) {
            throw RunStopped.diverged(
                "round \(round): \(problem) at global rate \(record.decision.globalRate); lower"
                    + " server.learning_rate or client.learning_rate")
        }
        state.rounds = round + 1
        isCommitting = false
        try observer.ended(state)
    }

    /// Begins the round on the server, with the versions that its clients started from.
    private mutating func setStartVersions(_ round: UInt32) {
        startVersions.removeAll(keepingCapacity: true)
        var earlierRates: [UInt32: Double] = [:]
        if hasStaleness {
            for member in plan.members {
                let version = round - member.staleness
                startVersions[member.client] = version
                earlierRates[member.staleness] = state.versions[version]?.localRate
            }
        }
        state.server.begin(round: round, cohort: plan.members, earlierRates: earlierRates)
    }

    /// Returns the model that the client of the only update started from. It is nil if updates are
    /// aggregated, or if the client started from the global model.
    private var startOfModel: CarriedBody? {
        guard prepared.scenario.training.mode.mixing != nil, let report = reports.first,
            let version = startVersions[report.client], version != report.round
        else { return nil }
        return state.versions[version].map { .sent($0.vectors) }
    }

    /// Takes the server step. A void round takes none.
    private mutating func commit(_ round: UInt32, _ traffic: ClientTraffic) -> RoundResult {
        let start = startOfModel
        let outcome =
            reports.isEmpty
            ? nil : state.server.commit(round: round, reports, &state.clients, from: start)
        return RoundResult(round, plan, traffic, reports, failures, of: state.server, outcome)
    }

    private mutating func warn<O: RunObserver & ~Copyable>(
        of record: RoundRecord, _ observer: inout O
    ) {
        // Each of these warnings is given once, because a long run may have a thousand such rounds.
        if let first = failures.first, !state.hasWarnedOfDivergence {
            state.hasWarnedOfDivergence = true
            observer.warn(
                "\(first); the client is dropped from the round, and so are others that diverge"
                    + " (drops.csv has all)")
        }
        guard record.isVoid, !state.hasWarnedOfVoid else { return }
        state.hasWarnedOfVoid = true
        let counts = ClientDrop.counts { reason in record.drops.count { $0.reason == reason } }
        observer.warn(
            "round \(record.round): expected 1 update or more, found 0 (\(counts)); the round is"
                + " void: the model and the rates stay the same (rounds.csv marks void rounds)")
    }
}
