import Datasets
import Federation
import LearningRates
import LinearAlgebra
import Reporting
import Scenarios

/// Executes the rounds of one run in a world, from the first to the last.
///
/// - Returns: the final global model, as it was evaluated.
package func runRounds<W: World & ~Copyable, O: RunObserver & ~Copyable>(
    _ prepared: PreparedRun, processes: Int, launches: Bool, in world: inout W,
    observer: inout O
) throws -> [Float] {
    var loop = CoordinatorLoop(prepared, RunState(prepared), launches: launches)
    return try loop.run(processes: processes, in: &world, observer: &observer)
}

/// Leads the rounds of one run. The loop executes the commands of the machine and passes the events
/// of the world to the machine.
///
/// The run state between rounds is in `state`. The other variables are about the current round or
/// about processes, or they are caches.
package struct CoordinatorLoop: ~Copyable {
    let prepared: PreparedRun
    let launches: Bool
    /// The number of test predictions of each class; empty if classes are not counted.
    let testClassCounts: [Int]
    package internal(set) var state: RunState
    /// The evaluator of this process. It is made for the first evaluation.
    var evaluator: Evaluator?
    /// The phase of the data that the evaluator has.
    var evaluatorPhase = 0
    /// The evaluation that client processes work on now.
    var evaluation: OpenEvaluation?
    var machine: RoundMachine
    var commands: [RoundMachine.Command] = []
    /// The report for which the machine has not decided yet.
    var pending: Pending?
    /// Processes whose end was reported before they left.
    var announced: Set<ProcessID> = []
    var patience = Patience()
    /// Whether any process was ready for tasks so far.
    var hasHadProcesses = false
    /// The seconds of this round in which no process was ready for tasks.
    var waitedSeconds = 0.0
    /// The reports of this round. They are in order of arrival until the commit sorts them.
    var reports: [ClientReport] = []
    /// The clients of this round whose training diverged.
    var failures: [ClientFailure] = []
    /// The clients that take part in this round.
    var plan = CohortPlan()
    /// The model versions that the clients of this round started from; empty in synchronous rounds.
    var startVersions: [UInt32: UInt32] = [:]
    /// The version of the model that was set last.
    var modelVersion: UInt32?
    /// Whether the server step of a round was taken, but the round is not complete. The state then
    /// belongs to no round and must not be saved.
    package internal(set) var isCommitting = false
    /// The faults so far that the loop itself counts.
    package internal(set) var faults = FaultCounts()
    /// The number of late reports in this round.
    var lateReports = 0
    /// The signal that arrived during a commit, and the time until which the commit may continue.
    var interruption: (signal: Int32, until: Double)?

    enum Pending {
        case update(ClientReport, UpdateBody, carried: CarriedBody?, from: ProcessID)
        case evaluation(EvaluationReport, from: ProcessID)
        case sum(SumReport, UpdateBody, from: ProcessID)
    }

    /// Creates the loop of one run.
    ///
    /// - Parameters:
    ///   - state: the run state of this scenario, either new or restored.
    ///   - launches: whether the world starts the client processes.
    package init(_ prepared: PreparedRun, _ state: consuming RunState, launches: Bool) {
        self.prepared = prepared
        self.state = state
        self.launches = launches
        testClassCounts = prepared.countsClasses ? prepared.testClassCounts : []
        machine = RoundMachine(launches: launches)
    }

    /// A run that ends within this time is not worth the start of more processes than cores.
    private static let secondsOfShortRun = 1.0

    /// Starts the client processes and executes the remaining rounds. It is called once.
    ///
    /// - Parameters:
    ///   - end: the number of rounds after which it returns; nil means all rounds of the run.
    ///   - processes: the number of client processes, if the loop launches them.
    ///   - cores: the number of processor cores that they share, if there are more processes than
    ///     the cores need. A short run then starts only as many processes as cores.
    /// - Returns: the global model after these rounds, as it is evaluated.
    package mutating func run<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        until end: Int? = nil, processes: Int, cores: Int? = nil, in world: inout W,
        observer: inout O
    ) throws -> [Float] {
        let first = min(processes, cores ?? processes)
        if launches { for id in 0..<UInt32(first) { try Self.launch(id, in: &world) } }
        var later = first..<processes
        let started = world.seconds
        while Int(state.rounds) < end ?? prepared.scenario.training.rounds {
            if let interruption {
                throw RunStopped.interrupted(signal: interruption.signal, round: state.rounds)
            }
            if launches, !later.isEmpty, world.seconds - started > Self.secondsOfShortRun {
                for id in later { try Self.launch(UInt32(id), in: &world) }
                later = processes..<processes
            }
            try run(state.rounds, in: &world, observer: &observer)
        }
        return state.server.evaluated
    }

    /// Executes the machine's commands and passes the world's events to it, until the current work
    /// is complete.
    mutating func complete<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        var isComplete = try carryOut(round, in: &world, observer: &observer)
        patience.begin(at: world.seconds)
        // A signal may ask for the end of the run, even if no task is open. So read events once.
        var onlyLooks = isComplete
        while !isComplete || onlyLooks {
            let before = world.seconds
            let isDeserted = !launches && machine.readyCount == 0
            let happening = try world.nextEvent(timeoutMilliseconds: onlyLooks ? 1 : wait(before))
            if isDeserted { waitedSeconds += world.seconds - before }
            if case .timeout = happening {
                if let waited = patience.timeout(at: world.seconds) {
                    observer.warn(waiting(round, waited, in: world))
                }
            } else {
                patience.begin(at: world.seconds)
            }
            try handle(happening, round, in: &world, observer: &observer)
            if let interruption, world.seconds >= interruption.until {
                throw RunStopped.interrupted(signal: interruption.signal, round: round)
            }
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
            if case .overdue = silence {
                faults[.overdueTasks] += 1
            } else {
                faults[.silentProcesses] += 1
            }
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
        case .summed(let report, let body, let id):
            pending = .sum(report, body, from: id)
            machine.handle(.summed(report, from: id), into: &commands)
        case .signal(let signal): try interrupt(signal, round, at: world.seconds)
        case .timeout: break
        }
    }

    /// Ends the run. During a commit, the round gets one more second to complete.
    private mutating func interrupt(_ signal: Int32, _ round: UInt32, at now: Double) throws {
        guard isCommitting else { throw RunStopped.interrupted(signal: signal, round: round) }
        if interruption == nil { interruption = (signal, now + 1) }
    }

    /// Returns how many milliseconds the next wait may take.
    private func wait(_ now: Double) -> Int {
        guard let interruption else { return 1000 }
        return min(1000, max(1, Int((interruption.until - now) * 1000)))
    }

    mutating func send<W: World & ~Copyable>(
        _ assignment: Assignment, to id: ProcessID, inSum: Bool, in world: inout W
    ) throws {
        switch assignment.work {
        case .training:
            let carried = state.clients.state(of: assignment.client)
            let version = startVersions[assignment.client]
            let task = ClientTask(
                round: assignment.round, client: assignment.client, attempt: assignment.attempt,
                localRate: version.flatMap { state.versions[$0]?.localRate }
                    ?? state.server.localRate,
                state: carried.bytes, carriedVectors: carried.vectorCount,
                sumWeight: inSum ? weight(of: assignment.client, assignment.round) : nil)
            try world.send(task, carried.vectors, from: version, to: id)
        case .sum: break
        case .evaluation:
            guard let plan = evaluation?.plan else { return }
            let task = EvaluationTask(
                round: assignment.round, number: assignment.client, attempt: assignment.attempt,
                subject: plan.subject(assignment.client))
            try world.send(
                task, of: hasStaleness ? evaluatedVersion(assignment.round) : nil, to: id)
        }
    }

    /// Returns the cohort with the largest clients first, so that no process has much work at the
    /// end.
    func longestFirst(_ cohort: [UInt32], _ round: UInt32) -> [UInt32] {
        let population = prepared.phase(of: round).holdout.training
        // A size can be computed, so each is read once.
        return cohort.map { (client: $0, size: population.size(of: Int($0))) }.sorted {
            $0.size == $1.size ? $0.client < $1.client : $0.size > $1.size
        }.map(\.client)
    }
}
