import Reporting
import Statistics

/// What stands once below the summary table: what its words mean.
struct SummaryNotes {
    let text: String

    init(_ content: StudyContent) {
        let study = content.study
        let seeds = content.seedCount
        let name = study.metric.name
        var parts = ["Final \(name) is the mean of the last 10 evaluations, or of all."]
        if !study.grid.isEmpty {
            parts.append(
                "Each seed counts with the mean over all cells of the grid; a run that diverged"
                    + " counts as a constant prediction.")
        }
        switch seeds {
        case ..<2: parts.append("With one seed there are no intervals.")
        case 2:
            parts.append("With two seeds there are no intervals; both values stand below the mean.")
        default: parts.append("Intervals are 95 % t intervals over \(seeds) seeds.")
        }
        if content.ranked.contains(where: { $0.difference != nil }) {
            parts.append("Differences are taken seed by seed.")
        }
        let marks = content.ranked.compactMap { $0.difference?.mark }
        if let statistics = content.statistics,
            marks.contains(.notToldApart) || marks.contains(.onlyBeforeCorrection)
        {
            let count = statistics.comparisons
            let test = statistics.decision == .exact ? "exact sign-flip test" : "paired t test"
            let holm = count > 1 ? ", corrected by Holm over \(count) comparisons," : ""
            if marks.contains(.notToldApart) {
                parts.append("“Not told apart” means that the \(test)\(holm) gives p ≥ 0.05.")
            }
            if marks.contains(.onlyBeforeCorrection) {
                parts.append(
                    "“Only before correction” means that the \(test) gives p < 0.05, and p ≥ 0.05"
                        + " when corrected by Holm over \(count) comparisons.")
            }
        }
        let arrivals = content.ranked.flatMap { [$0.statistics.target, $0.statistics.shareTarget] }
            .compactMap(\.self)
        if arrivals.contains(where: { !$0.rounds.hasArrived }) {
            parts.append("“>” means that fewer than half of the runs arrived within their rounds.")
        }
        if content.ranked.contains(where: { $0.statistics.target?.bytes != nil }) {
            parts.append("Sent counts bytes up and down.")
        }
        if content.byMean.count > 1 {
            parts.append("Bold: the best of its column, or the best two that are not told apart.")
        }
        text = PageText.bound(parts.joined(separator: " "))
    }
}
