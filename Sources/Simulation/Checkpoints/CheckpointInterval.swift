package import Scenarios

/// When the next checkpoint is due.
package struct CheckpointInterval {
    /// Seconds between two checkpoints by the wall clock, at least.
    package static let leastSeconds = 30.0
    /// Between two checkpoints by the wall clock lies this multiple of what one costs, at least.
    package static let leastShare = 100.0

    private let interval: CheckpointSection.Interval
    private var last: Double
    private var cost = 0.0

    /// The interval of a run that begins or goes on now.
    package init(_ interval: CheckpointSection.Interval, at now: Double) {
        (self.interval, last) = (interval, now)
    }

    /// Whether there are checkpoints at all.
    package var isOn: Bool { interval != .never }

    /// Whether a checkpoint is due.
    ///
    /// - Parameter rounds: how many are over.
    package func isDue(rounds: UInt32, at now: Double) -> Bool {
        switch interval {
        case .automatic: now - last >= max(Self.leastSeconds, Self.leastShare * cost)
        case .rounds(let count): Int(rounds) % count == 0
        case .never: false
        }
    }

    /// Records a checkpoint: when it began and when the rounds could go on.
    package mutating func record(from start: Double, to end: Double) {
        (last, cost) = (end, end - start)
    }
}
