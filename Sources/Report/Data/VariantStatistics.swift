import Reporting
import Simulation
import Statistics

/// What came of a variant over its seeds, and beside the baseline.
struct VariantStatistics: Sendable {
    /// How a variant and the baseline compare.
    enum Standing: Equatable, Sendable {
        /// It is the baseline, or there is none.
        case alone
        /// Too few seeds to say anything.
        case unknown
        /// Holm's p is below 0.05.
        case apart
        /// The interval leaves 0 out, but Holm's p does not fall below 0.05.
        case onlyBeforeCorrection
        /// The interval covers 0.
        case notApart
        /// All runs have the same values.
        case equal
    }

    /// The variant.
    let variant: VariantData
    /// The value of each seed that has one, in percent or in the unit of the RMSE; over a grid the
    /// mean of its cells.
    let values: [Double]
    /// Paired with the baseline, seed by seed: points, or percent of the baseline's RMSE.
    let differences: [Double]
    /// The area under the curve, the mean over seeds, in the unit of `values`.
    let area: Double?
    /// Rounds to the target, a time for each run that began; empty without a target.
    let roundsToTarget: [EventTime]
    /// Bytes to the target.
    let bytesToTarget: [EventTime]
    /// How the variant stands beside the baseline.
    var standing = Standing.alone
    /// About how many seeds would be needed, where it is not apart.
    var needed: SeedsNeeded?

    /// The mean over seeds; nil of no seeds.
    var mean: Double? { Statistics.mean(values) }
    /// The 95 % t interval of the mean; nil with fewer than three seeds.
    var interval: Interval? { meanInterval(values) }
    /// The mean difference from the baseline.
    var difference: Double? { Statistics.mean(differences) }
    /// The 95 % t interval of the mean difference.
    var differenceInterval: Interval? { meanInterval(differences) }

    /// In how many seeds the variant is better than the baseline.
    func won(_ metric: Metric) -> Int {
        differences.count { metric == .accuracy ? $0 > 0 : $0 < 0 }
    }

    /// Computes what is known of one variant.
    init(_ variant: VariantData, baseline: VariantData?, _ study: StudyData) {
        self.variant = variant
        let scale = study.metric == .accuracy ? 100.0 : 1
        let isGrid = !study.grid.isEmpty
        func value(_ variant: VariantData, _ seed: UInt64) -> Double? {
            variant.value(ofSeed: seed, countsFailures: isGrid).map { $0 * scale }
        }
        values = study.seeds.compactMap { value(variant, $0) }
        differences = study.seeds.compactMap { seed in
            guard let baseline, baseline.name != variant.name, let own = value(variant, seed),
                let other = value(baseline, seed)
            else { return nil }
            return study.metric == .accuracy ? own - other : (own - other) / other * 100
        }
        area = Statistics.mean(variant.runs.compactMap(\.area)).map { $0 * scale }
        let begun = variant.runs.filter { $0.status == .done || $0.status == .failed }
        guard let target = study.target else {
            (roundsToTarget, bytesToTarget) = ([], [])
            return
        }
        roundsToTarget = begun.map { run in
            if let rounds = run.rounds(to: target) { return .arrived(Double(rounds)) }
            return .censored(Double(run.series?.roundCount ?? 0))
        }
        bytesToTarget = begun.map { run in
            if let bytes = run.rounds(to: target).flatMap({ run.bytes(after: $0) }) {
                return .arrived(bytes)
            }
            return .censored(run.series?.bytesSoFar.last ?? 0)
        }
    }
}

/// The statistics of all variants of a study, and their order in tables.
struct StudyContent: Sendable {
    /// The study.
    let study: StudyData
    /// The variants in the order of colours.
    let variants: [VariantStatistics]
    /// The baseline first, then by mean difference, the best first.
    let ranked: [VariantStatistics]

    /// The factor from a metric to what the page shows: percent of accuracies.
    var scale: Double { study.metric == .accuracy ? 100 : 1 }
    /// Whether larger values are better.
    var largerIsBetter: Bool { study.metric == .accuracy }
    /// The baseline; nil with one variant.
    var baseline: VariantStatistics? { variants.count > 1 ? variants.first : nil }
    /// The variants beside the baseline.
    var others: [VariantStatistics] { Array(variants.dropFirst()) }
    /// The number of seeds that the variant with most of them has finished.
    var seedCount: Int { variants.map(\.values.count).max() ?? 0 }

    init(_ study: StudyData) {
        self.study = study
        let baseline = study.baseline
        var all = study.variants.map { VariantStatistics($0, baseline: baseline, study) }
        let tested = all.indices.dropFirst()
        let corrected = holmCorrection(tested.map { studentTest(all[$0].differences) })
        for (index, p) in zip(tested, corrected) {
            all[index].standing = Self.standing(all[index], p)
            if all[index].standing == .notApart || all[index].standing == .onlyBeforeCorrection {
                all[index].needed = seedsNeeded(
                    all[index].differences, comparisons: tested.count)
            }
        }
        variants = all
        let isAccuracy = study.metric == .accuracy
        // Equal differences keep the order of the file.
        let sorted = all.enumerated().dropFirst().sorted { one, other in
            let (a, b) = (one.element.difference, other.element.difference)
            guard let a, let b, a != b else {
                return (a != nil && b == nil)
                    || ((a == nil) == (b == nil)
                        && one.offset < other.offset)
            }
            return isAccuracy ? a > b : a < b
        }
        ranked = all.prefix(1) + sorted.map(\.element)
    }

    private static func standing(
        _ variant: VariantStatistics, _ p: Double?
    ) -> VariantStatistics.Standing {
        let differences = variant.differences
        if !differences.isEmpty, differences.allSatisfy({ $0 == 0 }) { return .equal }
        guard let interval = variant.differenceInterval, let p else { return .unknown }
        if p < 0.05 { return .apart }
        return interval.contains(0) ? .notApart : .onlyBeforeCorrection
    }
}
