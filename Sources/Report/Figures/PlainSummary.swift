import Reporting
import Statistics

/// The summary table without a form: what LaTeX, Markdown and CSV files are made from.
package struct PlainSummary {
    /// One cell of a row.
    package struct Cell {
        /// The number or word.
        var text = ""
        /// What stands beside it: an interval, a range or a count.
        var beside = ""
        /// Whether it is the best of its column.
        var isBest = false
        /// Whether the variant is not distinguished from the baseline.
        var isNear = false
    }

    /// The names of the columns behind that of the variant.
    package let columns: [String]
    /// The variants with their cells.
    package let rows: [(name: String, cells: [Cell])]
    /// What stands once below the table.
    package let note: String

    /// Returns nil if no variant has a value, or for a single run.
    init?(_ content: StudyContent) {
        guard content.study.kind == .comparison,
            content.ranked.contains(where: { $0.mean != nil })
        else { return nil }
        let table = SummaryTable(content)
        let all = content.ranked.map { Self.cells($0, table) }
        let names = Self.names(content)
        // A column that is empty in all rows is left out.
        let used = names.indices.filter { column in
            all.contains { !$0[column].text.isEmpty }
        }
        columns = used.map { names[$0] }
        rows = zip(content.ranked, all).map { variant, cells in
            (variant.variant.label, used.map { cells[$0] })
        }
        note = SummaryNotes(content).text
    }

    private static func names(_ content: StudyContent) -> [String] {
        let isAccuracy = content.study.metric == .accuracy
        let target = content.study.target.map {
            isAccuracy ? PageText.percentBrief($0 * 100) : PageText.rate($0)
        }
        return [
            isAccuracy ? "Final accuracy, %" : "Final \(content.study.metric.name)",
            SummaryTable.differenceName(content),
            "Seeds won", "Rounds to \(target ?? "")", "Sent until \(target ?? "")",
            isAccuracy ? "Mean over rounds, %" : "Mean over rounds",
        ]
    }

    private static func cells(_ row: StudyContent.Row, _ table: SummaryTable) -> [Cell] {
        let content = table.content
        let isBest = table.best.contains(row.variant.name)
        func range(_ interval: Interval?, _ decimals: Int) -> String {
            interval.map { PageText.interval($0.lower, $0.upper, decimals) } ?? ""
        }
        let final = Cell(
            text: row.mean.map { PageText.number($0, table.decimals) } ?? "",
            beside: row.values.count == 2
                ? PageText.list(row.values.map { PageText.number($0, table.decimals) })
                : range(row.interval, table.decimals), isBest: isBest)
        let area = row.area.map { PageText.number($0, table.decimals) } ?? ""
        let areas = content.ranked.compactMap(\.area)
        let bestArea = content.largerIsBetter ? areas.max() : areas.min()
        return [
            final, difference(row, table, isBest: isBest),
            Cell(text: row.difference.map { "\($0.won) of \($0.values.count)" } ?? ""),
            rounds(row, content), bytes(row, content),
            Cell(text: area, isBest: areas.count > 1 && row.area == bestArea),
        ]
    }

    private static func difference(
        _ row: StudyContent.Row, _ table: SummaryTable, isBest: Bool
    ) -> Cell {
        guard let difference = row.difference else { return Cell() }
        let decimals = table.differenceDecimals
        return Cell(
            text: PageText.difference(difference.mean, decimals),
            beside: difference.interval.map {
                PageText.interval($0.lower, $0.upper, decimals)
            } ?? "", isBest: isBest,
            isNear: difference.mark == .notToldApart
                || difference.mark == .onlyBeforeCorrection)
    }

    private static func rounds(_ row: StudyContent.Row, _ content: StudyContent) -> Cell {
        guard let target = row.statistics.target else { return Cell() }
        var cell = median(target.rounds, content.ranked.map { $0.statistics.target?.rounds }) {
            PageText.number($0, 0)
        }
        cell.beside = "\(target.arrived) of \(target.runs) arrived"
        if let smallest = target.smallest, let largest = target.largest {
            cell.beside = target.runs > 1 ? "\(Int(smallest)) to \(Int(largest))" : ""
        }
        return cell
    }

    private static func bytes(_ row: StudyContent.Row, _ content: StudyContent) -> Cell {
        guard let bytes = row.statistics.target?.bytes else { return Cell() }
        return median(
            bytes, content.ranked.map { $0.statistics.target?.bytes }, PageText.bytes)
    }

    /// Returns a median, which is only a bound if fewer than half of the runs arrived.
    private static func median(
        _ own: EventTime, _ all: [EventTime?], _ text: (Double) -> String
    ) -> Cell {
        guard case .arrived(let time) = own else { return Cell(text: "> \(text(own.time))") }
        let arrived = all.compactMap { $0 }.filter(\.hasArrived).map(\.time)
        return Cell(text: text(time), isBest: arrived.count > 1 && arrived.min() == time)
    }
}
