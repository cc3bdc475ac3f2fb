package import Federation

/// The tasks that were sent to processes and are not answered yet, each with the update slot that
/// it was given.
///
/// The machine may have given up on a task long ago; its process still works on it and may still
/// write to its slot. So slots are settled here: whatever a task's outcome is, its slot comes back
/// with the answer.
package struct OpenTasks {
    private struct Open {
        let task: Assignment
        let slot: Int?
    }

    private var tasks: [ProcessID: [Open]] = [:]

    package init() {}

    /// A task went out.
    package mutating func add(_ task: Assignment, slot: Int?, to process: ProcessID) {
        tasks[process, default: []].append(Open(task: task, slot: slot))
    }

    /// A task was answered.
    ///
    /// - Returns: its slot; nil where it had none, or is not open: a second answer.
    package mutating func close(_ task: Assignment, by process: ProcessID) -> Int? {
        guard let index = tasks[process]?.firstIndex(where: { $0.task == task }) else { return nil }
        return tasks[process]?.remove(at: index).slot
    }

    /// Forgets a process's tasks.
    package mutating func forget(_ process: ProcessID) { tasks[process] = nil }

    /// The task that a process works on, or that it should have answered first.
    package func first(of process: ProcessID) -> Assignment? { tasks[process]?.first?.task }

    /// Whether any process owes an answer.
    package var areOwed: Bool { tasks.values.contains { !$0.isEmpty } }

    /// Whether a process owes an answer.
    package func areOwed(by process: ProcessID) -> Bool { tasks[process]?.isEmpty == false }
}
