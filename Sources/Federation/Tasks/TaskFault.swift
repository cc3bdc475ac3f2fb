/// Why a process could not do a task, or why its answer can't be used: something of this program
/// broke, or of the client's build. It says nothing about the scenario's rates, so no client is
/// dropped for it and no score is lowered: the task is given out again.
public struct TaskFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The task and its attempt.
    public var task: Assignment
    /// What was expected and what was found, as a sentence.
    public var reason: String

    /// A fault from its facts.
    public init(_ task: Assignment, _ reason: String) {
        (self.task, self.reason) = (task, reason)
    }

    /// The fault as a sentence: where and what.
    public var description: String { "\(task.place): \(reason)" }
}

/// Why a task has no result.
public enum TaskFailure: Error, Equatable, Sendable {
    /// The client's training diverged: its rate is too large.
    case diverged(ClientFailure)
    /// The process could not do the task.
    case broken(TaskFault)
}

extension Assignment {
    /// Where in a run it belongs: "round 3, client 7".
    public var place: String {
        switch work {
        case .training: "round \(round), client \(client)"
        case .evaluation: "round \(round), part \(client) of the evaluation"
        }
    }
}

extension ClientFailure {
    /// The task that diverged.
    public var task: Assignment { Assignment(round: round, client: client, attempt: attempt) }
}
