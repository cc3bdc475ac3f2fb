import Datasets
package import Federation
import LearningRates
import LinearAlgebra
import Reporting
import Scenarios

/// Why a run ended before its last round.
package enum RunStopped: Error, CustomStringConvertible {
    /// Something diverged, or processes kept dying.
    case failed(String)
    /// A signal came.
    case interrupted(signal: Int32, round: UInt32)

    package var description: String {
        switch self {
        case .failed(let reason): reason
        case .interrupted(_, let round): "interrupted in round \(round)"
        }
    }
}

/// What a loop tells while it runs.
package protocol RunObserver: ~Copyable {
    /// A round is committed; the reports are in client order.
    mutating func committed(_ record: RoundRecord, _ reports: [ClientReport]) throws
    /// Something that a person should know.
    mutating func warn(_ text: String)
}

/// Runs the rounds of one run in a world: carries the machine's commands out, and the world's
/// happenings to the machine.
///
/// - Returns: the final global model.
package func runRounds<W: World & ~Copyable, O: RunObserver & ~Copyable>(
    _ prepared: PreparedRun, processes: Int, launches: Bool, in world: inout W,
    observer: inout O
) throws -> [Float] {
    var loop = CoordinatorLoop(prepared)
    if launches { for id in 0..<UInt32(processes) { try world.launch(id) } }
    for round in 0..<UInt32(prepared.scenario.training.rounds) {
        try loop.run(round, launches: launches, in: &world, observer: &observer)
    }
    return loop.server.weights
}

/// The state of a run between events.
struct CoordinatorLoop: ~Copyable {
    private let scenario: Scenario
    private let sizes: [Int]
    private(set) var server: ServerStep
    private var evaluator: Evaluator
    private var machine = RoundMachine()
    private var commands: [RoundMachine.Command] = []
    private var reports: [ClientReport] = []
    private var localRate = 0.0
    /// The first client of this round, in client order, whose training diverged.
    private var divergence: ClientFailure?
    /// What each client carries from round to round; looked up only, so its order does not matter.
    private var states: [UInt32: [UInt8]] = [:]
    private var serverWatch: RateWatch
    private var clientWatch: RateWatch

    init(_ prepared: PreparedRun) {
        scenario = prepared.scenario
        sizes = prepared.partition.sizes
        server = prepared.serverStep()
        evaluator = Evaluator(network: prepared.network, dataset: prepared.dataset)
        let adaptsLocal = scenario.server.scheduler.adaptedRate == .local
        serverWatch = RateWatch(
            scheduler: scenario.server.schedulerKind, form: scenario.server.scheduler.form,
            rate: adaptsLocal ? "local rate" : "global rate",
            start: adaptsLocal ? scenario.client.learningRate : scenario.server.learningRate)
        clientWatch = RateWatch(
            scheduler: scenario.client.schedulerKind, form: scenario.client.scheduler.form,
            rate: "local rate", start: scenario.client.learningRate)
    }

    /// One round, from the draw of its cohort to its commit.
    mutating func run<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, launches: Bool, in world: inout W, observer: inout O
    ) throws {
        let started = world.seconds
        localRate = server.localRate(round: round)
        reports.removeAll(keepingCapacity: true)
        divergence = nil
        let cohort = Cohort.draw(
            seed: scenario.seed, round: round, clients: scenario.clients.count,
            size: scenario.clients.perRound)
        let sends = server.hasMovement && scenario.client.scheduler.needsMovement
        try Self.setModel(of: server, round, hasMovement: sends, in: &world)
        machine.begin(round: round, cohort: longestFirst(cohort), into: &commands)
        var pending: (report: ClientReport, body: UpdateBody, from: ProcessID)?
        var isCommitted = try carryOut(
            round, &pending, launches: launches, in: &world, observer: &observer)
        var lastNews = world.seconds
        while !isCommitted {
            let happening = try world.next(milliseconds: 1000)
            if case .timeout = happening {
                if world.seconds - lastNews > 30 {
                    observer.warn(
                        "round \(round): no client process has reported for 30 s; waiting on")
                    lastNews = world.seconds
                }
            } else {
                lastNews = world.seconds
            }
            switch happening {
            case .joined(let id): machine.handle(.joined(id), into: &commands)
            case .left(let id): machine.handle(.left(id), into: &commands)
            case .failed(let failure, let id):
                machine.handle(.failed(failure, from: id), into: &commands)
            case .reported(let report, let body, let id):
                pending = (report, body, id)
                machine.handle(
                    .reported(
                        Assignment(
                            round: report.round, client: report.client, attempt: report.attempt),
                        from: id), into: &commands)
            case .signal(let signal): throw RunStopped.interrupted(signal: signal, round: round)
            case .timeout: break
            }
            isCommitted = try carryOut(
                round, &pending, launches: launches, in: &world, observer: &observer)
        }
        try commit(round, started: started, in: &world, observer: &observer)
    }

    /// Carries the machine's commands out; true when the round is complete.
    private mutating func carryOut<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32,
        _ pending: inout (report: ClientReport, body: UpdateBody, from: ProcessID)?,
        launches: Bool, in world: inout W, observer: inout O
    ) throws -> Bool {
        defer { commands.removeAll(keepingCapacity: true) }
        var isCommitted = false
        for command in commands {
            switch command {
            case .sendModel(let id): try world.sendModel(to: id)
            case .send(let assignment, let id):
                let task = ClientTask(
                    round: assignment.round, client: assignment.client,
                    attempt: assignment.attempt, localRate: localRate,
                    state: states[assignment.client] ?? [])
                try world.send(task, to: id)
            case .add:
                guard let (report, body, id) = pending else { continue }
                try add(report, body)
                world.release(body, from: id)
                pending = nil
            case .ignore(let assignment, let reason):
                if let (_, body, id) = pending { world.release(body, from: id) }
                pending = nil
                observer.warn(
                    "round \(round): dropped a report of client \(assignment.client) for round"
                        + " \(assignment.round) (\(reason))")
            case .relaunch(let id):
                if launches {
                    observer.warn("round \(round): client process \(id) died; starting it again")
                    try world.launch(id)
                } else {
                    observer.warn("round \(round): client process \(id) left")
                }
            case .diverged(let failure): note(failure)
            case .commit:
                if let divergence { throw RunStopped.failed("\(divergence)") }
                isCommitted = true
            case .fail(let failure): throw RunStopped.failed("\(failure)")
            }
        }
        return isCommitted
    }

    private mutating func add(_ report: ClientReport, _ body: UpdateBody) throws {
        // The partition knows how much each client counts; a report that differs is not of this run.
        guard Int(report.samples) == sizes[Int(report.client)] else {
            throw RunStopped.failed(
                "round \(report.round), client \(report.client): reported \(report.samples)"
                    + " samples, but owns \(sizes[Int(report.client)])")
        }
        let weight = scenario.server.weighting.weight(samples: report.samples)
        do throws(ExactSum.OutOfGrid) {
            try Self.add(&server, body, weight)
        } catch {
            note(
                ClientFailure(
                    round: report.round, client: report.client, attempt: report.attempt,
                    step: report.steps, localRate: report.rates.last, reason: "\(error)"))
        }
        if !report.state.isEmpty { states[report.client] = report.state }
        reports.append(report)
    }

    private mutating func note(_ failure: ClientFailure) {
        if failure.client < divergence?.client ?? .max { divergence = failure }
    }

    private mutating func commit<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, started: Double, in world: inout W, observer: inout O
    ) throws {
        let outcome = server.commit(round: round)
        // Sums over clients run in client order, whatever order the reports came in.
        reports.sort { $0.client < $1.client }
        let isDue = scenario.evaluation.isDue(
            round: Int(round), of: scenario.training.rounds)
        let result = isDue ? Self.evaluate(&evaluator, server) : nil
        let record = RoundRecord(
            round, outcome, reports, localRate: localRate, result: result,
            weighting: scenario.server.weighting, seconds: world.seconds - started)
        try observer.committed(record, reports)
        let rates = [record.localRateSmallest, record.localRateLargest]
        let isLocal = scenario.server.scheduler.adaptedRate == .local
        let serverRate = isLocal ? server.localRate(round: round + 1) : outcome.globalRate
        if let text = serverWatch.note(
            rates: [serverRate], saturatedAtOnce: round == 1 && outcome.change?.bound != nil)
        {
            observer.warn(text)
        }
        let saturated = reports.contains { $0.rates.saturatedAtOnce }
        if let text = clientWatch.note(rates: rates, saturatedAtOnce: saturated) {
            observer.warn(text)
        }
        if let loss = result?.loss, !loss.isFinite {
            throw RunStopped.failed(
                "round \(round): the test loss of the global model is \(loss) at global rate"
                    + " \(outcome.globalRate); lower server.learning_rate or client.learning_rate")
        }
    }

    /// The clients with most samples first, so that no process is left with much at the end.
    private func longestFirst(_ cohort: [UInt32]) -> [UInt32] {
        cohort.sorted {
            let (one, other) = (sizes[Int($0)], sizes[Int($1)])
            return one == other ? $0 < $1 : one > other
        }
    }

    private static func setModel<W: World & ~Copyable>(
        of server: borrowing ServerStep, _ round: UInt32, hasMovement: Bool, in world: inout W
    ) throws {
        try world.setModel(version: round, hasMovement: hasMovement) { weights, movement in
            server.write(weights: &weights)
            if hasMovement { server.write(movement: &movement) }
        }
    }

    private static func add(_ server: inout ServerStep, _ body: UpdateBody, _ weight: UInt32)
        throws(ExactSum.OutOfGrid)
    {
        try body.withFloats { update throws(ExactSum.OutOfGrid) in
            try server.add(update, weight: weight)
        }
    }

    private static func evaluate(_ evaluator: inout Evaluator, _ server: borrowing ServerStep)
        -> Evaluator.Result?
    {
        server.withWeights { evaluator.evaluate($0) }
    }
}
