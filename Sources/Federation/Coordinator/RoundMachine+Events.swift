extension RoundMachine {
    /// An event: what happened to a process or to a task.
    public enum Event: Equatable, Sendable {
        /// A process is ready for tasks, for the first time or again.
        case joined(ProcessID)
        /// A process is gone, with all it was working on.
        case left(ProcessID)
        /// A process shows no sign of life. Its tasks are given to others; whose report comes first
        /// is used, since their bits are equal.
        case silent(ProcessID)
        /// A silent process shows signs of life again.
        case heard(ProcessID)
        /// A report arrived.
        case reported(Assignment, from: ProcessID)
        /// A client's training diverged.
        case failed(ClientFailure, from: ProcessID)
        /// A process could not do a task, or its answer can't be used.
        case broken(TaskFault, from: ProcessID)
    }

    /// A command to the coordinator loop.
    public enum Command: Equatable, Sendable {
        /// Send the model of the work under way to a process that does not have it yet.
        case sendModel(to: ProcessID)
        /// Send a task to a process.
        case send(Assignment, to: ProcessID)
        /// Add the reported update to the aggregate, or the sums to the evaluation.
        case add(Assignment)
        /// Drop the reported update, count it.
        case ignore(Assignment, IgnoredReason)
        /// Start the process again.
        case relaunch(ProcessID)
        /// A process broke on a task, which is given out again.
        case again(TaskFault, from: ProcessID)
        /// A process has failed on one task after the other: replace it, or send it away.
        case putOut(ProcessID, TaskFault)
        /// A client's training diverged. The round goes on, so that which client is named in the
        /// end does not depend on who was first.
        case diverged(ClientFailure)
        /// Every client of the cohort has reported or diverged; every evaluation has reported.
        case commit(round: UInt32)
        /// End the run with this failure.
        case fail(RunFailure)
    }

    /// Why a report is not used.
    public enum IgnoredReason: Equatable, Sendable {
        /// It belongs to another round, or to other work for this one.
        case anotherRound
        /// The client is not in the cohort.
        case notInCohort
        /// The task was taken from that process, or is done: a late duplicate.
        case notAssigned
    }

    /// Why a run ends early.
    public enum RunFailure: Error, Equatable, Sendable {
        /// A client's task ended several processes.
        case clientLost(round: UInt32, client: UInt32, attempts: UInt32)
        /// A part of an evaluation ended several processes.
        case evaluationLost(round: UInt32, attempts: UInt32)
        /// Processes die again and again without finishing anything.
        case processesDie(count: Int)
        /// A task was given out again and again, and no answer could be used.
        case broken(TaskFault, tries: UInt32)
    }
}

extension RoundMachine.RunFailure: CustomStringConvertible {
    /// The failure as a sentence: where, what, and what would help.
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
            "\(fault) (in each of \(tries) attempts); this is a fault in hyperfed or in the"
                + " client's build, not in the scenario, please report it"
        }
    }
}
