import Statistics

/// The table that ends a comparison, with its legend and its verdict, in lines of 80 columns where
/// the names of variants allow it.
public struct ClosingTable: Sendable {
    private let statistics: StudyStatistics
    private let text: StatisticsText
    /// The baseline first, then the others by their difference.
    private let rows: [VariantStatistics]

    /// Makes the table of a study.
    public init(_ statistics: StudyStatistics) {
        self.statistics = statistics
        text = StatisticsText(statistics, .terminal)
        rows = statistics.ranked
    }

    /// The table, its legend, and the verdict.
    public var lines: String {
        let verdict = Verdict(statistics, .terminal).sentences.map {
            wrapped($0.map(\.text).joined())
        }
        return ([table] + legend.map { wrapped($0) } + verdict).joined(separator: "\n") + "\n"
    }

    /// A column: its head and its cells; empty ones are left out.
    private struct TableColumn {
        let head: String
        let cells: [String]
        var isEmpty: Bool { cells.allSatisfy(\.isEmpty) }
    }

    private var table: String {
        let columns = (results + differences + sensitivity + arrivals).filter { !$0.isEmpty }
        // The names of variants have what the other columns leave of 80.
        let used = columns.reduce(0) { sum, column in
            sum + 2 + ([column.head] + column.cells).reduce(0) { max($0, TextWidth.of($1)) }
        }
        let room = max(16, 80 - used)
        let names = rows.map { TextWidth.shortened($0.variant, to: room, true) }
        return alignedRight(
            [["variant"] + columns.map(\.head)]
                + rows.indices.map { index in [names[index]] + columns.map { $0.cells[index] } })
    }

    private func column(_ head: String, _ cell: (VariantStatistics) -> String?) -> TableColumn {
        TableColumn(head: head, cells: rows.map { cell($0) ?? "" })
    }

    private var results: [TableColumn] {
        let isPartial = rows.contains { $0.finished < $0.planned }
        // Runs with different metrics have nothing in common to be written by.
        let final = column("final") { row in
            guard let mean = row.mean else { return "-" }
            return statistics.metric == nil
                ? row.metric?.text(mean) : text.value(mean)
        }
        return [
            column("runs") { isPartial ? "\($0.finished) of \($0.planned)" : nil }, final,
            column("interval") {
                statistics.metric == nil ? nil : $0.interval.map(text.interval)
            },
        ]
    }

    private var differences: [TableColumn] {
        guard let baseline = statistics.baseline else { return [] }
        let isTested = statistics.decision != .none
        return [
            column("vs \(TextWidth.shortened(baseline, to: 12, true))") { row in
                guard let difference = row.difference else { return nil }
                return difference.mark == .sameRun
                    ? "same run" : mark(difference) + text.difference(difference.mean)
            },
            column("interval") {
                $0.difference?.mark == .sameRun
                    ? nil : $0.difference?.interval.map { text.differences($0) }
            },
            column("won") { row in
                guard isTested, let difference = row.difference, difference.mark != .sameRun
                else { return nil }
                return "\(difference.won) of \(difference.values.count)"
            },
        ]
    }

    private func mark(_ difference: DifferenceStatistics) -> String {
        switch difference.mark {
        case .notToldApart: "= "
        case .onlyBeforeCorrection: "~ "
        case .toldApart, .sameRun, nil: ""
        }
    }

    private var sensitivity: [TableColumn] {
        guard statistics.metric != nil else { return [] }
        return [
            column("worst") { $0.sensitivity.map { text.value($0.worst) } },
            column("spread") { $0.sensitivity.map { text.value($0.spread) } },
            column("near best") { $0.nearBestShare.map { text.percentage($0) } },
        ]
    }

    private var arrivals: [TableColumn] {
        let targets = Set(rows.compactMap { $0.target?.target })
        let head =
            targets.count == 1 && statistics.metric != nil
            ? targets.first.map { "to \(text.target($0))" } : nil
        func cell(_ arrivals: ArrivalStatistics?) -> String? {
            arrivals.map { own in
                text.rounds(own)
                    + (own.arrived < own.runs ? " (\(own.arrived) of \(own.runs))" : "")
            }
        }
        let share = statistics.targetShare.map { "to \(fixed(100 * $0, 0)) %" } ?? ""
        return [
            column(head ?? "to target") { cell($0.target) },
            column("\(share) of best") { cell($0.shareTarget) },
        ]
    }

    // MARK: Legend

    private var legend: [String] {
        [counts, marks, arrivalNote].compactMap(\.self)
    }

    private var counts: String {
        let seeds = rows.map(\.seeds.count).max() ?? 0
        let cells =
            statistics.grid.isEmpty ? "" : ", \(statistics.cellCount) cells"
        let metric =
            statistics.metric.map { $0 == .accuracy ? "accuracy in %" : $0.name } ?? "metric"
        let grid = statistics.grid.isEmpty ? "" : ", then over the cells"
        let interval =
            rows.contains { $0.interval != nil } ? "; 95 % t intervals over seeds" : ""
        return "\(seeds) \(seeds == 1 ? "seed" : "seeds")\(cells); final \(metric): mean of the"
            + " last 10 evaluations, or of all\(grid)\(interval)"
    }

    private var marks: String? {
        guard let baseline = statistics.baseline else { return nil }
        let all = rows.compactMap(\.difference)
        let unit = text.metric == .accuracy ? "points" : "% less RMSE"
        var parts = ["vs \(baseline): \(unit), paired by seed"]
        let holm = "Holm over \(statistics.comparisons)"
        let open = all.filter { $0.mark == .notToldApart }
        if !open.isEmpty {
            parts.append("= not told apart (\(holm)\(needed(open)))")
        }
        if all.contains(where: { $0.mark == .onlyBeforeCorrection }) {
            parts.append("~ told apart only before the correction (\(holm))")
        }
        return parts.joined(separator: "; ")
    }

    /// Returns how many seeds would be needed for some differences.
    private func needed(_ differences: [DifferenceStatistics]) -> String {
        let known = differences.compactMap(\.seedsNeeded)
        let counts = known.compactMap { if case .about(let count) = $0 { count } else { nil } }
        guard let least = counts.min(), let most = counts.max() else {
            return known.isEmpty ? "" : "; more than \(SeedsNeeded.largest) seeds needed"
        }
        let more = known.contains(.more)
        let upper =
            more ? " to more than \(SeedsNeeded.largest)" : most > least ? " to \(most)" : ""
        return "; about \(least)\(upper) seeds needed"
    }

    private var arrivalNote: String? {
        let all = rows.flatMap { [$0.target, $0.shareTarget] }.compactMap(\.self)
        guard !all.isEmpty else { return nil }
        let some = all.contains { $0.arrived < $0.runs }
        let share =
            rows.contains { $0.shareTarget != nil }
            ? "; of best: of the baseline's with the same seed" : ""
        return "to: median rounds to the target"
            + (some ? "; > not reached; in brackets the runs that reached it" : "") + share
    }
}

/// Returns the text that ends a comparison: with a grid the values of its cells, then the table of
/// all variants with legend and verdict, the methods in which they differ, and warnings.
public func comparisonText(_ variants: [VariantSummary], _ statistics: StudyStatistics) -> String {
    (statistics.grid.isEmpty ? "" : gridTable(variants) + "\n")
        + ClosingTable(statistics).lines
        + (methodsTable(variants).map { "\n" + $0 } ?? "")
        + dropConcerns(variants)
}
