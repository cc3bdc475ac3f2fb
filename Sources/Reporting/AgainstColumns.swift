extension AgainstBaseline {
    /// The rows of against.csv: the variants but the baseline over all cells, then in each cell.
    public var rows: [Scores] { overall + (grid.isEmpty ? [] : inCells) }
}

/// Returns the columns of against.csv.
///
/// - Parameter grid: the keys of the comparison's grid; each has a column.
public func againstColumns(grid: [String]) -> [Column<Scores>] {
    [
        Column("variant", "the variant's name; each but the baseline has rows") {
            .text($0.variant)
        },
        Column("scope", "all: over all cells of the grid; cell: in one of them") {
            .text($0.cell == nil ? "all" : "cell")
        },
    ]
        + grid.enumerated().map { index, key in
            Column(key, "what the grid sets; empty over all cells") {
                $0.cell.map { index < $0.count ? .text($0[index]) : .noText } ?? .noText
            }
        } + gainColumns + speedUpColumns
}

private let gainColumns: [Column<Scores>] = [
    Column("runs", "runs: seeds times cells") { .integer($0.runs) },
    Column("failed_runs", "runs that failed; what diverged counts as a constant prediction") {
        .integer($0.failedRuns)
    },
    Column("cells", "cells of the grid") { .integer($0.cells) },
    Column("failed_cells", "cells in which a run failed, the variant's or the baseline's") {
        .integer($0.failedCells)
    },
    Column("final", "final accuracy, RMSE or perplexity: mean over seeds, then over cells") {
        Cell($0.value)
    },
    Column("baseline_final", "that of the baseline") { Cell($0.baseline) },
    Column("gain", "points of accuracy over the baseline, or % less RMSE or perplexity; mean") {
        Cell($0.gain)
    },
    Column("gain_deviation", "standard deviation of the gain over the seeds") {
        Cell($0.gainDeviation)
    },
    Column("gain_without_failures", "mean gain over the cells in which no run failed") {
        Cell($0.gainWithoutFailures)
    },
    Column("gain_smallest", "smallest gain of any cell") { Cell($0.smallest?.gain) },
    Column("gain_largest", "largest gain of any cell") { Cell($0.largest?.gain) },
    Column("spread", "largest minus smallest final value of any cell") { Cell($0.spread) },
    Column("baseline_spread", "that of the baseline") { Cell($0.baselineSpread) },
    Column("spread_change", "change of the spread against the baseline's, in %") {
        Cell($0.spreadChange)
    },
]

private let speedUpColumns: [Column<Scores>] = [
    Column("speedup_runs", "runs whose rounds to the target are compared; 0 without a target") {
        .integer($0.speedUpRuns)
    },
    Column("speedup_unreached", "those of them that never reached it") { .integer($0.unreached) },
    Column("speedup", "median speed-up in rounds; empty where only a bound is known") {
        exact($0.speedUp)
    },
    Column("speedup_bound", "where the median is not known: what it is below, or at most") {
        bound($0.speedUp)
    },
    Column("speedup_smallest", "smallest speed-up of a run; empty where only a bound is known") {
        exact($0.smallestSpeedUp)
    },
    Column("speedup_smallest_bound", "where it is not known: what it is below, or at most") {
        bound($0.smallestSpeedUp)
    },
    Column("bytes_per_round", "bytes up and down of a round, the baseline's are 1: median") {
        Cell($0.bytesRatio)
    },
    Column(
        "seconds_per_round", "wall-clock seconds of a round, the baseline's are 1: median",
        isClock: true
    ) {
        Cell($0.secondsRatio)
    },
]

private func exact(_ ratio: BoundedRatio?) -> Cell {
    Cell(ratio.flatMap { $0.relation == .exact ? $0.value : nil })
}

private func bound(_ ratio: BoundedRatio?) -> Cell {
    Cell(ratio.flatMap { $0.relation == .exact ? nil : $0.value })
}
