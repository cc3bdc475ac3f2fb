import Federation
import Statistics

/// Returns the columns of comparison.csv: a row for each run.
///
/// - Parameters:
///   - grid: the keys of the comparison's grid; each has a column.
///   - drawn: the keys that seeds draw; each has a column.
///   - classes: the classes whose recalls are counted, such as "3_Dress"; each has a column.
///   - hasModels: whether the runs differ in their models, which then have a column.
public func comparisonColumns(
    grid: [String], drawn: [String] = [], classes: [String] = [], hasModels: Bool = false
) -> [Column<ComparisonRow>] {
    settingColumns(grid: grid, drawn: drawn, hasModels) + resultColumns + fairnessColumns
        + classColumns(classes) + [
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

private func settingColumns(
    grid: [String], drawn: [String], _ hasModels: Bool
) -> [Column<ComparisonRow>] {
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
        + Methods.parts(hasModels: hasModels).map { part in
            Column(part.column, "the run's \(part.title), with its form") {
                .text(part.label($0.methods))
            }
        }
}

private let resultColumns: [Column<ComparisonRow>] = [
    Column("finished", "1, or 0 where the run failed") { .integer($0.summary == nil ? 0 : 1) },
    Column("rounds_done", "rounds that the run has had") { .optionalInteger($0.all?.rounds) },
    Column("metric", "accuracy, 0 to 1, rmse, in the data's own units, or perplexity") {
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
    Column(
        "rounds_to_compare_target",
        "rounds until the share compare.target of the baseline's best with the same seed was met"
    ) {
        .optionalInteger($0.roundsToCompareTarget)
    },
    Column("simulated_seconds", "simulated seconds of all rounds; empty: no time") {
        Cell($0.all?.simulatedSeconds)
    },
    Column("simulated_seconds_to_target", "simulated seconds until the target was met") {
        Cell($0.summary?.simulatedSecondsToTarget)
    },
    Column("area_under_curve", "mean of the metric over the rounds, by the trapezoid rule") {
        Cell($0.summary?.areaUnderCurve)
    },
    Column("client_bound_share", "share of the local steps held at a bound, 0 to 1") {
        Cell($0.all?.clientBoundShare)
    },
    Column("server_bound_share", "share of the rounds held at a bound by the server, 0 to 1") {
        Cell($0.all?.serverBoundShare)
    },
    Column("last_global_rate", "global rate of the last round") {
        Cell($0.all?.lastGlobalRate)
    },
    Column("last_local_rate", "mean local rate of the last round with a participant") {
        Cell($0.all?.lastLocalRate)
    },
]

/// The columns on single clients, from the last evaluation with `evaluation.per_client`.
private let fairnessColumns: [Column<ComparisonRow>] =
    [
        Column("client_samples", "whose metric the next columns describe: test, validation, train")
        {
            ($0.summary?.fairness?.samples.rawValue).map(Cell.text) ?? .noText
        },
        Column("evaluated_clients", "clients with such samples") {
            .optionalInteger($0.summary?.fairness?.values.clients)
        },
        Column("clients_without_samples", "clients without such samples, which are left out") {
            .optionalInteger($0.summary?.fairness?.values.leftOut)
        },
    ] + fairnessNumbers("") { $0.summary?.fairness?.values }

/// Returns the columns on the metric of single clients, for a table of runs or of variants.
///
/// - Parameter ending: what the meaning of each column ends with.
func fairnessNumbers<Row>(
    _ ending: String, _ values: @escaping @Sendable (Row) -> Fairness?
) -> [Column<Row>] {
    func column(
        _ name: String, _ meaning: String, _ number: @escaping @Sendable (Fairness) -> Double?
    ) -> Column<Row> {
        Column(name, meaning + ending) { Cell(values($0).flatMap(number)) }
    }
    return [
        column("worst_tenth", "mean metric of the worst tenth of the clients, at least of one") {
            $0.worstTenth
        },
        column("client_median", "median metric of the clients") { $0.median },
        column("best_tenth", "mean metric of the best tenth of the clients, at least of one") {
            $0.bestTenth
        },
        column("client_deviation", "standard deviation of the metric over the clients") {
            $0.deviation
        },
        column("jain_index", "Jain's index of the metric over the clients, 1 where all are equal") {
            $0.jainIndex
        },
    ]
}

/// Returns the columns on classes, from the last evaluation with `evaluation.per_class`.
private func classColumns(_ classes: [String]) -> [Column<ComparisonRow>] {
    [
        Column("balanced_accuracy", "mean recall of the classes after the last evaluation") {
            Cell($0.balancedAccuracy)
        }
    ]
        + classes.map { key in
            Column("recall_\(key)", "recall of this class after the last evaluation") { row in
                Cell(row.recalls.first { $0.columnKey == key }?.recall.value)
            }
        }
}

extension ComparisonRow {
    /// What came of all rounds that the run has had, also where it failed.
    fileprivate var all: RunSummary? { summary ?? partialSummary }
}
