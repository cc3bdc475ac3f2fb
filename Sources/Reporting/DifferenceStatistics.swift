public import Statistics

/// The paired difference of a variant from the baseline: gains, one a seed.
public struct DifferenceStatistics: Sendable {
    /// Whether the variant is told apart from the baseline.
    public enum Mark: String, Sendable {
        /// The corrected p-value is below 0.05.
        case toldApart = "told_apart"
        /// The interval leaves 0 out, but the corrected p-value is 0.05 or more.
        case onlyBeforeCorrection = "only_before_correction"
        /// The corrected p-value is 0.05 or more.
        case notToldApart = "not_told_apart"
        /// All evaluations are those of the baseline's runs, to the last bit.
        case sameRun = "same_run"
    }

    /// The gain of each seed with a pair, in points of accuracy or % less RMSE.
    public let values: [Double]
    /// The mean gain; positive is better.
    public let mean: Double
    /// The standard deviation over the seeds; nil below two.
    public let deviation: Double?
    /// The 95 % t interval; nil below three seeds.
    public let interval: Interval?
    /// The 95 % bootstrap interval; nil below three seeds.
    public let bootstrap: Interval?
    /// The two-sided p-value of the paired t test; nil below three seeds.
    public let studentP: Double?
    /// The two-sided p-value of the sign-flip permutation test.
    public let exactP: Double?
    /// The two-sided p-value of the sign test.
    public let signP: Double?
    /// The two-sided p-value of Wilcoxon's signed rank test.
    public let wilcoxonP: Double?
    /// `studentP` with Holm's correction over the variants.
    public private(set) var studentHolm: Double?
    /// `exactP` with Holm's correction over the variants.
    public private(set) var exactHolm: Double?
    /// The verdict; nil below three seeds, which allow none.
    public private(set) var mark: Mark?
    /// How many seeds would be needed for a power of 80 % at this difference.
    public let seedsNeeded: SeedsNeeded?

    /// In how many seeds the variant is better.
    public var won: Int { values.count { $0 > 0 } }
    /// In how many seeds the variant is worse.
    public var lost: Int { values.count { $0 < 0 } }
    /// Whether the variant is better than the baseline, as far as the test can say.
    public var isBetter: Bool { mark == .toldApart && mean > 0 }
    /// Whether the variant is worse than the baseline, as far as the test can say.
    public var isWorse: Bool { mark == .toldApart && mean < 0 }

    /// - Parameter strata: the gains of each cell; without a grid, all in one.
    /// - Returns: nil without a value.
    init?(
        _ values: [Double], strata: [[Double]], isSameRun: Bool, comparisons: Int, seed: UInt64,
        name: String
    ) {
        guard let mean = Statistics.mean(values) else { return nil }
        func key(_ quantity: String) -> ResamplingKey {
            ResamplingKey(seed: seed, variant: name, quantity: quantity)
        }
        (self.values, self.mean, deviation) = (values, mean, standardDeviation(values))
        interval = meanInterval(values)
        bootstrap = bootstrapInterval(strata, key("difference"))
        (studentP, signP, wilcoxonP) = (studentTest(values), signTest(values), wilcoxonTest(values))
        exactP = signFlipTest(values, key("signs"))
        mark = isSameRun ? .sameRun : nil
        seedsNeeded = isSameRun ? nil : Statistics.seedsNeeded(values, comparisons: comparisons)
    }

    /// Adds the corrected p-values, and the mark that follows.
    mutating func correct(
        _ student: Double?, _ exact: Double?, _ decision: StudyStatistics.Decision
    ) {
        (studentHolm, exactHolm) = (student, exact)
        guard mark != .sameRun, let interval else { return }
        let p: Double? =
            switch decision {
            case .none: nil
            case .student: student
            case .exact: exact
            }
        guard let p else { return }
        mark =
            p < 0.05
            ? .toldApart : interval.contains(0) ? .notToldApart : .onlyBeforeCorrection
    }
}
