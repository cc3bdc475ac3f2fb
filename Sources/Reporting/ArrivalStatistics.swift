public import Statistics

/// When the runs of a variant first reached a target, with those that never did.
///
/// A run that never arrives is censored at its last round, and so is a run that failed.
public struct ArrivalStatistics: Sendable {
    /// The target, if all runs have the same one.
    public let target: Double?
    /// How many runs arrived.
    public let arrived: Int
    /// How many runs there are.
    public let runs: Int
    /// The median number of rounds, by Kaplan and Meier; censored if too few runs arrived.
    public let rounds: EventTime
    /// The median simulated seconds; nil where nothing takes simulated time.
    public let seconds: EventTime?
    /// The median bytes up and down.
    public let bytes: EventTime?
    /// The fewest rounds of any run that arrived.
    public let smallest: Double?
    /// The most rounds of any run; nil if one did not arrive.
    public let largest: Double?
    /// The median over the seeds of the baseline's rounds over these; nil of the baseline.
    public let speedUp: BoundedValue?

    /// The time of a run, in each unit.
    private struct Times {
        let rounds: EventTime
        let seconds: EventTime?
        let bytes: EventTime?

        /// - Returns: nil if the run has had no round.
        init?(_ row: ComparisonRow, _ target: Double) {
            if let end = row.summary, let arrival = end.arrival(at: target) {
                rounds = .arrived(Double(arrival.round))
                seconds = arrival.simulatedSeconds.map(EventTime.arrived)
                bytes = .arrived(Double(arrival.bytes))
                return
            }
            guard let end = row.summary ?? row.partialSummary, end.rounds > 0 else { return nil }
            rounds = .censored(Double(end.rounds))
            seconds = end.simulatedSeconds.map(EventTime.censored)
            bytes = .censored(Double(end.bytes))
        }
    }

    /// The times to the target that the scenario names; nil if no run has one.
    init?(target pairs: [PairedRun]) {
        self.init(pairs.map { ($0, ($0.run.summary ?? $0.run.partialSummary)?.target) })
    }

    /// The times to a share of the best value of the baseline's run; nil if no run has one.
    init?(shareOfBaseline pairs: [PairedRun]) { self.init(pairs.map { ($0, $0.sharedTarget) }) }

    private init?(_ runs: [(pair: PairedRun, target: Double?)]) {
        var (times, ratios): ([Times], [BoundedValue]) = ([], [])
        for (pair, target) in runs {
            guard let target, let own = Times(pair.run, target) else { continue }
            times.append(own)
            guard let other = pair.baseline.flatMap({ Times($0, target) }) else { continue }
            if pair.run.variant != pair.baseline?.variant,
                let ratio = Statistics.speedUp(of: own.rounds, over: other.rounds)
            {
                ratios.append(ratio)
            }
        }
        guard let median = SurvivalCurve(times.map(\.rounds)).median else { return nil }
        let targets = Set(runs.compactMap(\.target))
        target = targets.count == 1 ? targets.first : nil
        rounds = median
        seconds = SurvivalCurve(times.compactMap(\.seconds)).median
        bytes = SurvivalCurve(times.compactMap(\.bytes)).median
        (self.runs, arrived) = (times.count, times.count { $0.rounds.hasArrived })
        smallest = times.filter(\.rounds.hasArrived).map(\.rounds.time).min()
        largest =
            times.allSatisfy(\.rounds.hasArrived) ? times.map(\.rounds.time).max() : nil
        speedUp = boundedMedian(ratios)
    }
}

extension ComparisonRow {
    /// Returns the rows with the rounds to a share of the best value of the baseline's run with the
    /// same seed in the same cell.
    ///
    /// - Parameter share: in 0...1; of an RMSE, the best value is divided by it.
    public static func addingCompareTargets(
        _ rows: [ComparisonRow], baseline: String?, share: Double?
    ) -> [ComparisonRow] {
        guard let baseline, let share else { return rows }
        struct Key: Hashable {
            let cell: [String]
            let seed: UInt64
        }
        // Looked up only, so the order of keys does not matter.
        var references: [Key: RunSummary] = [:]
        for row in rows where row.variant == baseline {
            references[Key(cell: row.cell, seed: row.seed)] = row.summary
        }
        return rows.map { row in
            guard let own = row.summary,
                let other = references[Key(cell: row.cell, seed: row.seed)],
                let best = other.bestValue, own.metric == other.metric
            else { return row }
            var row = row
            row.roundsToCompareTarget = own.rounds(to: own.metric.share(share, of: best))
            return row
        }
    }
}
