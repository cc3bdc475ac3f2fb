/// One run of a comparison: a row of comparison.csv.
public struct ComparisonRow: Sendable {
    /// The name of the variant.
    public var variant: String
    /// The values of the grid's keys, in the grid's order.
    public var cell: [String]
    /// The seed of the run.
    public var seed: UInt64
    /// What came of it; nil where it failed.
    public var summary: RunSummary?
    /// Where it diverged: what a constant prediction comes to, as which it then counts
    /// beside a baseline; nil where it failed in another way.
    public var constant: Double?
    /// Why it failed, in words; nil where it finished.
    public var reason: String?
    /// The methods that made the run.
    public var methods: Methods

    /// Makes the row of a run.
    public init(
        variant: String, cell: [String], seed: UInt64, summary: RunSummary?,
        constant: Double? = nil, reason: String? = nil, methods: Methods = Methods()
    ) {
        (self.variant, self.cell, self.seed, self.summary) = (variant, cell, seed, summary)
        (self.constant, self.reason, self.methods) = (constant, reason, methods)
    }
}

/// Returns the columns of comparison.csv: a row for each run.
///
/// - Parameter grid: the keys of the comparison's grid; each has a column.
public func comparisonColumns(grid: [String]) -> [Column<ComparisonRow>] {
    return [Column("variant", "the variant's name") { .text($0.variant) }]
        + grid.enumerated().map { index, key in
            Column(key, "what the grid sets") {
                index < $0.cell.count ? .text($0.cell[index]) : .noText
            }
        } + [
            Column("seed", "seed of the run") { .text(String($0.seed)) },
            Column("finished", "1, or 0 where the run failed") {
                .integer($0.summary == nil ? 0 : 1)
            },
            Column("metric", "accuracy, 0 to 1, or rmse, in the data's own units") {
                $0.summary.map { .text($0.metric.name) } ?? .noText
            },
            Column("final", "mean of the last ten evaluations, or of all") {
                Cell($0.summary?.finalValue)
            },
            Column("best", "best of any evaluation") { Cell($0.summary?.bestValue) },
            Column("final_loss", "test loss of the last evaluation") {
                Cell($0.summary?.finalLoss)
            },
            Column("rounds_to_target", "rounds until the target was met; empty where it was not") {
                .optionalInteger($0.summary?.roundsToTarget)
            },
            Column("seconds", "wall-clock seconds", isClock: true) {
                Cell($0.summary?.seconds)
            },
        ]
        + Methods.parts.map { part in
            Column(part.column, "the run's \(part.title), with its form") {
                .text(part.label($0.methods))
            }
        } + [
            Column("reason", "why the run failed; empty where it finished") {
                $0.reason.map(Cell.text) ?? .noText
            }
        ]
}
