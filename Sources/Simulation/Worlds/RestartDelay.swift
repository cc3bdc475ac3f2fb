package import Federation

/// How long a client process that ended waits before it is started again.
///
/// The first restart is immediate. A process that ends again, without a finished task in between,
/// waits 1 s, then 2, 4, … and at most 30 s. So a process that cannot work does not use up the
/// machine with starting.
package struct RestartDelay {
    /// The longest delay in seconds.
    package static let most = 30.0

    /// The number of ends since the last finished task.
    private var ends: [ProcessID: Int] = [:]
    /// The processes that wait for their start, and when it is due.
    private var waiting: [(process: ProcessID, due: Double)] = []

    package init() {}

    /// Records that a process has ended.
    package mutating func ended(_ process: ProcessID) { ends[process, default: 0] += 1 }

    /// Records that a process has finished a task.
    package mutating func finished(_ process: ProcessID) {
        if ends[process] != nil { ends[process] = nil }
    }

    /// Returns the seconds until a process may be started. They are 0 for its first restart.
    package func seconds(for process: ProcessID) -> Double {
        let count = ends[process] ?? 0
        return count < 2 ? 0 : min(Self.most, Double(1 << min(count - 2, 10)))
    }

    /// Puts off the start of a process.
    package mutating func putOff(_ process: ProcessID, until due: Double) {
        waiting.append((process, due))
    }

    /// The time of the next start that was put off; nil if there is none.
    package var nextStart: Double? { waiting.map(\.due).min() }

    /// Returns the processes whose start is due now, and removes them from those that wait.
    package mutating func due(at now: Double) -> [ProcessID] {
        let due = waiting.filter { $0.due <= now }.map(\.process)
        waiting.removeAll { $0.due <= now }
        return due
    }
}
