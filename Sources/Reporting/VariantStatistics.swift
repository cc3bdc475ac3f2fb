public import Statistics

/// The statistics of a variant over its seeds: over all cells of the grid, or in one of them.
public struct VariantStatistics: Sendable {
    /// A run that failed.
    public struct Failure: Equatable, Sendable {
        /// The values of the grid's keys; empty without a grid.
        public let cell: [String]
        /// The seed of the run.
        public let seed: UInt64
        /// Whether it diverged; other failures are not of its making.
        public let hasDiverged: Bool
        /// How many rounds it had, which is the number of the round in which it failed.
        public let rounds: Int
    }

    /// The result of one seed.
    public struct SeedResult: Equatable, Sendable {
        /// The seed of the run.
        public let seed: UInt64
        /// The final accuracy or RMSE; over a grid the mean over its cells.
        public let value: Double?
        /// The gain over the baseline; nil without a pair, and of the baseline itself.
        public let difference: Double?
    }

    /// The name of the variant.
    public let variant: String
    /// The values of the grid's keys; nil over all cells, and without a grid.
    public let cell: [String]?
    /// The metric of its runs; nil if none has had a round.
    public let metric: Metric?
    /// The methods of its runs; over a grid, those of the first cell.
    public let methods: Methods
    /// How many runs are planned.
    public let planned: Int
    /// How many of them have finished.
    public let finished: Int
    /// The runs that failed, in the order of cells and seeds.
    public let failures: [Failure]
    /// How many runs have not ended.
    public let missing: Int
    /// The results of the seeds that have ended, in their order.
    public let seeds: [SeedResult]
    /// The mean final accuracy or RMSE over the seeds; nil if no run has one.
    public let mean: Double?
    /// The median over the seeds.
    public let median: Double?
    /// The standard deviation over the seeds; nil below two.
    public let deviation: Double?
    /// The 95 % t interval of the mean; nil below three seeds.
    public let interval: Interval?
    /// The 95 % bootstrap interval of the mean; nil below three seeds.
    public let bootstrap: Interval?
    /// The mean over the runs of the best evaluation.
    public let best: Double?
    /// The difference from the baseline; nil of the baseline, and without any pair.
    public internal(set) var difference: DifferenceStatistics?
    /// The rounds to the target that the scenario names; nil without one.
    public let target: ArrivalStatistics?
    /// The rounds to a share of the baseline's best value; nil without one.
    public let shareTarget: ArrivalStatistics?
    /// The mean over the runs of the area under the curve, in the unit of the metric.
    public let areaUnderCurve: Double?
    /// How much the result depends on the cell; nil without a grid.
    public internal(set) var sensitivity: GridSensitivity?
    /// The share of cells within one point of accuracy (or 1 % of RMSE) of the best variant there.
    public internal(set) var nearBestShare: Double?
    /// How evenly the model serves the clients: means over the runs; nil without evaluations.
    public let fairness: Fairness?
    /// The mean over the runs of the mean recall of the classes, 0...1; nil if none was counted.
    public let balancedAccuracy: Double?
    /// The share of the local steps held at a bound, 0...1, over all runs; nil if unknown.
    public let clientBoundShare: Double?
    /// The share of the rounds in which the server's rate was held at a bound, 0...1.
    public let serverBoundShare: Double?

    /// How many runs diverged.
    public var diverged: Int { failures.count { $0.hasDiverged } }

    init(
        _ scope: RunTable.Scope, _ metric: Metric?, _ methods: Methods, hasGrid: Bool,
        comparisons: Int, seed: UInt64, cell: [String]? = nil
    ) {
        (variant, self.cell, self.methods) = (scope.variant, cell, methods)
        let runs = scope.runs
        planned = scope.planned
        self.metric = runs.lazy.compactMap(\.metric).first
        finished = runs.count { $0.summary != nil }
        missing = max(0, planned - runs.count)
        failures = runs.filter { $0.summary == nil }.map { run in
            Failure(
                cell: run.cell, seed: run.seed, hasDiverged: run.hasDiverged,
                rounds: run.partialSummary?.rounds ?? 0)
        }
        let pairs = scope.pairs.map { cell in
            cell.map { PairedRun($0, metric, countsDiverged: hasGrid) }
        }
        let isReference = scope.isBaseline
        seeds = scope.seeds.compactMap { seed in
            let own = pairs.joined().filter { $0.seed == seed }
            guard !own.isEmpty else { return nil }
            return SeedResult(
                seed: seed, value: Statistics.mean(own.compactMap(\.value)),
                difference: isReference ? nil : Statistics.mean(own.compactMap(\.gain)))
        }
        let values = seeds.compactMap(\.value)
        let name = ([scope.variant] + (cell ?? [])).joined(separator: "\u{1F}")
        mean = Statistics.mean(values)
        median = Statistics.median(values)
        deviation = standardDeviation(values)
        interval = meanInterval(values)
        bootstrap = bootstrapInterval(
            pairs.map { $0.compactMap(\.value) },
            ResamplingKey(seed: seed, variant: name, quantity: "final"))
        let summaries = runs.compactMap(\.summary)
        best = Statistics.mean(summaries.compactMap(\.bestValue))
        areaUnderCurve = Statistics.mean(summaries.compactMap(\.areaUnderCurve))
        difference =
            isReference
            ? nil
            : DifferenceStatistics(
                seeds.compactMap(\.difference), strata: pairs.map { $0.compactMap(\.gain) },
                isSameRun: pairs.joined().allSatisfy(\.isSameRun), comparisons: comparisons,
                seed: seed, name: name)
        target = ArrivalStatistics(target: pairs.joined().map { $0 })
        shareTarget = ArrivalStatistics(shareOfBaseline: pairs.joined().map { $0 })
        fairness = Self.fairness(summaries.compactMap(\.fairness?.values))
        balancedAccuracy = Statistics.mean(runs.compactMap(\.balancedAccuracy))
        let all = runs.compactMap { $0.summary ?? $0.partialSummary }
        let (steps, rounds) = (
            all.reduce(0) { $0 + $1.clientSteps }, all.reduce(0) { $0 + $1.rounds }
        )
        clientBoundShare =
            steps > 0 ? Double(all.reduce(0) { $0 + $1.clientBoundHits }) / Double(steps) : nil
        serverBoundShare =
            rounds > 0 ? Double(all.reduce(0) { $0 + $1.serverBoundHits }) / Double(rounds) : nil
    }

    private static func fairness(_ runs: [Fairness]) -> Fairness? {
        func mean(_ value: (Fairness) -> Double) -> Double? { Statistics.mean(runs.map(value)) }
        guard let worst = mean(\.worstTenth), let median = mean(\.median),
            let best = mean(\.bestTenth), let deviation = mean(\.deviation)
        else { return nil }
        return Fairness(
            clients: runs.map(\.clients).max() ?? 0, leftOut: runs.map(\.leftOut).max() ?? 0,
            worstTenth: worst, median: median, bestTenth: best, deviation: deviation,
            jainIndex: Statistics.mean(runs.compactMap(\.jainIndex)))
    }
}

/// A run beside the baseline's with its seed in its cell, as statistics use it.
struct PairedRun {
    let seed: UInt64
    /// The final value; nil of a run that counts for nothing.
    let value: Double?
    /// Nil without a pair, and if the gain is not finite.
    let gain: Double?
    /// Whether all evaluations are those of the baseline's run, to the last bit.
    let isSameRun: Bool
    let run: ComparisonRow
    let baseline: ComparisonRow?
    /// The value that the run must reach, from the baseline's best one; nil if there is none.
    let sharedTarget: Double?

    init(_ pair: RunTable.Pair, _ metric: Metric?, countsDiverged: Bool) {
        (run, baseline, seed) = (pair.run, pair.baseline, pair.run.seed)
        func value(_ row: ComparisonRow?) -> Double? {
            let value = countsDiverged ? row?.value : row?.summary?.finalValue
            return value.flatMap { $0.isFinite ? $0 : nil }
        }
        self.value = value(run)
        if let metric, let own = self.value, let other = value(baseline) {
            let gain = metric.gain(own, over: other)
            self.gain = gain.isFinite ? gain : nil
        } else {
            gain = nil
        }
        if let own = run.summary, let other = baseline?.summary {
            // Accuracies on few test samples are equal by chance; losses are not.
            isSameRun =
                !own.evaluations.isEmpty && own.evaluations == other.evaluations
                && own.finalLoss == other.finalLoss
        } else {
            isSameRun = false
        }
        sharedTarget = pair.share.flatMap { share in
            guard let metric, let best = pair.baseline?.summary?.bestValue else { return nil }
            return metric.share(share, of: best)
        }
    }
}
