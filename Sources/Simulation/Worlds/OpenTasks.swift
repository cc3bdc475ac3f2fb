package import Federation

/// The tasks that were sent and are not answered yet, each with its update slot.
///
/// The machine may have given up a task, but its process still works on it and may write to its
/// slot. So this type manages the slots: whatever the outcome of a task is, its slot returns with
/// the answer.
package struct OpenTasks {
    private struct Open {
        let task: Assignment
        let slot: Int?
        /// The time at which the process could begin with the task, in seconds.
        var start: Double
        /// The factor of the next deadline. It doubles with each deadline that the task misses.
        var patience = 1.0
    }

    /// The answer to a task that was open.
    package struct Answered: Equatable {
        /// The update slot of the task; nil if it had none.
        package let slot: Int?
        /// The seconds from the start of the task to its answer.
        package let seconds: Double
    }

    private var tasks: [ProcessID: [Open]] = [:]

    package init() {}

    /// Records a task that was sent.
    ///
    /// - Parameter now: the time in seconds.
    package mutating func add(
        _ task: Assignment, slot: Int?, to process: ProcessID, at now: Double
    ) {
        tasks[process, default: []].append(Open(task: task, slot: slot, start: now))
    }

    /// Records the answer to a task. The process begins with its next task now.
    ///
    /// - Returns: the task's slot and time. It is nil if the process had no such task, or answered
    ///   it before.
    package mutating func close(_ task: Assignment, by process: ProcessID, at now: Double)
        -> Answered?
    {
        guard let index = tasks[process]?.firstIndex(where: { $0.task == task }),
            let open = tasks[process]?.remove(at: index)
        else { return nil }
        if index == 0, tasks[process]?.isEmpty == false { tasks[process]?[0].start = now }
        return Answered(slot: open.slot, seconds: now - open.start)
    }

    /// Returns the tasks that have missed a deadline since the last call, in the order of their
    /// processes. The next deadline of each is twice as long.
    ///
    /// - Parameter deadline: the seconds that a task may take; nil for no limit.
    package mutating func overdue(
        at now: Double, _ deadline: (Assignment) -> Double?
    ) -> [(process: ProcessID, task: Assignment, seconds: Double)] {
        var overdue: [(process: ProcessID, task: Assignment, seconds: Double)] = []
        for process in tasks.keys.sorted() {
            guard let first = tasks[process]?.first, let limit = deadline(first.task),
                now - first.start > limit * first.patience
            else { continue }
            tasks[process]?[0].patience *= 2
            overdue.append((process, first.task, now - first.start))
        }
        return overdue
    }

    /// Starts the time of all tasks again, because this program itself stood still.
    package mutating func restartTimes(at now: Double) {
        for process in tasks.keys {
            if tasks[process]?.isEmpty == false { tasks[process]?[0].start = now }
        }
    }

    /// Removes the tasks of a process.
    package mutating func forget(_ process: ProcessID) { tasks[process] = nil }

    /// Returns the task that a process works on, or the task that it should have answered first.
    package func first(of process: ProcessID) -> Assignment? { tasks[process]?.first?.task }

    /// Whether any process owes an answer.
    package var areOwed: Bool { tasks.values.contains { !$0.isEmpty } }

    /// Returns whether a process owes an answer.
    package func areOwed(by process: ProcessID) -> Bool { tasks[process]?.isEmpty == false }
}
