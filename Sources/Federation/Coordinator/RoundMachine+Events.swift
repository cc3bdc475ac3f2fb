extension RoundMachine {
    /// An event about a process or a task.
    public enum Event: Equatable, Sendable {
        /// A process is ready for tasks, for the first time or again.
        case joined(ProcessID)
        /// A process is lost, with all its tasks.
        case left(ProcessID)
        /// A process shows no sign of life. Its tasks are given to others. The first report of a
        /// task is used, because all reports of it have equal bits.
        case silent(ProcessID)
        /// A silent process shows signs of life again.
        case heard(ProcessID)
        /// A report of this task arrived.
        case reported(Assignment, from: ProcessID)
        /// A client's training diverged.
        case failed(ClientFailure, from: ProcessID)
        /// A process could not do a task, or its answer is not usable.
        case broken(TaskFault, from: ProcessID)
        /// The sum of the updates of a process arrived.
        case summed(SumReport, from: ProcessID)
    }

    /// A command to the coordinator loop.
    public enum Command: Equatable, Sendable {
        /// Send the model of the current work to a process that does not have it yet. With a
        /// version, send the model that the next task of the process starts from.
        case sendModel(to: ProcessID, version: UInt32? = nil)
        /// Send a task to a process. With `inSum` the process keeps the update and adds it to its
        /// sum of the round.
        case send(Assignment, to: ProcessID, inSum: Bool = false)
        /// Add the reported update to the aggregate, or the sums to the evaluation. With `inSum`
        /// the update is in the sum of its process, so that only the report is recorded.
        case add(Assignment, inSum: Bool = false)
        /// Ask a process for the sum of its updates of the round.
        case collect(from: ProcessID)
        /// Add the sum of a process, which has just arrived, to the aggregate.
        case addSum(from: ProcessID)
        /// Drop the sum of a process, which has just arrived.
        case ignoreSum(from: ProcessID)
        /// Forget the reports of these clients, because the sum with their updates is lost. Their
        /// tasks are given out again.
        case withdraw([UInt32])
        /// Drop the reported update and count it.
        case ignore(Assignment, IgnoredReason)
        /// Start the process again.
        case relaunch(ProcessID)
        /// A process failed at a task, which is given out again.
        case again(TaskFault, from: ProcessID)
        /// Replace a process that has failed at several tasks in a row, or send it away.
        case putOut(ProcessID, TaskFault)
        /// A client's training diverged. The round continues, so that the client that messages name
        /// does not depend on the order of arrival.
        case diverged(ClientFailure)
        /// Commit the round: every client has reported or diverged, or every part of the evaluation
        /// has reported.
        case commit(round: UInt32)
        /// End the run with this failure.
        case fail(RunFailure)
    }

    /// The reason why a report is not used.
    public enum IgnoredReason: Equatable, Sendable {
        /// The report belongs to another round, or to other work of this round.
        case anotherRound
        /// The client is not in the cohort.
        case notInCohort
        /// The task was given to another process, or it is complete: the report is a late
        /// duplicate.
        case notAssigned
    }

    /// The reason why a run ends early.
    public enum RunFailure: Error, Equatable, Sendable {
        /// The task of a client ended several processes.
        case clientLost(round: UInt32, client: UInt32, attempts: UInt32)
        /// A part of an evaluation ended several processes.
        case evaluationLost(round: UInt32, attempts: UInt32)
        /// Processes die again and again, and no task is finished in between.
        case processesDie(count: Int)
        /// A task was given out again and again, and no answer was usable.
        case broken(TaskFault, tries: UInt32)
    }
}

extension RoundMachine.RunFailure: CustomStringConvertible {
    /// The failure as a sentence: where it was, what was expected and found, and what to do.
    public var description: String {
        switch self {
        case .clientLost(let round, let client, let attempts):
            "round \(round), client \(client): expected a report, found that the task ended"
                + " \(attempts) client processes; read their last lines above"
        case .evaluationLost(let round, let attempts):
            "round \(round): expected sums of an evaluation, found that the task ended"
                + " \(attempts) client processes; read their last lines above"
        case .processesDie(let count):
            "client processes: expected one that finishes a task, found \(count) in a row that"
                + " ended before; read their last lines above"
        case .broken(let fault, let tries):
            "\(fault) (in each of \(tries) attempts);"
                + " this is a fault in hyperfed or in the client's build, not in the scenario,"
                + " please report it"
        }
    }
}
