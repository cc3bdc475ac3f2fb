import Federation
import LearningRates
import Reporting

/// A round with plain numbers, to change from.
func record(
    round: UInt32 = 0, testAccuracy: Double? = 0.8125, testLoss: Double? = 0.5,
    testRMSE: Double? = nil, seconds: Double = 0.5
) -> RoundRecord {
    RoundRecord(
        round: round, participants: 10, samples: 6000, trainLoss: 1.25, testLoss: testLoss,
        testAccuracy: testAccuracy, testRMSE: testRMSE,
        decision: RateDecision(
            globalRate: 1, globalChange: RateChange(rate: 1, bound: .upper)),
        localRate: 0.01,
        localRateMean: 0.02,
        localRateSmallest: 0.001, localRateLargest: 0.1, productWithPrevious: -0.125, cosine: -0.5,
        aggregateNorm: 2, meanUpdateNorm: 3, clientBoundHits: 7,
        seconds: seconds)
}

/// The summary of a run with these accuracies, a round each.
func summary(
    _ accuracies: [Double?], target: Double? = 0.7, testLoss: Double = 0.5
) -> RunSummary {
    var summary = RunSummary(target: target)
    for (round, accuracy) in accuracies.enumerated() {
        summary.add(
            record(round: UInt32(round), testAccuracy: accuracy, testLoss: testLoss))
    }
    return summary
}

/// The summary of a run that predicts numbers, with these errors, a round each.
func summary(errors: [Double?], target: Double? = nil) -> RunSummary {
    var summary = RunSummary(metric: .rmse, target: target)
    for (round, error) in errors.enumerated() {
        summary.add(
            record(
                round: UInt32(round), testAccuracy: nil, testLoss: error.map { $0 * $0 },
                testRMSE: error))
    }
    return summary
}

/// The runs of a variant: for each seed from 1 on its final value; nil for one that diverged.
func rows(
    _ variant: String, _ finals: [Double?], cell: [String] = [], target: Double? = nil,
    constant: Double = 0.1, testLoss: Double = 0.5
) -> [ComparisonRow] {
    finals.enumerated().map { index, final in
        ComparisonRow(
            variant: variant, cell: cell, seed: UInt64(index + 1),
            summary: final.map { summary([$0], target: target, testLoss: testLoss) },
            partialSummary: final == nil ? summary([0.1], target: target) : nil,
            constant: final == nil ? constant : nil,
            reason: final == nil ? "it diverged" : nil)
    }
}

/// The statistics of variants, each with its runs.
func study(
    _ rows: [ComparisonRow], planned: Int? = nil, grid: [String] = [], baseline: String? = nil,
    share: Double? = nil
) -> StudyStatistics {
    var places: [(name: String, cell: [String])] = []
    for row in rows where !places.contains(where: { $0 == (row.variant, row.cell) }) {
        places.append((row.variant, row.cell))
    }
    return StudyStatistics(
        rows,
        planned: places.map { name, cell in
            PlannedVariant(
                name: name, cell: cell, methods: Methods(),
                runs: planned ?? rows.count { $0.variant == name && $0.cell == cell })
        }, grid: grid, baseline: baseline, targetShare: share, seed: 1)
}

extension VariantSummary {
    /// A variant with these schedulers, "server / client", or none.
    init(
        name: String, cell: [CellValue] = [], schedulers: String, runs: [RunSummary],
        failures: Int = 0, missing: Int = 0
    ) {
        let parts = schedulers.split(separator: #/ \/ /#).map(String.init)
        let methods = Methods(
            serverScheduler: parts.first ?? "", clientScheduler: parts.count > 1 ? parts[1] : "")
        self.init(
            name: name, cell: cell, methods: methods, runs: runs, failures: failures,
            missing: missing)
    }
}
