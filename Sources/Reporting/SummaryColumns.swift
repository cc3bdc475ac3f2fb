import Statistics

extension StudyStatistics {
    /// The rows of summary.csv: the variants over all cells, then in each cell.
    public var rows: [VariantStatistics] { variants + cells }
}

private typealias Columns = [Column<VariantStatistics>]

/// Returns the columns of summary.csv: a row for each variant, and for each variant in each cell.
///
/// - Parameters:
///   - grid: the keys of the comparison's grid; each has a column.
///   - baseline: the variant that the others are compared with, as `StudyStatistics` has it.
///   - hasModels: whether the runs differ in their models, which then have a column.
public func summaryColumns(
    grid: [String], baseline: String?, hasModels: Bool = false
) -> [Column<VariantStatistics>] {
    settings(grid, baseline, hasModels) + counts + finals + differences
        + arrivals("target", "evaluation.target_accuracy, target_rmse or target_perplexity") {
            $0.target
        }
        + arrivals("compare_target", "compare.target of the baseline's best") { $0.shareTarget }
        + shape
}

private func settings(_ grid: [String], _ baseline: String?, _ hasModels: Bool) -> Columns {
    [
        Column("variant", "the variant's name") { .text($0.variant) },
        Column("scope", "all: over all cells of the grid; cell: in one of them") {
            .text($0.cell == nil ? "all" : "cell")
        },
    ]
        + grid.enumerated().map { index, key in
            Column(key, "what the grid sets; empty over all cells") {
                $0.cell.map { index < $0.count ? .text($0[index]) : .noText } ?? .noText
            }
        } + [
            Column("is_baseline", "1 for the variant that the others are compared with") {
                .integer($0.variant == baseline ? 1 : 0)
            }
        ]
        + Methods.parts(hasModels: hasModels).map { part in
            Column(part.column, "the variant's \(part.title), with its form") {
                .text(part.label($0.methods))
            }
        }
}

private let counts: Columns = [
    Column("runs", "planned runs: seeds times cells") { .integer($0.planned) },
    Column("finished", "runs that finished") { .integer($0.finished) },
    Column("diverged", "runs that diverged; over a grid they count as constants") {
        .integer($0.diverged)
    },
    Column("failed", "runs that failed in another way") {
        .integer($0.failures.count - $0.diverged)
    },
    Column("missing", "runs that have not ended") { .integer($0.missing) },
    Column("seeds", "seeds with a final value, over which the next columns are") {
        .integer($0.seeds.count { $0.value != nil })
    },
    Column("metric", "accuracy, 0 to 1, rmse, in the data's own units, or perplexity") {
        $0.metric.map { .text($0.name) } ?? .noText
    },
]

private let finals: Columns = [
    Column("final", "mean final value over the seeds; over a grid of means of cells") {
        Cell($0.mean)
    },
    Column("final_deviation", "standard deviation of the final value over the seeds") {
        Cell($0.deviation)
    },
    Column("final_lower", "lower end of the 95 % t interval; empty below three seeds") {
        Cell($0.interval?.lower)
    },
    Column("final_upper", "upper end of the 95 % t interval") {
        Cell($0.interval?.upper)
    },
    Column("final_bootstrap_lower", "lower end of the 95 % bootstrap interval") {
        Cell($0.bootstrap?.lower)
    },
    Column("final_bootstrap_upper", "upper end of the 95 % bootstrap interval") {
        Cell($0.bootstrap?.upper)
    },
    Column("final_median", "median final value over the seeds") { Cell($0.median) },
    Column("best", "mean over the runs of the best evaluation") { Cell($0.best) },
    Column("area_under_curve", "mean over the runs of the metric's mean over rounds") {
        Cell($0.areaUnderCurve)
    },
]

private let differences: Columns = [
    Column("pairs", "seeds with a run of the variant and of the baseline") {
        .optionalInteger($0.difference?.values.count)
    },
    difference("difference", "mean gain: points of accuracy, or % less RMSE or perplexity") {
        $0.mean
    },
    difference("difference_deviation", "standard deviation of the gain") { $0.deviation },
    difference("difference_lower", "lower end of its paired 95 % t interval") {
        $0.interval?.lower
    },
    difference("difference_upper", "upper end of its paired 95 % t interval") {
        $0.interval?.upper
    },
    difference("difference_bootstrap_lower", "lower end of its 95 % bootstrap interval") {
        $0.bootstrap?.lower
    },
    difference("difference_bootstrap_upper", "upper end of its 95 % bootstrap interval") {
        $0.bootstrap?.upper
    },
    difference("t_p", "two-sided p-value of the paired t test") { $0.studentP },
    difference("t_p_holm", "the same, with Holm's correction over the variants") {
        $0.studentHolm
    },
    difference("exact_p", "two-sided p-value of the sign-flip permutation test") {
        $0.exactP
    },
    difference("exact_p_holm", "the same, with Holm's correction over the variants") {
        $0.exactHolm
    },
    difference("sign_p", "two-sided p-value of the sign test") { $0.signP },
    difference("wilcoxon_p", "two-sided p-value of Wilcoxon's signed rank test") {
        $0.wilcoxonP
    },
    Column("mark", "told_apart, not_told_apart, only_before_correction, same_run") {
        ($0.difference?.mark?.rawValue).map(Cell.text) ?? .noText
    },
    Column("seeds_needed", "about this many seeds give 80 % power; 101: more than 100") {
        switch $0.difference?.seedsNeeded {
        case .about(let count): .optionalInteger(count)
        case .more: .optionalInteger(SeedsNeeded.largest + 1)
        case nil: .optionalInteger(nil)
        }
    },
    Column("won", "seeds in which the variant is better") {
        .optionalInteger($0.difference?.won)
    },
    Column("lost", "seeds in which it is worse") { .optionalInteger($0.difference?.lost) },
]

private func difference(
    _ name: String, _ meaning: String,
    _ value: @escaping @Sendable (DifferenceStatistics) -> Double?
) -> Column<VariantStatistics> {
    Column(name, meaning) { Cell($0.difference.flatMap(value)) }
}

/// Returns the columns on one target: medians of survival, with the counts of runs.
private func arrivals(
    _ name: String, _ meaning: String,
    _ value: @escaping @Sendable (VariantStatistics) -> ArrivalStatistics?
) -> Columns {
    @Sendable func time(_ time: EventTime?) -> Cell {
        Cell(time.flatMap { $0.hasArrived ? $0.time : nil })
    }
    return [
        Column("rounds_to_\(name)", "median rounds to \(meaning); empty if too few arrived") {
            time(value($0)?.rounds)
        },
        Column("simulated_seconds_to_\(name)", "median simulated seconds to it") {
            time(value($0)?.seconds)
        },
        Column("bytes_to_\(name)", "median bytes up and down to it") {
            time(value($0)?.bytes)
        },
        Column("\(name)_arrived", "runs that reached it") {
            .optionalInteger(value($0)?.arrived)
        },
        Column("\(name)_censored", "runs that did not, also those that failed") {
            .optionalInteger(value($0).map { $0.runs - $0.arrived })
        },
        Column("\(name)_speedup_lower", "the median speed-up in rounds is at least this") {
            Cell(value($0)?.speedUp?.lower)
        },
        Column("\(name)_speedup_upper", "and at most this; inf if nothing bounds it") {
            Cell(value($0)?.speedUp?.upper)
        },
    ]
}

private let shape: Columns =
    [
        Column("worst_cell", "worst mean final value of any cell") {
            Cell($0.sensitivity?.worst)
        },
        Column("best_cell", "best mean final value of any cell") {
            Cell($0.sensitivity?.best)
        },
        Column("spread", "largest minus smallest mean final value of any cell") {
            Cell($0.sensitivity?.spread)
        },
        Column(
            "near_best",
            "share of cells within one point (1 % of an RMSE or perplexity) of the best variant"
        ) {
            Cell($0.nearBestShare)
        },
        Column("client_bound_share", "share of the local steps held at a bound, 0 to 1") {
            Cell($0.clientBoundShare)
        },
        Column("server_bound_share", "share of the rounds held at a bound by the server") {
            Cell($0.serverBoundShare)
        },
    ] + fairnessNumbers("; mean of runs") { $0.fairness } + [
        Column("balanced_accuracy", "mean recall of the classes; mean of runs") {
            Cell($0.balancedAccuracy)
        }
    ]
