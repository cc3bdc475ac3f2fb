/// Decides which process does which task, and when a round is complete. It does no input or output
/// and reads no clock.
///
/// Events go in. Commands come out, into a buffer of the caller. The machine has no vectors and no
/// sockets, so tests can replay very many sequences of faults. Its result of a round is the *set*
/// of clients whose reports were added. The result does not depend on the processes or on the order
/// of arrival.
public struct RoundMachine: Sendable {
    /// The number of processes that a task may end before the run ends.
    public static let attemptLimit: UInt32 = 3
    /// The number of deaths in a row, without a finished task in between, that ends the run.
    public static let deathLimit = 5
    /// The number of times a task may be given out without a usable answer before the run ends.
    public static let faultLimit: UInt32 = 6
    /// The number of tasks in a row at which a process may fail before it is put out.
    public static let processFaultLimit = 3

    struct Process {
        /// The entries that the process has and did not answer, in the order in which it got them.
        var open: [Int] = []
        var hasModel = false
        /// The model version that was sent last, if tasks name the versions that they start from.
        var version: UInt32?
        /// Whether the process shows no sign of life. Then it gets no tasks, but its reports count.
        var isSilent = false
        /// Whether the process will be replaced. Then it gets no more tasks.
        var isOut = false
        /// Whether the process ever finished a task.
        var hasFinished = false
        /// The number of faults since the last finished task.
        var faults = 0
        /// Whether the process adds up the updates of this round.
        var sum = SumState.none
        /// Whether a sum of the process was lost, although the process was not. It gets no sum any
        /// more, so that its tasks are not done twice in each round.
        var losesSums = false

        var takesTasks: Bool { !isSilent && !isOut }
    }

    enum Status: Equatable {
        case waiting
        case given(ProcessID)
        /// The report arrived. The update is in the sum of the process, which did not arrive yet.
        case summed(ProcessID)
        case done
    }

    struct Holder: Equatable {
        let process: ProcessID
        let attempt: UInt32
    }

    struct Entry {
        let client: UInt32
        /// The model version that the task starts from; nil for the model of the current work.
        var version: UInt32?
        var attempt: UInt32 = 0
        /// The number of processes that died while they worked on the task.
        var deaths: UInt32 = 0
        /// The number of answers that were not usable.
        var faults: UInt32 = 0
        var status = Status.waiting
        /// Whether the update of the last attempt goes into the sum of its process.
        var inSum = false
        /// The silent process that had the task before. A report of that attempt is still usable.
        var earlier: Holder?
        /// The process that failed at the task last. The task goes to another process if there is
        /// one.
        var avoided: ProcessID?
    }

    /// The changes at the end of a task. They are undone if the report is not usable.
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
    /// The version of the model of the current work, which is the number of rounds that made it.
    private var modelVersion: UInt32?
    var entries: [Entry] = []
    var indexOf: [UInt32: Int] = [:]
    /// The entries that wait for a process. The last one is given out next.
    var waiting: [Int] = []
    var remaining = 0
    var processes: [ProcessID: Process] = [:]
    /// The processes in ascending order, so that decisions do not depend on hashing.
    var processOrder: [ProcessID] = []
    var deathsInARow = 0
    var lastFinished: Finished?
    /// The entries of the sum that was added last, and its process.
    var lastSum: (process: ProcessID, indices: [Int])?
    /// Whether the processes with a sum were asked for it in this round.
    var hasAskedForSums = true
    var isOver = true

    /// Creates a machine without processes, before its first round.
    ///
    /// - Parameter launches: whether the coordinator starts the processes. Then each death counts.
    ///   Of processes that others start, a death counts only after a finished task.
    public init(launches: Bool = true) { self.launches = launches }

    /// The number of connected processes.
    public var processCount: Int { processOrder.count }

    /// The number of processes that accept tasks.
    public var readyCount: Int { processOrder.count { processes[$0]?.takesTasks == true } }

    /// Whether the current work is complete, or the run is over.
    public var isComplete: Bool { isOver }

    /// Starts the training of a round, or the evaluation after it.
    ///
    /// The next round starts from the model of this round. So a process that evaluated the model
    /// has it already, unless the evaluation uses a model with its own version.
    ///
    /// - Parameters:
    ///   - modelVersion: the version of the model of this work. Nil means the number of rounds that
    ///     made it.
    ///   - cohort: the clients, or the tasks of an evaluation, in the order in which they are given
    ///     out. The longest work comes first, so that no process has much work at the end.
    ///   - versions: the model versions that the tasks start from, in the order of `cohort`. It is
    ///     empty if all tasks start from the model of this work.
    ///   - sums: whether each process adds up the updates of its tasks, and sends the sum.
    public mutating func begin(
        _ work: Work = .training, round: UInt32, modelVersion givenVersion: UInt32? = nil,
        cohort: [UInt32], versions: [UInt32] = [], sums: Bool = false,
        into commands: inout [Command]
    ) {
        precondition(isOver, "round \(round) begins before round \(self.round) is complete")
        self.work = work
        self.round = round
        entries = cohort.map { Entry(client: $0) }
        for (index, version) in versions.enumerated() { entries[index].version = version }
        indexOf = Dictionary(uniqueKeysWithValues: cohort.enumerated().map { ($1, $0) })
        waiting = Array(cohort.indices.reversed())
        remaining = cohort.count
        isOver = false
        (lastFinished, lastSum) = (nil, nil)
        beginSums(sums)
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
        case .silent(let id): fallSilent(id, into: &commands)
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
        case .summed(let sum, let id):
            hear(id)
            collect(sum, from: id, into: &commands)
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
        let inSum = isInSum(assignment.client, of: id)
        finish(
            assignment.client, of: id, with: .add(assignment, inSum: inSum), inSum: inSum,
            into: &commands)
    }

    private mutating func finish(
        _ client: UInt32, of id: ProcessID, with command: Command, inSum: Bool = false,
        into commands: inout [Command]
    ) {
        guard let index = indexOf[client] else { return }
        let process = processes[id] ?? Process()
        lastFinished = Finished(
            index: index, process: id, deathsInARow: deathsInARow,
            hadFinished: process.hasFinished, faults: process.faults)
        // Another process that has the task continues with it, and its report will be dropped.
        switch entries[index].status {
        case .given(let holder): processes[holder]?.open.removeAll { $0 == index }
        case .waiting: waiting.removeAll { $0 == index }
        case .summed, .done: break
        }
        if let earlier = entries[index].earlier {
            processes[earlier.process]?.open.removeAll { $0 == index }
            entries[index].earlier = nil
        }
        entries[index].status = inSum ? .summed(id) : .done
        processes[id]?.hasFinished = true
        processes[id]?.faults = 0
        if !inSum { remaining -= 1 }
        deathsInARow = 0
        // The next task is sent before the update is added, so that the process does not wait.
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
        // Only an open task has an earlier holder.
        let holder = Holder(process: id, attempt: assignment.attempt)
        return entry.earlier == holder ? nil : .notAssigned
    }

    /// Gives tasks to the processes that have time for them, and asks for sums after the last task.
    mutating func giveOut(into commands: inout [Command]) {
        giveTasks(into: &commands)
        askForSums(into: &commands)
    }

    /// Gives one task to each process. A process gets a second task in advance while more tasks
    /// wait than there are processes. So no process waits for a message, and the last tasks are
    /// spread evenly.
    private mutating func giveTasks(into commands: inout [Command]) {
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
        func isPossible(_ index: Int) -> Bool { isAlone || entries[index].avoided != id }
        // A task of the version that the process has needs no model.
        let version = processes[id]?.version
        let next =
            waiting.lastIndex { isPossible($0) && entries[$0].version == version }
            ?? waiting.lastIndex(where: isPossible)
        return next.map { waiting.remove(at: $0) }
    }

    private mutating func send(_ index: Int, to id: ProcessID, into commands: inout [Command]) {
        if let version = entries[index].version {
            if processes[id]?.version != version {
                commands.append(.sendModel(to: id, version: version))
                processes[id]?.version = version
            }
        } else if processes[id]?.hasModel != true {
            commands.append(.sendModel(to: id))
            processes[id]?.hasModel = true
        }
        if entries[index].earlier?.process == id {
            processes[id]?.open.removeAll { $0 == index }
            entries[index].earlier = nil
        }
        entries[index].attempt += 1
        entries[index].status = .given(id)
        entries[index].inSum = addsToSum(entries[index], of: id)
        processes[id]?.open.append(index)
        commands.append(
            .send(
                Assignment(
                    work, round: round, client: entries[index].client,
                    attempt: entries[index].attempt), to: id, inSum: entries[index].inSum))
    }

    mutating func completeIfDone(into commands: inout [Command]) {
        guard remaining == 0, !isOver else { return }
        isOver = true
        commands.append(.commit(round: round))
    }
}
