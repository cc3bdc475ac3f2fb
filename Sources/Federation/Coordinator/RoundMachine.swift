/// Who does what, and when a round is complete: the coordinator's decisions without I/O, numbers or
/// time.
///
/// Events go in, commands come out, into a buffer of the caller's. The machine holds no vectors
/// and no sockets, so tests replay fault schedules by the hundred thousand. Its part of a round's
/// outcome is the *set* of clients whose reports were added; who did the work and in which order
/// they came leaves no trace in a result.
public struct RoundMachine: Sendable {
    /// A task that ended this many processes is not tried again.
    public static let attemptLimit: UInt32 = 3
    /// So many deaths in a row, with no finished task between them, end the run.
    public static let deathLimit = 5
    /// A task that was given out this many times without an answer that can be used ends the run.
    public static let faultLimit: UInt32 = 6
    /// A process that breaks on so many tasks in a row is put out.
    public static let processFaultLimit = 3

    struct Process {
        /// Entries that it has and was not heard of, in the order in which it got them.
        var open: [Int] = []
        var hasModel = false
        /// Whether it shows no sign of life: it gets no task, but what it reports counts.
        var isSilent = false
        /// Whether it is to be replaced: it gets no task any more.
        var isOut = false
        /// Whether it ever finished a task.
        var hasFinished = false
        /// Faults since its last finished task.
        var faults = 0

        var takesTasks: Bool { !isSilent && !isOut }
    }

    enum Status: Equatable {
        case waiting
        case given(ProcessID)
        case done
    }

    struct Holder: Equatable {
        let process: ProcessID
        let attempt: UInt32
    }

    struct Entry {
        let client: UInt32
        var attempt: UInt32 = 0
        /// Processes that died while they were working on it.
        var deaths: UInt32 = 0
        /// Answers that could not be used.
        var faults: UInt32 = 0
        var status = Status.waiting
        /// Who had it before and fell silent: a report of that attempt is still good.
        var earlier: Holder?
        /// Who broke on it last: it goes to another process where there is one.
        var avoided: ProcessID?
    }

    /// The changes that the end of a task made, to undo them if its report can't be used.
    struct Finished {
        let index: Int
        let process: ProcessID
        let deathsInARow: Int
        let hadFinished: Bool
        let faults: Int
    }

    let launches: Bool
    var work = Work.training
    var round: UInt32 = 0
    /// The model of the work under way, by the number of rounds that made it.
    private var modelVersion: UInt32?
    var entries: [Entry] = []
    var indexOf: [UInt32: Int] = [:]
    /// Entries that wait for a process; the next one to give out is the last.
    var waiting: [Int] = []
    var remaining = 0
    var processes: [ProcessID: Process] = [:]
    /// In ascending order, so that decisions don't depend on hashing.
    var processOrder: [ProcessID] = []
    var deathsInARow = 0
    var lastFinished: Finished?
    var isOver = true

    /// A machine without processes and before its first round.
    ///
    /// - Parameter launches: whether the coordinator starts the processes. Then each death counts;
    ///   of processes that others start, only that of one which had finished a task.
    public init(launches: Bool = true) { self.launches = launches }

    /// How many processes are there.
    public var processCount: Int { processOrder.count }

    /// How many processes are there to give tasks to.
    public var readyCount: Int { processOrder.count { processes[$0]?.takesTasks == true } }

    /// Whether the work that was begun is complete, or the run is over.
    public var isComplete: Bool { isOver }

    /// The clients, or the numbers of an evaluation's tasks, whose reports a process owes.
    public func owed(by id: ProcessID) -> [UInt32] {
        processes[id]?.open.map { entries[$0].client } ?? []
    }

    /// The processes that have tasks, in ascending order.
    public var busyProcesses: [ProcessID] {
        processOrder.filter { processes[$0]?.open.isEmpty == false }
    }

    /// Starts the training of a round, or the evaluation after it.
    ///
    /// The model after a round is the one that the next round starts from: a process that evaluated
    /// it has it already, unless the evaluation is of a model with a version of its own.
    ///
    /// - Parameters:
    ///   - modelVersion: of the model of this work; by default how many rounds made it.
    ///   - cohort: the clients in the order in which they are given out: the longest work first, so
    ///     that no process is left with much at the end. Of an evaluation, its tasks.
    public mutating func begin(
        _ work: Work = .training, round: UInt32, modelVersion givenVersion: UInt32? = nil,
        cohort: [UInt32], into commands: inout [Command]
    ) {
        precondition(isOver, "round \(round) begins before round \(self.round) is complete")
        self.work = work
        self.round = round
        entries = cohort.map { Entry(client: $0) }
        indexOf = Dictionary(uniqueKeysWithValues: cohort.enumerated().map { ($1, $0) })
        waiting = Array(cohort.indices.reversed())
        remaining = cohort.count
        isOver = false
        lastFinished = nil
        let version = givenVersion ?? (work == .training ? round : round + 1)
        if version != modelVersion {
            for id in processOrder { processes[id]?.hasModel = false }
        }
        modelVersion = version
        giveOut(into: &commands)
        completeIfDone(into: &commands)
    }

    /// Handles one event and appends the commands that follow from it.
    public mutating func handle(_ event: Event, into commands: inout [Command]) {
        switch event {
        case .joined(let id): join(id, into: &commands)
        case .left(let id): leave(id, into: &commands)
        case .silent(let id): fallSilent(id)
        case .heard(let id): hear(id)
        case .reported(let assignment, let id):
            hear(id)
            report(assignment, from: id, into: &commands)
        case .failed(let failure, let id):
            hear(id)
            guard check(failure.task, from: id) == nil else { break }
            finish(failure.client, of: id, with: .diverged(failure), into: &commands)
        case .broken(let fault, let id):
            hear(id)
            fail(fault, from: id, into: &commands)
        }
        giveOut(into: &commands)
    }

    private mutating func report(
        _ assignment: Assignment, from id: ProcessID, into commands: inout [Command]
    ) {
        if let reason = check(assignment, from: id) {
            commands.append(.ignore(assignment, reason))
            return
        }
        finish(assignment.client, of: id, with: .add(assignment), into: &commands)
    }

    private mutating func finish(
        _ client: UInt32, of id: ProcessID, with command: Command, into commands: inout [Command]
    ) {
        guard let index = indexOf[client] else { return }
        let process = processes[id] ?? Process()
        lastFinished = Finished(
            index: index, process: id, deathsInARow: deathsInARow,
            hadFinished: process.hasFinished, faults: process.faults)
        // Whoever else has it may go on; the report will be dropped.
        switch entries[index].status {
        case .given(let holder): processes[holder]?.open.removeAll { $0 == index }
        case .waiting: waiting.removeAll { $0 == index }
        case .done: break
        }
        if let earlier = entries[index].earlier {
            processes[earlier.process]?.open.removeAll { $0 == index }
            entries[index].earlier = nil
        }
        entries[index].status = .done
        processes[id]?.hasFinished = true
        processes[id]?.faults = 0
        remaining -= 1
        deathsInARow = 0
        // The next task goes out before the update is added: the process does not wait for that.
        giveOut(into: &commands)
        commands.append(command)
        completeIfDone(into: &commands)
    }

    func check(_ assignment: Assignment, from id: ProcessID) -> IgnoredReason? {
        guard !isOver, assignment.work == work, assignment.round == round else {
            return .anotherRound
        }
        guard let index = indexOf[assignment.client] else { return .notInCohort }
        let entry = entries[index]
        if entry.status == .given(id), entry.attempt == assignment.attempt { return nil }
        let holder = Holder(process: id, attempt: assignment.attempt)
        return entry.status != .done && entry.earlier == holder ? nil : .notAssigned
    }

    /// One task for each process; a second one in advance while more wait than there are processes,
    /// so that nobody waits for the wire and the last tasks still spread evenly.
    mutating func giveOut(into commands: inout [Command]) {
        guard !isOver, !waiting.isEmpty else { return }
        let ready = readyCount
        for depth in 0..<2 {
            for id in processOrder {
                if waiting.isEmpty || (depth == 1 && waiting.count <= ready) { return }
                guard let process = processes[id], process.takesTasks,
                    process.open.count == depth,
                    let index = nextWaiting(for: id, isAlone: ready == 1)
                else { continue }
                send(index, to: id, into: &commands)
            }
        }
    }

    private mutating func nextWaiting(for id: ProcessID, isAlone: Bool) -> Int? {
        waiting.lastIndex { isAlone || entries[$0].avoided != id }.map { waiting.remove(at: $0) }
    }

    private mutating func send(_ index: Int, to id: ProcessID, into commands: inout [Command]) {
        if processes[id]?.hasModel != true {
            commands.append(.sendModel(to: id))
            processes[id]?.hasModel = true
        }
        if entries[index].earlier?.process == id {
            processes[id]?.open.removeAll { $0 == index }
            entries[index].earlier = nil
        }
        entries[index].attempt += 1
        entries[index].status = .given(id)
        processes[id]?.open.append(index)
        commands.append(
            .send(
                Assignment(
                    work, round: round, client: entries[index].client,
                    attempt: entries[index].attempt), to: id))
    }

    private mutating func completeIfDone(into commands: inout [Command]) {
        guard remaining == 0, !isOver else { return }
        isOver = true
        commands.append(.commit(round: round))
    }
}
