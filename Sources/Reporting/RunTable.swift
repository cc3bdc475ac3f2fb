import Statistics

/// The runs of a study, found by variant, cell and seed.
struct RunTable {
    private struct Key: Hashable {
        let variant: String
        let cell: [String]
        let seed: UInt64
    }

    private let planned: [PlannedVariant]
    private let baseline: String?
    private let share: Double?
    private let seeds: [UInt64]
    // Looked up only, so the order of keys does not matter.
    private var found: [Key: ComparisonRow] = [:]

    init(
        _ rows: [ComparisonRow], _ planned: [PlannedVariant], baseline: String?, share: Double?
    ) {
        (self.planned, self.baseline, self.share) = (planned, baseline, share)
        var seeds: [UInt64] = []
        for row in rows {
            if !seeds.contains(row.seed) { seeds.append(row.seed) }
            found[Key(variant: row.variant, cell: row.cell, seed: row.seed)] = row
        }
        self.seeds = seeds
    }

    /// Returns the methods of a variant in the first of some cells.
    func methods(of variant: String, _ cells: [[String]]) -> Methods {
        planned.first { $0.name == variant && cells.contains($0.cell) }?.methods ?? Methods()
    }

    /// Returns the runs of a variant in some cells.
    func scope(_ variant: String, cells: [[String]]) -> Scope {
        let plannedRuns = planned.reduce(0) {
            $1.name == variant && cells.contains($1.cell) ? $0 + $1.runs : $0
        }
        let pairs = cells.map { cell in
            seeds.compactMap { seed -> Pair? in
                guard let run = found[Key(variant: variant, cell: cell, seed: seed)] else {
                    return nil
                }
                let other = baseline.flatMap {
                    found[Key(variant: $0, cell: cell, seed: seed)]
                }
                return Pair(run: run, baseline: other, share: share)
            }
        }
        return Scope(
            variant: variant, isBaseline: variant == baseline, planned: plannedRuns, pairs: pairs,
            seeds: seeds)
    }

    /// A run and the baseline's with its seed in its cell.
    struct Pair {
        let run: ComparisonRow
        /// Nil if it has not ended, or without a baseline.
        let baseline: ComparisonRow?
        /// The share of the baseline's best value that rounds are counted to.
        let share: Double?
    }

    /// The runs of a variant in some cells: for each cell its runs, in the order of the seeds.
    struct Scope {
        let variant: String
        let isBaseline: Bool
        let planned: Int
        let pairs: [[Pair]]
        let seeds: [UInt64]

        var runs: [ComparisonRow] { pairs.joined().map(\.run) }

        /// The mean final value over all its runs, cell by cell; diverged runs as constants.
        var mean: Double? {
            let cells = pairs.map { Statistics.mean($0.compactMap(\.run.value)) }
            return Statistics.mean(cells.compactMap { $0 })
        }
    }
}

extension ComparisonRow {
    /// The metric of the run, also where it failed.
    var metric: Metric? { (summary ?? partialSummary)?.metric }

    /// Whether the run diverged. Other failures have no constant prediction.
    var hasDiverged: Bool { summary == nil && constant != nil }
}
