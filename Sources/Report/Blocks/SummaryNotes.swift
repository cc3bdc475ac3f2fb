import Reporting

/// What stands once below the summary table: what its words mean.
struct SummaryNotes {
    let text: String

    init(_ content: StudyContent) {
        let study = content.study
        let seeds = content.seedCount
        let name = study.metric == .accuracy ? "accuracy" : "RMSE"
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
        if let statistics = content.statistics, statistics.decision != .none {
            let count = statistics.comparisons
            let test = statistics.decision == .exact ? "exact sign-flip test" : "paired t test"
            parts.append(
                "“Not told apart” means that the \(test)"
                    + (count > 1 ? ", corrected by Holm over \(count) comparisons," : "")
                    + " gives p ≥ 0.05.")
        }
        if study.target != nil {
            parts.append(
                "“>” means that fewer than half of the runs arrived within their rounds."
                    + " Sent counts bytes up and down.")
        }
        if content.study.variants.count > 1 {
            parts.append("Bold: the best of its column, or the best two that are not told apart.")
        }
        text = PageText.bound(parts.joined(separator: " "))
    }
}
