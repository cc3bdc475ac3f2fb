/// Returns the columns of comparison.csv: a row for each run.
///
/// - Parameters:
///   - grid: the keys of the comparison's grid; each has a column.
///   - drawn: the keys that seeds draw; each has a column.
public func comparisonColumns(grid: [String], drawn: [String] = []) -> [Column<ComparisonRow>] {
    settingColumns(grid: grid, drawn: drawn) + resultColumns + [
        Column("digest", "names what the run computes: settings, data and partition") {
            .text($0.digest)
        },
        Column("partition_key", "names the partition of the data") { .text($0.partitionKey) },
        Column("seconds", "wall-clock seconds", isClock: true) { Cell($0.summary?.seconds) },
        Column("reason", "why the run failed; empty where it finished") {
            $0.reason.map(Cell.text) ?? .noText
        },
    ]
}

private func settingColumns(grid: [String], drawn: [String]) -> [Column<ComparisonRow>] {
    [
        Column("folder", "the run's folder, from that of this table") { .text($0.folder) },
        Column("variant", "the variant's name") { .text($0.variant) },
    ]
        + grid.enumerated().map { index, key in
            Column(key, "what the grid sets") {
                index < $0.cell.count ? .text($0.cell[index]) : .noText
            }
        } + [Column("seed", "seed of the run") { .text(String($0.seed)) }]
        + drawn.enumerated().map { index, key in
            Column(key, "what the seed draws") {
                index < $0.drawn.count ? .text($0.drawn[index]) : .noText
            }
        }
        + Methods.parts.map { part in
            Column(part.column, "the run's \(part.title), with its form") {
                .text(part.label($0.methods))
            }
        }
}

private let resultColumns: [Column<ComparisonRow>] = [
    Column("finished", "1, or 0 where the run failed") { .integer($0.summary == nil ? 0 : 1) },
    Column("rounds_done", "rounds that the run has had") { .optionalInteger($0.all?.rounds) },
    Column("metric", "accuracy, 0 to 1, or rmse, in the data's own units") {
        $0.summary.map { .text($0.metric.name) } ?? .noText
    },
    Column("final", "mean of the last ten evaluations, or of all") {
        Cell($0.summary?.finalValue)
    },
    Column("best", "best of any evaluation") { Cell($0.summary?.bestValue) },
    Column("final_loss", "test loss of the last evaluation") { Cell($0.summary?.finalLoss) },
    Column("rounds_to_target", "rounds until the target was met; empty where it was not") {
        .optionalInteger($0.summary?.roundsToTarget)
    },
    Column("bytes_up", "bytes that participants send in all rounds") {
        .optionalInteger($0.all?.bytesUp)
    },
    Column("bytes_down", "bytes that clients receive in all rounds") {
        .optionalInteger($0.all?.bytesDown)
    },
    Column("bytes_to_target", "bytes up and down until the target was met") {
        .optionalInteger($0.summary?.bytesToTarget)
    },
    Column("last_global_rate", "global rate of the last round") {
        Cell($0.all?.lastGlobalRate)
    },
    Column("last_local_rate", "mean local rate of the last round with a participant") {
        Cell($0.all?.lastLocalRate)
    },
]

extension ComparisonRow {
    /// What came of all rounds that the run has had, also where it failed.
    fileprivate var all: RunSummary? { summary ?? partialSummary }
}
