/// The variants of a comparison beside one of them, run by run: with the same seed in the same cell
/// of the grid.
///
///     gain = 100 (value - baseline)        percentage points of accuracy
///          = 100 (1 - value / baseline)    % less RMSE
///     speed-up = rounds of the baseline to the target / rounds to the same target
///
/// The value of a run is its final one. A run that diverged counts as a constant prediction, and
/// has not reached any target. The target of a run is a share of the best value of the baseline's
/// run with its seed in its cell. A run that never reaches the target gives an upper bound of the
/// speed-up.
public struct AgainstBaseline: Sendable {
    /// The name of the baseline.
    public let baseline: String
    /// The metric that the gains are computed from.
    public let metric: Metric
    /// The keys of the grid; none without one.
    public let grid: [String]
    /// The share of the baseline's best value that rounds are counted to, if they are.
    public let target: Double?
    /// The baseline beside itself: its spread and its failures.
    public let reference: Scores
    /// The other variants over all cells, in file order.
    public let overall: [Scores]
    /// The other variants in each cell; the same as `overall` without a grid.
    public let inCells: [Scores]

    private struct Key: Hashable {
        let variant: String
        let cell: [String]
        let seed: UInt64
    }

    /// Compares the runs of a comparison.
    ///
    /// - Parameter target: the share of the baseline's best value that rounds are counted to, in
    ///   0...1; of an RMSE, the best value is divided by it.
    public init(
        _ rows: [ComparisonRow], grid: [String], metric: Metric, baseline: String, target: Double?
    ) {
        (self.baseline, self.metric, self.grid) = (baseline, metric, grid)
        self.target = target
        var (variants, cells, seeds): ([String], [[String]], [UInt64]) = ([], [], [])
        var found: [Key: ComparisonRow] = [:]
        for row in rows {
            if !variants.contains(row.variant) { variants.append(row.variant) }
            if !cells.contains(row.cell) { cells.append(row.cell) }
            if !seeds.contains(row.seed) { seeds.append(row.seed) }
            found[Key(variant: row.variant, cell: row.cell, seed: row.seed)] = row
        }
        func pairs(_ variant: String) -> [[RunPair]] {
            cells.map { cell in
                seeds.compactMap { seed in
                    guard
                        let one = found[Key(variant: variant, cell: cell, seed: seed)],
                        let other = found[Key(variant: baseline, cell: cell, seed: seed)]
                    else { return nil }
                    return RunPair(one, other, metric, target)
                }
            }
        }
        reference = Scores(baseline, pairs(baseline), cells, isOverall: true)
        let others = variants.filter { $0 != baseline }
        overall = others.map { Scores($0, pairs($0), cells, isOverall: true) }
        inCells = others.flatMap { variant in
            zip(cells, pairs(variant)).map {
                Scores(variant, [$1], [$0], isOverall: false)
            }
        }
    }
}

/// A run and the baseline's with the same seed in the same cell.
struct RunPair {
    let seed: UInt64
    let value: Double?
    let baseline: Double?
    let gain: Double?
    let hasFailed: Bool
    let hasBaselineFailed: Bool
    /// Nil if it is not known, and without a target.
    let speedUp: BoundedRatio?
    /// Wall-clock seconds of a round, the baseline's are 1.
    let seconds: Double?
    /// Bytes of a round, the baseline's are 1.
    let bytes: Double?

    init(_ run: ComparisonRow, _ baseline: ComparisonRow, _ metric: Metric, _ target: Double?) {
        seed = run.seed
        let (own, other) = (run.value, baseline.value)
        (value, self.baseline) = (own, other)
        if let own, let other {
            let gain = metric.gain(own, over: other)
            self.gain = gain.isFinite ? gain : nil
        } else {
            gain = nil
        }
        (hasFailed, hasBaselineFailed) = (run.summary == nil, baseline.summary == nil)
        speedUp = target.flatMap { Self.speedUp(run, baseline, metric, $0) }
        seconds = Self.ratio(run, baseline) { $0.secondsPerRound }
        bytes = Self.ratio(run, baseline) { $0.bytesPerRound }
    }

    /// A cost of the run in those of the baseline's.
    private static func ratio(
        _ run: ComparisonRow, _ baseline: ComparisonRow, _ cost: (RunSummary) -> Double?
    ) -> Double? {
        guard let own = run.summary.flatMap(cost), let other = baseline.summary.flatMap(cost),
            other > 0
        else { return nil }
        return own / other
    }

    private static func speedUp(
        _ run: ComparisonRow, _ baseline: ComparisonRow, _ metric: Metric, _ share: Double
    ) -> BoundedRatio? {
        // A failure of the machine has no meaning for the number of rounds.
        guard let reference = baseline.summary, let best = reference.bestValue,
            run.summary != nil || run.constant != nil
        else { return nil }
        let target = metric.share(share, of: best)
        guard let needed = reference.rounds(to: target) else { return nil }
        if let rounds = run.summary?.rounds(to: target) {
            return BoundedRatio(Double(needed) / Double(rounds))
        }
        let last = (run.summary ?? reference).evaluations.last?.round
        return last.map { BoundedRatio(Double(needed) / Double($0), .below) }
    }
}

extension ComparisonRow {
    /// The final value of the run, or what it counts as where it diverged.
    var value: Double? { summary.map(\.finalValue) ?? constant }
}

extension Metric {
    /// Returns how much better a value is: percentage points of accuracy, % less RMSE or
    /// perplexity.
    func gain(_ value: Double, over baseline: Double) -> Double {
        switch self {
        case .accuracy: 100 * (value - baseline)
        case .rmse, .perplexity: 100 * (1 - value / baseline)
        }
    }

    /// Returns the value that counts as close to the best one.
    func share(_ share: Double, of best: Double) -> Double {
        switch self {
        case .accuracy: share * best
        case .rmse, .perplexity: best / share
        }
    }
}
