package import Scenarios

/// Decides when the next checkpoint is due.
package struct CheckpointInterval {
    /// The fewest seconds between two checkpoints by the wall clock.
    package static let leastSeconds = 30.0
    /// The shortest time between two checkpoints, as a multiple of the time that one takes.
    package static let leastShare = 100.0

    private let interval: CheckpointSection.Interval
    private var last: Double
    private var cost = 0.0

    /// Creates the interval of a run that begins or continues now.
    package init(_ interval: CheckpointSection.Interval, at now: Double) {
        (self.interval, last) = (interval, now)
    }

    /// Whether the run writes any checkpoints.
    package var isOn: Bool { interval != .never }

    /// Returns whether a checkpoint is due.
    ///
    /// - Parameter rounds: the number of rounds that are complete.
    package func isDue(rounds: UInt32, at now: Double) -> Bool {
        switch interval {
        case .automatic: now - last >= max(Self.leastSeconds, Self.leastShare * cost)
        case .rounds(let count): Int(rounds) % count == 0
        case .never: false
        }
    }

    /// Records a checkpoint: when it began and when the rounds could continue.
    package mutating func record(from start: Double, to end: Double) {
        (last, cost) = (end, end - start)
    }
}
