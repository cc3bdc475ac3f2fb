import LearningRates

/// A schedule from the start rate in its first round to `end` times that rate in its last.
///
/// If the schedule has one round only, the rate is the start rate.
protocol EndingSchedule: Schedule {
    /// Returns m(t) after t of T − 1 = `last` rounds, 0 ≤ t < last.
    func multiple(after round: Int, of last: Int) -> Double
}

extension EndingSchedule {
    /// The rate of the last round, as a multiple of the first.
    var end: Double { scheduled.end }
    var changes: Bool { end != 1 }

    var followsRunLength: Bool { changes }

    func multiple(after round: Int) -> Double {
        guard count > 1 else { return 1 }
        return round < count - 1 ? multiple(after: round, of: count - 1) : end
    }
}
