import Reporting
import Statistics

/// A quantity of several runs along a common axis: its mean and how far the runs differ.
package struct SeedCurve: Sendable {
    /// Along the axis: rounds, bytes or seconds, shape (points).
    package let x: [Double]
    /// The mean over runs, shape (points).
    package let mean: [Double]
    /// The lower ends of the band, shape (points); empty with one run.
    package let low: [Double]
    /// The upper ends of the band, shape (points); empty with one run.
    package let high: [Double]
    /// How many runs it is of.
    package let runCount: Int

    /// From how many runs on the band is the 95 % t interval of the mean. With fewer runs it is the
    /// range from the smallest to the largest.
    package static let runsOfInterval = 5

    /// Computes means and bands of runs at the same points.
    ///
    /// - Parameter runs: the values of each run, shape (runs, points). All are cut to the shortest.
    package init(x: [Double], _ runs: [[Double]]) {
        let count = min(x.count, runs.map(\.count).min() ?? 0)
        var (mean, low, high) = ([Double](), [Double](), [Double]())
        var values = [Double](repeating: 0, count: runs.count)
        // The factor of the deviation is the same at all points.
        let student =
            runs.count < Self.runsOfInterval
            ? nil : StudentDistribution(degrees: Double(runs.count - 1))
        let factor = (student?.quantile(0.975) ?? 0) / Double(max(runs.count, 1)).squareRoot()
        for point in 0..<count {
            for run in runs.indices { values[run] = runs[run][point] }
            let middle = values.reduce(0, +) / Double(values.count)
            mean.append(middle)
            guard runs.count > 1 else { continue }
            if student == nil {
                low.append(values.min() ?? .nan)
                high.append(values.max() ?? .nan)
            } else {
                let squares = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
                let half = factor * (squares / Double(values.count - 1)).squareRoot()
                low.append(middle - half)
                high.append(middle + half)
            }
        }
        self.x = Array(x.prefix(count))
        (self.mean, self.low, self.high, runCount) = (mean, low, high, runs.count)
    }

    /// Whether all points have the same value in all runs.
    package var isConstant: Bool {
        guard let first = mean.first else { return true }
        return mean.allSatisfy { $0 == first } && zip(low, high).allSatisfy { $0 == $1 }
    }
}

extension VariantData {
    /// Returns a column of all rounds, over the runs that are drawn.
    func curve(of column: RoundSeries.Column) -> SeedCurve { curve(scale: 1) { $0[column] } }

    /// Returns some values of all rounds, over the runs that are drawn.
    ///
    /// - Parameter scale: a factor of all values.
    func curve(scale: Double, of values: (RoundSeries) -> [Double]) -> SeedCurve {
        let series = drawn.compactMap(\.series)
        let rounds = series.map(\.roundCount).min() ?? 0
        let runs = series.map { values($0).prefix(rounds).map { $0 * scale } }
        // Rounds in which a run has no value are left out.
        let there = (0..<rounds).filter { round in runs.allSatisfy { $0[round].isFinite } }
        return SeedCurve(
            x: there.map { Double($0 + 1) }, runs.map { run in there.map { run[$0] } })
    }

    /// Returns the metric against what each run has sent, or its simulated time, up to the end of
    /// the run with the least of it. Values between evaluations lie on a straight line.
    ///
    /// - Parameters:
    ///   - cost: the cost until the end of each round; empty if there is none.
    ///   - unit: the cost of one unit of the axis.
    func curve(
        of metric: Metric, scale: Double, against cost: (RoundSeries) -> [Double], unit: Double
    ) -> SeedCurve? {
        var runs: [(x: [Double], y: [Double])] = []
        for series in drawn.compactMap(\.series) {
            let (costs, values) = (cost(series), series.values(of: metric))
            guard costs.count == values.count else { return nil }
            let there = values.indices.filter { values[$0].isFinite }
            runs.append((there.map { costs[$0] / unit }, there.map { values[$0] * scale }))
        }
        guard let start = runs.compactMap(\.x.first).max(), runs.allSatisfy({ $0.x.count > 1 }),
            let end = runs.compactMap(\.x.last).min(), end > start
        else { return nil }
        let count = 300
        let x = (0..<count).map { start + (end - start) * Double($0) / Double(count - 1) }
        return SeedCurve(x: x, runs.map { Self.values(of: $0, at: x) })
    }

    /// Returns the values of a line at rising places.
    private static func values(of line: (x: [Double], y: [Double]), at places: [Double])
        -> [Double]
    {
        var index = 0
        return places.map { place in
            while index + 2 < line.x.count, line.x[index + 1] < place { index += 1 }
            let (a, b) = (line.x[index], line.x[index + 1])
            let share = b > a ? min(max((place - a) / (b - a), 0), 1) : 1
            return line.y[index] + share * (line.y[index + 1] - line.y[index])
        }
    }
}
