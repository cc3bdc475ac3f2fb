/// The time that a report may take before its task is given to another process, too.
///
/// A process that sends signs of life can still never report: it may be another program, or have a
/// fault. The deadline is a multiple of the times that tasks took in this run. It is longer for
/// later attempts, so it cannot be missed again and again by a task that is only long.
package struct TaskDeadline {
    /// The shortest deadline in seconds.
    package static let least = 10.0
    /// The factor of the median time of a task.
    package static let factorOfMedian = 10.0
    /// The factor of the longest time of a task.
    package static let factorOfLongest = 3.0
    /// The number of deadlines in a row after which a process is sent away.
    package static let mostMissed = 3

    /// The times of the last tasks in seconds, at most `capacity` of them.
    private var times: [Double] = []
    private var next = 0
    private var longest = 0.0
    private static let capacity = 64

    package init() {}

    /// Records how many seconds a task took, from its start to its report.
    package mutating func record(_ seconds: Double) {
        longest = max(longest, seconds)
        if times.count < Self.capacity {
            times.append(seconds)
        } else {
            times[next] = seconds
            next = (next + 1) % Self.capacity
        }
    }

    /// Returns the deadline of an attempt in seconds. It is nil while no task has been reported.
    ///
    /// - Parameter attempt: the number of the attempt, from 1. Each one doubles the deadline.
    package func seconds(attempt: UInt32) -> Double? {
        guard !times.isEmpty else { return nil }
        let median = times.sorted()[times.count / 2]
        let base = max(
            Self.least, Self.factorOfMedian * median, Self.factorOfLongest * longest)
        return base * Double(1 << min(max(attempt, 1) - 1, 20))
    }
}
