import Datasets
package import Federation
import LearningRates
import LinearAlgebra
import Reporting
import Scenarios

/// Why a run ended before its last round.
package enum RunStopped: Error, CustomStringConvertible {
    /// Training or the global model is not finite any more.
    case diverged(String)
    /// Processes kept dying, or sent what can't be.
    case failed(String)
    /// A signal came.
    case interrupted(signal: Int32, round: UInt32)

    package var description: String {
        switch self {
        case .diverged(let reason), .failed(let reason): reason
        case .interrupted(_, let round): "interrupted in round \(round)"
        }
    }
}

/// What a loop tells while it runs.
package protocol RunObserver: ~Copyable {
    /// A round is committed; reports and evaluations are in client order.
    mutating func committed(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]) throws
    /// Something that a person should know.
    mutating func warn(_ text: String)
}

/// Runs the rounds of one run in a world: carries the machine's commands out, and the world's
/// happenings to the machine.
///
/// - Returns: the final global model, as it was evaluated.
package func runRounds<W: World & ~Copyable, O: RunObserver & ~Copyable>(
    _ prepared: PreparedRun, processes: Int, launches: Bool, in world: inout W,
    observer: inout O
) throws -> [Float] {
    var loop = CoordinatorLoop(prepared, launches: launches)
    if launches { for id in 0..<UInt32(processes) { try world.launch(id) } }
    for round in 0..<UInt32(prepared.scenario.training.rounds) {
        try loop.run(round, in: &world, observer: &observer)
    }
    return loop.server.evaluated
}

/// The state of a run between events.
struct CoordinatorLoop: ~Copyable {
    let prepared: PreparedRun
    /// Samples of each client, those that it trains on and all of them.
    private let sizes: [Int]
    let dealtSizes: [Int]
    let planner: CohortPlanner
    private let launches: Bool
    var server: ServerStep
    /// Made for the first evaluation that happens here.
    var evaluator: Evaluator?
    /// The evaluation that client processes share now.
    var evaluation: OpenEvaluation?
    var machine = RoundMachine()
    var commands: [RoundMachine.Command] = []
    /// What came and waits for the machine's decision.
    private var pending: Pending?
    /// Of this round, as they came.
    var reports: [ClientReport] = []
    /// The clients of this round whose training diverged, as they came.
    var failures: [ClientFailure] = []
    /// Who takes part in this round.
    var plan = CohortPlan()
    var localRate = 0.0
    /// What the server last decided; nil before the first round that was not void.
    var lastDecision: ServerDecision?
    /// Whether it was told that clients diverge and are dropped, and that a round was void.
    var hasToldOfDivergence = false
    var hasToldOfVoid = false
    /// The version of the model that was set last.
    var modelVersion: UInt32?
    /// What each client carries from round to round.
    var states: ClientStates<CarriedBody>
    var watches: RateWatches

    private enum Pending {
        case update(ClientReport, UpdateBody, carried: CarriedBody?, from: ProcessID)
        case evaluation(EvaluationReport)
    }

    init(_ prepared: PreparedRun, launches: Bool) {
        self.prepared = prepared
        self.launches = launches
        sizes = prepared.holdout.training.sizes
        dealtSizes = prepared.partition.sizes
        planner = prepared.cohortPlanner
        server = prepared.serverStep()
        states = ClientStates(keepsBoth: prepared.scenario.training.correction.advancesServer)
        watches = RateWatches(prepared.scenario)
    }

    /// Carries out what the machine wants and tells it what happens, until the work that was begun is
    /// complete.
    mutating func complete<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        var isComplete = try carryOut(round, in: &world, observer: &observer)
        var lastNews = world.seconds
        // Also where there is nothing to wait for: somebody may want the run to end.
        var onlyLooks = isComplete
        while !isComplete || onlyLooks {
            let happening = try world.next(milliseconds: onlyLooks ? 1 : 1000)
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
            case .reported(let report, let body, let carried, let id):
                pending = .update(report, body, carried: carried, from: id)
                let assignment = Assignment(
                    round: report.round, client: report.client, attempt: report.attempt)
                machine.handle(.reported(assignment, from: id), into: &commands)
            case .evaluated(let report, let id):
                pending = .evaluation(report)
                let assignment = Assignment(
                    .evaluation, round: report.round, client: report.number,
                    attempt: report.attempt)
                machine.handle(.reported(assignment, from: id), into: &commands)
            case .signal(let signal): throw RunStopped.interrupted(signal: signal, round: round)
            case .timeout: break
            }
            isComplete = try carryOut(round, in: &world, observer: &observer) || onlyLooks
            onlyLooks = false
        }
    }

    /// Carries the machine's commands out; true when the work is complete.
    private mutating func carryOut<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws -> Bool {
        defer { commands.removeAll(keepingCapacity: true) }
        var isComplete = false
        for command in commands {
            switch command {
            case .sendModel(let id): try world.sendModel(to: id)
            case .send(let assignment, let id): try send(assignment, to: id, in: &world)
            case .add:
                switch pending {
                case .update(let report, let body, let carried, let id):
                    try add(report, body, carried)
                    world.release(body, from: id)
                case .evaluation(let report): try add(report)
                case nil: continue
                }
                pending = nil
            case .ignore(let assignment, let reason):
                if case .update(_, let body, _, let id) = pending { world.release(body, from: id) }
                pending = nil
                let what =
                    assignment.work == .training
                    ? "a report of client \(assignment.client)" : "a part of an evaluation"
                observer.warn(
                    "round \(round): dropped \(what) for round \(assignment.round) (\(reason))")
            case .relaunch(let id):
                if launches {
                    observer.warn("round \(round): client process \(id) died; starting it again")
                    try world.launch(id)
                } else {
                    observer.warn("round \(round): client process \(id) left")
                }
            case .diverged(let failure): failures.append(failure)
            case .commit: isComplete = true
            case .fail(let failure): throw RunStopped.failed("\(failure)")
            }
        }
        return isComplete
    }

    private mutating func send<W: World & ~Copyable>(
        _ assignment: Assignment, to id: ProcessID, in world: inout W
    ) throws {
        switch assignment.work {
        case .training:
            let state = states.state(of: assignment.client)
            let task = ClientTask(
                round: assignment.round, client: assignment.client, attempt: assignment.attempt,
                localRate: localRate, state: state.bytes, carriedVectors: state.vectorCount)
            try world.send(task, state.vectors, to: id)
        case .evaluation:
            guard let plan = evaluation?.plan else { return }
            let task = EvaluationTask(
                round: assignment.round, number: assignment.client, attempt: assignment.attempt,
                subject: plan.subject(assignment.client))
            try world.send(task, to: id)
        }
    }

    private mutating func add(
        _ report: ClientReport, _ body: UpdateBody, _ carried: CarriedBody?
    ) throws {
        // The partition knows how much each client counts; a report that differs is not of this run.
        guard Int(report.samples) == sizes[Int(report.client)] else {
            throw RunStopped.failed(
                "round \(report.round), client \(report.client): reported \(report.samples)"
                    + " samples, but owns \(sizes[Int(report.client)])")
        }
        do throws(ExactSum.OutOfGrid) {
            try Self.add(&server, body, report, localRate)
        } catch {
            failures.append(
                ClientFailure(
                    round: report.round, client: report.client, attempt: report.attempt,
                    step: report.steps, localRate: report.rates.last, reason: "\(error)"))
            return
        }
        states.note(report, carried)
        reports.append(report)
    }

    /// The clients with most samples first, so that no process is left with much at the end.
    func longestFirst(_ cohort: [UInt32]) -> [UInt32] {
        cohort.sorted {
            let (one, other) = (sizes[Int($0)], sizes[Int($1)])
            return one == other ? $0 < $1 : one > other
        }
    }

    private static func add(
        _ server: inout ServerStep, _ body: UpdateBody, _ report: ClientReport, _ sentRate: Double
    ) throws(ExactSum.OutOfGrid) {
        try body.withFloats { update throws(ExactSum.OutOfGrid) in
            try server.add(update, of: report, sentRate: sentRate)
        }
    }
}
