import Settings
import Statistics

/// The table that ends a comparison, with its legend and its verdict, in lines of 80 columns where
/// the names of variants allow it.
public struct ClosingTable: Sendable {
    private let statistics: StudyStatistics
    private let text: StatisticsText
    /// The baseline first, then the others by their difference.
    private let rows: [VariantStatistics]

    /// Whether names are cut so that lines have 80 columns. On a pipe they stay whole.
    private let cutsNames: Bool

    /// Makes the table of a study.
    ///
    /// - Parameter cutsNames: whether long names of variants are cut in their middle, for a
    ///   terminal.
    public init(_ statistics: StudyStatistics, cutsNames: Bool = true) {
        (self.statistics, self.cutsNames) = (statistics, cutsNames)
        text = StatisticsText(statistics, .terminal)
        rows = statistics.ranked
    }

    /// The table, its legend, and the verdict.
    public var lines: String {
        let verdict = Verdict(statistics, .terminal).sentences.map {
            wrapped($0.map(\.text).joined())
        }
        let layout = layout
        return ([table(layout)] + legend(layout).map { wrapped($0) } + verdict)
            .joined(separator: "\n") + "\n"
    }

    /// A column: its head and its cells; empty ones are left out.
    private struct TableColumn {
        let head: String
        let cells: [String]
        /// Where lines are too long, the column with the lowest number goes first; nil stays.
        let order: Int?
        var isEmpty: Bool { cells.allSatisfy(\.isEmpty) }
        /// Its width with the space before it.
        var width: Int {
            2 + ([head] + cells).reduce(0) { max($0, TextWidth.of($1)) }
        }
    }

    /// The columns that fit, and how counts are written in them.
    private struct Layout {
        var columns: [TableColumn]
        /// Whether counts are written as "3/3".
        var isCompact = false
        /// Whether the runs that reached a target stand beside its median.
        var countsArrivals = true

        var width: Int { columns.reduce(0) { $0 + $1.width } }
    }

    /// The columns beside names of at most 16 columns, in lines of 80; of 24 if names stay whole.
    /// Counts become short first, then columns go whose numbers stand in summary.csv.
    private var layout: Layout {
        let room = cutsNames ? 16 : 24
        let longest = rows.map { min(TextWidth.of($0.variant), room) }.max()
        let most = 80 - max(longest ?? 0, TextWidth.of("variant"))
        var layout = Layout(columns: [])
        for (isCompact, countsArrivals) in [(false, true), (true, true), (true, false)] {
            (layout.isCompact, layout.countsArrivals) = (isCompact, countsArrivals)
            layout.columns = columns(layout)
            if layout.width <= most { return layout }
        }
        // With fewer columns, the counts of arrivals may fit again.
        layout.countsArrivals = true
        layout.columns = columns(layout)
        for order in 0..<5 where layout.width > most {
            layout.columns.removeAll { $0.order == order }
        }
        return layout
    }

    private func columns(_ layout: Layout) -> [TableColumn] {
        (results(layout) + differences(layout) + sensitivity + arrivals(layout)).filter {
            !$0.isEmpty
        }
    }

    private func table(_ layout: Layout) -> String {
        // The names of variants have what the other columns leave of 80.
        let room = max(16, 80 - layout.width)
        let names = rows.map {
            TextWidth.shortened($0.variant, to: cutsNames ? room : .max, true)
        }
        return alignedRight(
            [["variant"] + layout.columns.map(\.head)]
                + rows.indices.map { index in
                    [names[index]] + layout.columns.map { $0.cells[index] }
                })
    }

    private func column(
        _ head: String, order: Int? = nil, _ cell: (VariantStatistics) -> String?
    ) -> TableColumn {
        TableColumn(head: head, cells: rows.map { cell($0) ?? "" }, order: order)
    }

    private func count(_ count: Int, of all: Int, _ layout: Layout) -> String {
        layout.isCompact ? "\(count)/\(all)" : "\(count) of \(all)"
    }

    private func results(_ layout: Layout) -> [TableColumn] {
        let isPartial = rows.contains { $0.finished < $0.planned }
        // Runs with different metrics have nothing in common to be written by.
        let final = column("final") { row in
            guard let mean = row.mean else { return "-" }
            return statistics.metric == nil
                ? row.metric?.text(mean) : text.value(mean)
        }
        return [
            column("runs") {
                isPartial ? count($0.finished, of: $0.planned, layout) : nil
            }, final,
            column("interval", order: 4) {
                statistics.metric == nil ? nil : $0.interval.map(text.interval)
            },
        ]
    }

    private func differences(_ layout: Layout) -> [TableColumn] {
        guard let baseline = statistics.baseline else { return [] }
        let isTested = statistics.decision != .none
        return [
            column("vs \(TextWidth.shortened(baseline, to: cutsNames ? 12 : .max, true))") { row in
                guard let difference = row.difference else { return nil }
                return difference.mark == .sameRun
                    ? "same run" : mark(difference) + text.difference(difference.mean)
            },
            column("interval") {
                $0.difference?.mark == .sameRun
                    ? nil : $0.difference?.interval.map { text.differences($0) }
            },
            column("won", order: 3) { row in
                guard isTested, let difference = row.difference, difference.mark != .sameRun
                else { return nil }
                return count(difference.won, of: difference.values.count, layout)
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
            column("spread", order: 1) { $0.sensitivity.map { text.value($0.spread) } },
            column("near best", order: 0) { $0.nearBestShare.map { text.percentage($0) } },
        ]
    }

    private func arrivals(_ layout: Layout) -> [TableColumn] {
        let targets = Set(rows.compactMap { $0.target?.target })
        let head =
            targets.count == 1 && statistics.metric != nil
            ? targets.first.map { "to \(text.target($0))" } : nil
        func cell(_ arrivals: ArrivalStatistics?) -> String? {
            arrivals.map { own in
                text.rounds(own)
                    + (own.arrived < own.runs && layout.countsArrivals
                        ? " (\(count(own.arrived, of: own.runs, layout)))" : "")
            }
        }
        let share = statistics.targetShare.map { "to \(fixed(100 * $0, 0)) %" } ?? ""
        return [
            column(head ?? "to target") { cell($0.target) },
            column("\(share) of best", order: 2) { cell($0.shareTarget) },
        ]
    }

    // MARK: Legend

    private func legend(_ layout: Layout) -> [String] {
        [counts, marks, arrivalNote(layout)].compactMap(\.self)
    }

    private var counts: String {
        let seeds = rows.map(\.seeds.count).max() ?? 0
        let cells =
            statistics.grid.isEmpty ? "" : ", " + counted(statistics.cellCount, "cell")
        let metric =
            statistics.metric.map { $0 == .accuracy ? "accuracy in %" : $0.name } ?? "metric"
        let grid = statistics.grid.isEmpty ? "" : ", then over the cells"
        let interval =
            rows.contains { $0.interval != nil } ? "; 95 % t intervals over seeds" : ""
        return "\(counted(seeds, "seed"))\(cells); final \(metric): mean of the"
            + " last 10 evaluations, or of all\(grid)\(interval)"
    }

    private var marks: String? {
        guard let baseline = statistics.baseline else { return nil }
        let all = rows.compactMap(\.difference)
        var parts = ["vs \(baseline): \(text.metric.gainUnit), paired by seed"]
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

    /// Returns the meaning of the signs in the columns on targets; nil without such columns.
    private func arrivalNote(_ layout: Layout) -> String? {
        let cells = layout.columns.filter { $0.head.hasPrefix("to ") }.flatMap(\.cells)
        guard !cells.isEmpty else { return nil }
        let isOfBest = layout.columns.contains { $0.head.hasSuffix(" of best") }
        return "to: median rounds to the target"
            + (cells.contains { $0.hasPrefix(">") } ? "; > not reached" : "")
            + (cells.contains { $0.hasSuffix(")") } ? "; in brackets the runs that reached it" : "")
            + (isOfBest ? "; of best: of the baseline's with the same seed" : "")
    }
}

/// Returns the text that ends a comparison.
///
/// With a grid, the values of its cells come first. Then come the table of all variants with its
/// legend and verdict, the methods in which they differ, and warnings.
///
/// - Parameter cutsNames: whether long names of variants are cut, for a terminal.
public func comparisonText(
    _ variants: [VariantSummary], _ statistics: StudyStatistics, cutsNames: Bool = true
) -> String {
    (statistics.grid.isEmpty ? "" : gridTable(variants) + "\n")
        + ClosingTable(statistics, cutsNames: cutsNames).lines
        + (methodsTable(variants).map { "\n" + $0 } ?? "")
        + dropConcerns(variants)
}
