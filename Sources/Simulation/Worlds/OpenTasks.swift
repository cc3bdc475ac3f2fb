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
    }

    private var tasks: [ProcessID: [Open]] = [:]

    package init() {}

    /// Records a task that was sent.
    package mutating func add(_ task: Assignment, slot: Int?, to process: ProcessID) {
        tasks[process, default: []].append(Open(task: task, slot: slot))
    }

    /// Records the answer to a task.
    ///
    /// - Returns: the slot of the task. It is nil if the task had no slot, or if this is a second
    ///   answer.
    package mutating func close(_ task: Assignment, by process: ProcessID) -> Int? {
        guard let index = tasks[process]?.firstIndex(where: { $0.task == task }) else { return nil }
        return tasks[process]?.remove(at: index).slot
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
