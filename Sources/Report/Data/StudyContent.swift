import Reporting
import Statistics

/// A study as the blocks of a page show it: its variants with their statistics.
struct StudyContent: Sendable {
    /// A variant and what came of it over its seeds.
    struct Row: Sendable {
        let variant: VariantData
        let statistics: VariantStatistics
        /// The factor from a metric to what the page shows.
        fileprivate let scale: Double

        /// The value of each seed, in percent or in the unit of the RMSE.
        var values: [Double] { statistics.seeds.compactMap(\.value).map { $0 * scale } }
        /// The mean over seeds.
        var mean: Double? { statistics.mean.map { $0 * scale } }
        /// The 95 % t interval of the mean; nil with fewer than three seeds.
        var interval: Interval? {
            statistics.interval.map { Interval($0.lower * scale, $0.upper * scale) }
        }
        /// The area under the curve, the mean over seeds.
        var area: Double? { statistics.areaUnderCurve.map { $0 * scale } }
        /// The gain over the baseline: points of accuracy, or % less RMSE. Positive is better.
        var difference: DifferenceStatistics? { statistics.difference }
    }

    /// The study with its runs.
    let study: StudyData
    /// The statistics of all variants; nil of a single run.
    let statistics: StudyStatistics?
    /// The baseline first, then by mean difference, the best first.
    let ranked: [Row]

    /// The factor from a metric to what the page shows: percent of accuracies.
    var scale: Double { study.metric == .accuracy ? 100 : 1 }
    /// Whether larger values are better.
    var largerIsBetter: Bool { study.metric == .accuracy }
    /// The variant that others are compared with; nil if there is only one.
    var baseline: VariantData? { study.baseline }
    /// The number of seeds of the variant with most of them.
    var seedCount: Int { ranked.map(\.values.count).max() ?? 0 }

    init(_ study: StudyData) {
        (self.study, statistics) = (study, study.statistics)
        let scale = study.metric == .accuracy ? 100.0 : 1
        ranked = (study.statistics?.ranked ?? []).compactMap { statistics in
            study.variants.first { $0.name == statistics.variant }.map {
                Row(variant: $0, statistics: statistics, scale: scale)
            }
        }
    }

    /// The variants by their means, the best first; equal ones keep their order.
    var byMean: [Row] {
        ranked.filter { $0.mean != nil }.enumerated().sorted { one, other in
            let (a, b) = (one.element.mean ?? 0, other.element.mean ?? 0)
            guard a != b else { return one.offset < other.offset }
            return largerIsBetter ? a > b : a < b
        }.map(\.element)
    }
}
