import Reporting
import Statistics

/// The summary table without a form: what LaTeX, Markdown and CSV files are made from.
struct PlainSummary {
    /// One cell of a row.
    struct Cell {
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
    let columns: [String]
    /// The variants with their cells.
    let rows: [(name: String, cells: [Cell])]
    /// What stands once below the table.
    let note: String

    /// Returns nil if no variant has a value, or for a single run.
    init?(_ content: StudyContent) {
        guard content.study.kind == .comparison,
            content.variants.contains(where: { $0.mean != nil })
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
            isAccuracy ? "Final accuracy, %" : "Final RMSE", SummaryTable.differenceName(content),
            "Seeds won", "Rounds to \(target ?? "")", "Sent until \(target ?? "")",
            isAccuracy ? "Mean over rounds, %" : "Mean over rounds",
        ]
    }

    private static func cells(_ variant: VariantStatistics, _ table: SummaryTable) -> [Cell] {
        let content = table.content
        let isBest = table.best.contains(variant.variant.name)
        let decimals = table.decimals
        func range(_ interval: Interval?, _ decimals: Int) -> String {
            interval.map { PageText.interval($0.lower, $0.upper, decimals) } ?? ""
        }
        let final = Cell(
            text: variant.mean.map { PageText.number($0, decimals) } ?? "",
            beside: range(variant.interval, decimals), isBest: isBest)
        let isNear = variant.standing == .notApart || variant.standing == .onlyBeforeCorrection
        let difference = Cell(
            text: variant.difference.map {
                PageText.difference($0, table.differenceDecimals)
            } ?? "", beside: range(variant.differenceInterval, table.differenceDecimals),
            isBest: isBest, isNear: isNear)
        let won = Cell(
            text: variant.differences.isEmpty
                ? "" : "\(variant.won(content.study.metric)) of \(variant.differences.count)")
        let area = variant.area.map { PageText.number($0, decimals) } ?? ""
        let areas = content.variants.compactMap(\.area)
        let bestArea = content.largerIsBetter ? areas.max() : areas.min()
        return [
            final, difference, won,
            time(variant.roundsToTarget, content.variants.map(\.roundsToTarget)) {
                PageText.number($0, 0)
            },
            time(variant.bytesToTarget, content.variants.map(\.bytesToTarget), PageText.bytes),
            Cell(text: area, isBest: areas.count > 1 && variant.area == bestArea),
        ]
    }

    /// Returns the median of times to the target. Runs that did not arrive count as censored.
    private static func time(
        _ times: [EventTime], _ all: [[EventTime]], _ text: (Double) -> String
    ) -> Cell {
        guard let median = SurvivalCurve(times).median else { return Cell() }
        let arrived = times.filter(\.hasArrived).map(\.time)
        let count = arrived.count < times.count ? "\(arrived.count) of \(times.count) arrived" : ""
        guard case .arrived(let own) = median else {
            return Cell(text: "> \(text(median.time))", beside: count)
        }
        let others = all.compactMap { SurvivalCurve($0).median }.filter(\.hasArrived).map(\.time)
        let range =
            count.isEmpty && times.count > 1
            ? "\(text(arrived.min() ?? own)) to \(text(arrived.max() ?? own))" : count
        return Cell(
            text: text(own), beside: range, isBest: others.count > 1 && others.min() == own)
    }
}
