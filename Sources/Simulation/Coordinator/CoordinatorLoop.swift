import Datasets
import Federation
import LearningRates
import LinearAlgebra
import Reporting
import Scenarios

/// Runs the rounds of one run in a world, from the first to the last.
///
/// - Returns: the final global model, as it was evaluated.
package func runRounds<W: World & ~Copyable, O: RunObserver & ~Copyable>(
    _ prepared: PreparedRun, processes: Int, launches: Bool, in world: inout W,
    observer: inout O
) throws -> [Float] {
    var loop = CoordinatorLoop(prepared, RunState(prepared), launches: launches)
    return try loop.run(processes: processes, in: &world, observer: &observer)
}

/// Leads the rounds of one run: carries the machine's commands out, and gives the world's events to
/// the machine.
///
/// All that a run remembers between rounds is in `state`. The other variables are about the round
/// under way, about processes, or caches.
package struct CoordinatorLoop: ~Copyable {
    let prepared: PreparedRun
    let planner: CohortPlanner
    let launches: Bool
    package internal(set) var state: RunState
    /// The evaluator of this process; made for its first evaluation.
    var evaluator: Evaluator?
    /// The evaluation that client processes share now.
    var evaluation: OpenEvaluation?
    var machine: RoundMachine
    var commands: [RoundMachine.Command] = []
    /// The report that waits for the machine's decision.
    var pending: Pending?
    /// Processes whose end was announced before they left.
    var announced: Set<ProcessID> = []
    var patience = Patience()
    /// Whether there ever was a process to give tasks to.
    var hasHadProcesses = false
    /// Seconds of this round in which there was no process to give tasks to.
    var waitedSeconds = 0.0
    /// The reports of this round, in the order of arrival until the commit.
    var reports: [ClientReport] = []
    /// The clients of this round whose training diverged.
    var failures: [ClientFailure] = []
    /// Which clients take part in this round.
    var plan = CohortPlan()
    /// The version of the model that was set last.
    var modelVersion: UInt32?

    enum Pending {
        case update(ClientReport, UpdateBody, carried: CarriedBody?, from: ProcessID)
        case evaluation(EvaluationReport, from: ProcessID)
    }

    /// - Parameters:
    ///   - state: that of a run of this scenario: a new one, or one that was restored.
    ///   - launches: whether the world starts the client processes.
    package init(_ prepared: PreparedRun, _ state: consuming RunState, launches: Bool) {
        self.prepared = prepared
        self.state = state
        self.launches = launches
        machine = RoundMachine(launches: launches)
        planner = prepared.cohortPlanner
    }

    /// Starts the client processes and runs the rounds that are left. It is called once.
    ///
    /// - Parameter end: how many rounds are over when it returns; all of the run where nil.
    /// - Returns: the global model after them, as it is evaluated.
    package mutating func run<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        until end: Int? = nil, processes: Int, in world: inout W, observer: inout O
    ) throws -> [Float] {
        if launches { for id in 0..<UInt32(processes) { try Self.launch(id, in: &world) } }
        while Int(state.rounds) < end ?? prepared.scenario.training.rounds {
            try run(state.rounds, in: &world, observer: &observer)
        }
        return state.server.evaluated
    }

    /// Carries out the machine's commands and gives it the world's events, until the work that was
    /// begun is complete.
    mutating func complete<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        var isComplete = try carryOut(round, in: &world, observer: &observer)
        patience.begin(at: world.seconds)
        // Even without a task to wait for, a signal may ask for the end of the run.
        var onlyLooks = isComplete
        while !isComplete || onlyLooks {
            let before = world.seconds
            let isDeserted = !launches && machine.readyCount == 0
            let happening = try world.nextEvent(timeoutMilliseconds: onlyLooks ? 1 : 1000)
            if isDeserted { waitedSeconds += world.seconds - before }
            if case .timeout = happening {
                if let waited = patience.timeout(at: world.seconds) {
                    observer.warn(waiting(round, waited, in: world))
                }
            } else {
                patience.begin(at: world.seconds)
            }
            try handle(happening, round, in: &world, observer: &observer)
            isComplete = try carryOut(round, in: &world, observer: &observer) || onlyLooks
            onlyLooks = false
        }
    }

    private mutating func handle<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ happening: CoordinatorEvent, _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        switch happening {
        case .joined(let id):
            hasHadProcesses = true
            machine.handle(.joined(id), into: &commands)
        case .left(let id): machine.handle(.left(id), into: &commands)
        case .silent(let id, let silence):
            observer.warn(text(of: silence, id, round, in: world))
            if launches, case .noSign = silence { announced.insert(id) }
            machine.handle(.silent(id), into: &commands)
        case .heard(let id): machine.handle(.heard(id), into: &commands)
        case .broken(let fault, let id): machine.handle(.broken(fault, from: id), into: &commands)
        case .failed(let failure, let id):
            machine.handle(.failed(failure, from: id), into: &commands)
        case .reported(let report, let body, let carried, let id):
            pending = .update(report, body, carried: carried, from: id)
            machine.handle(.reported(report.task, from: id), into: &commands)
        case .evaluated(let report, let id):
            pending = .evaluation(report, from: id)
            machine.handle(.reported(report.task, from: id), into: &commands)
        case .signal(let signal): throw RunStopped.interrupted(signal: signal, round: round)
        case .timeout: break
        }
    }

    mutating func send<W: World & ~Copyable>(
        _ assignment: Assignment, to id: ProcessID, in world: inout W
    ) throws {
        switch assignment.work {
        case .training:
            let carried = state.clients.state(of: assignment.client)
            let task = ClientTask(
                round: assignment.round, client: assignment.client, attempt: assignment.attempt,
                localRate: state.server.localRate, state: carried.bytes,
                carriedVectors: carried.vectorCount)
            try world.send(task, carried.vectors, to: id)
        case .evaluation:
            guard let plan = evaluation?.plan else { return }
            let task = EvaluationTask(
                round: assignment.round, number: assignment.client, attempt: assignment.attempt,
                subject: plan.subject(assignment.client))
            try world.send(task, to: id)
        }
    }

    mutating func add(
        _ report: ClientReport, _ body: UpdateBody, _ carried: CarriedBody?
    ) throws(TaskFault) {
        if let problem = problem(with: report) { throw TaskFault(report.task, problem) }
        do throws(ExactSum.OutOfGrid) {
            try Self.add(&state.server, body, report)
        } catch {
            // The client has made sure that its update is finite: if it is not, it is not the same.
            if body.hasOnlyNumbers {
                failures.append(ClientFailure(report, "\(error)"))
                return
            }
            throw TaskFault(
                report.task,
                "expected an update of finite numbers, as the client reported it, found others")
        }
        state.clients.record(report, carried)
        reports.append(report)
    }

    /// The clients with most samples first, so that no process is left with much at the end.
    func longestFirst(_ cohort: [UInt32]) -> [UInt32] {
        let population = prepared.holdout.training
        return cohort.sorted {
            let (one, other) = (population.size(of: Int($0)), population.size(of: Int($1)))
            return one == other ? $0 < $1 : one > other
        }
    }

    private static func add(
        _ server: inout UpdateAggregator, _ body: UpdateBody, _ report: ClientReport
    ) throws(ExactSum.OutOfGrid) {
        try body.withFloats { update throws(ExactSum.OutOfGrid) in
            try server.add(update, of: report)
        }
    }
}
