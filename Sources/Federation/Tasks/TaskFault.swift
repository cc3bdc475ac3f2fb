/// The reason why a process could not do a task, or why its answer is not usable. A part of
/// hyperfed, or the client's build, has a fault. The rates of the scenario are not the cause. So no
/// client is dropped and no score is lowered: the task is given out again.
public struct TaskFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The task and its attempt.
    public var task: Assignment
    /// What was expected and what was found, as a sentence.
    public var reason: String

    /// Creates a fault from its facts.
    public init(_ task: Assignment, _ reason: String) {
        (self.task, self.reason) = (task, reason)
    }

    /// The fault as a sentence: where it was, what was expected and found.
    public var description: String { "\(task.place): \(reason)" }
}

/// The reason why a task has no result.
public enum TaskFailure: Error, Equatable, Sendable {
    /// The client's training diverged, because its rate is too large.
    case diverged(ClientFailure)
    /// The process could not do the task.
    case broken(TaskFault)
}

extension Assignment {
    /// The location of the task in a run, such as "round 3, client 7".
    public var place: String {
        switch work {
        case .training: "round \(round), client \(client)"
        case .evaluation: "round \(round), part \(client) of the evaluation"
        case .sum: "round \(round), sum of updates"
        }
    }
}

extension ClientFailure {
    /// The task whose training diverged.
    public var task: Assignment { Assignment(round: round, client: client, attempt: attempt) }
}
