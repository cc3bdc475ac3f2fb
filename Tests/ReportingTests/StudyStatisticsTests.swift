import Reporting
import Statistics
import Testing

@Suite struct `Statistics of a study` {
    private let finals = [0.71, 0.72, 0.7, 0.69, 0.73, 0.74, 0.7, 0.71]

    @Test func `differences are paired by seed, and only whole pairs count`() throws {
        let all = study(rows("base", [0.5, 0.6, nil, 0.7]) + rows("v", [0.55, nil, 0.9, 0.8]))
        let variant = try #require(all.variants.last)
        #expect(variant.difference?.values.map { ($0 * 1e9).rounded() / 1e9 } == [5, 10])
        #expect((variant.finished, variant.diverged, variant.missing) == (3, 1, 0))
        // The variant's own mean is over all its runs.
        #expect(abs((variant.mean ?? 0) - 0.75) < 1e-12)
        #expect(variant.difference?.mark == nil && all.decision == .none)
    }

    @Test func `without a named baseline the first variant is it`() {
        let all = rows("a", [0.5]) + rows("b", [0.6])
        #expect(study(all).baseline == "a")
        #expect(study(all, baseline: "b").baseline == "b")
        #expect(study(all, baseline: "no such").baseline == "a")
        #expect(study(rows("a", [0.5])).baseline == nil)
        #expect(study([]).variants.isEmpty)
    }

    @Test func `three seeds: the t test decides, after Holm's correction`() throws {
        // Gains 4, 5, 6: t = 5 √3 / 1 = 8.66, p = 0.0131; gains 0.5, 1, 0.5: p = 0.0572.
        let all = study(
            rows("base", [0.5, 0.5, 0.5]) + rows("far", [0.54, 0.55, 0.56])
                + rows("near", [0.505, 0.51, 0.505]))
        #expect(all.decision == .student)
        let (far, near) = (all.variants[1].difference, all.variants[2].difference)
        let p = try #require(far?.studentP)
        #expect(abs(p - 0.013072) < 1e-5)
        #expect(far?.studentHolm == 2 * p && far?.mark == .toldApart)
        #expect(far?.exactP == 0.25 && far?.exactHolm == 0.5)
        #expect(near?.mark == .notToldApart && near?.interval?.contains(0) == true)
        #expect(far?.won == 3 && far?.isBetter == true && near?.isBetter == false)
    }

    @Test func `the interval can leave 0 out where the correction does not`() throws {
        // p is 0.0131 for each of five: corrected 0.065, 0.052, ...
        let others = (1...5).flatMap { index in
            rows("v\(index)", [0.54, 0.55, 0.56].map { $0 + 0.0001 * Double(index) })
        }
        let all = study(rows("base", [0.5, 0.5, 0.5]) + others)
        #expect(
            all.variants.dropFirst().allSatisfy { $0.difference?.mark == .onlyBeforeCorrection })
    }

    @Test func `the exact test decides as soon as it can`() {
        // Two variants: seven seeds are enough, since 2 · 2/2⁷ = 0.03.
        func decision(_ seeds: Int) -> StudyStatistics.Decision {
            let base = Array(finals.prefix(seeds))
            return study(
                rows("base", base) + rows("a", base.map { $0 + 0.02 })
                    + rows("b", base.map { $0 - 0.03 })
            ).decision
        }
        #expect(
            [1, 2, 3, 6, 7, 8].map(decision) == [.none, .none, .student, .student, .exact, .exact])
    }

    @Test func `runs with the same evaluations are the same run, and are not tested`() {
        let all = study(rows("base", finals) + rows("same", finals))
        #expect(all.variants[1].difference?.mark == .sameRun)
        #expect(all.variants[1].difference?.seedsNeeded == nil)
        let other = study(rows("base", finals) + rows("other", finals, testLoss: 0.501))
        #expect(other.variants[1].difference?.mark != .sameRun)
    }

    @Test func `intervals do not depend on the order of variants, nor on which others there are`() {
        let (base, one, two) = (
            rows("base", finals), rows("one", finals.map { $0 * 1.1 }),
            rows("two", finals.map { 1 - $0 })
        )
        let small = study(base + one)
        let large = study(base + two + one)
        #expect(small.variants[1].bootstrap == large.variants[2].bootstrap)
        #expect(
            small.variants[1].difference?.bootstrap == large.variants[2].difference?.bootstrap)
        #expect(small.variants[1].bootstrap != nil)
    }

    @Test func `the baseline stands first, then the best`() {
        let all = study(
            rows("low", [0.4, 0.41, 0.4]) + rows("base", [0.5, 0.51, 0.5])
                + rows("failed", [nil, nil, nil]) + rows("high", [0.6, 0.61, 0.6]),
            baseline: "base")
        #expect(all.ranked.map(\.variant) == ["base", "high", "low", "failed"])
    }

    @Test func `over a grid a diverged run counts as a constant`() throws {
        let all = study(
            rows("base", [0.5, 0.5, 0.5], cell: ["1"]) + rows("base", [0.5, 0.5, 0.5], cell: ["2"])
                + rows("v", [0.7, 0.7, 0.7], cell: ["1"])
                + rows("v", [0.6, nil, 0.8], cell: ["2"]),
            grid: ["k"])
        let variant = all.variants[1]
        // Cells 0.7 and (0.6 + 0.1 + 0.8) / 3 = 0.5; seeds 0.65, 0.4, 0.75.
        #expect(abs((variant.mean ?? 0) - 0.6) < 1e-12)
        let gains = try #require(variant.difference?.values)
        for (gain, expected) in zip(gains, [15.0, -10, 25]) { #expect(abs(gain - expected) < 1e-9) }
        let sensitivity = try #require(variant.sensitivity)
        #expect(abs(sensitivity.worst - 0.5) < 1e-12 && abs(sensitivity.spread - 0.2) < 1e-12)
        // In cell 2 both have 0.5: each is near the best.
        #expect(all.variants.map(\.nearBestShare) == [0.5, 1])
        #expect(all.cells.map(\.variant) == ["base", "base", "v", "v"])
        #expect(all.cells.last?.cell == ["2"] && all.cells.last?.diverged == 1)
        #expect(all.cellCount == 2)
    }

    @Test func `a censored run is never left out of the rounds to a target`() throws {
        func runs(_ name: String, _ arrivals: [Int?]) -> [ComparisonRow] {
            arrivals.enumerated().map { index, round in
                ComparisonRow(
                    variant: name, cell: [], seed: UInt64(index),
                    summary: summary((1...9).map { $0 == round ? 0.8 : 0.2 }, target: 0.7))
            }
        }
        let all = study(
            runs("base", [8, 6, nil]) + runs("v", [2, nil, 3]) + runs("slow", [nil, 9, nil]))
        let times = try all.variants.map { try #require($0.target) }
        #expect(times.map(\.rounds) == [.arrived(8), .arrived(3), .censored(9)])
        #expect(times.map(\.arrived) == [2, 2, 1] && times[0].target == 0.7)
        // 8/2 = 4, at most 6/9, at least 9/3: the median is at least 3 and at most 4.
        #expect(times[1].speedUp == BoundedValue(lower: 3, upper: 4))
        #expect(times[0].speedUp == nil && times[1].largest == nil && times[1].smallest == 2)
    }

    @Test func `a failed run is censored at its last round`() throws {
        let all = study(rows("a", [0.8, nil, 0.75], target: 0.7))
        let times = try #require(all.variants[0].target)
        #expect((times.arrived, times.runs) == (2, 3))
        #expect(times.rounds == .arrived(1))
    }

    @Test func `rounds to compare_target are those to a share of the baseline's best`() {
        func row(_ name: String, _ values: [Double], seed: UInt64 = 1) -> ComparisonRow {
            ComparisonRow(variant: name, cell: [], seed: seed, summary: summary(values))
        }
        let all = [
            row("base", [0.2, 0.4, 0.5]), row("v", [0.3, 0.46, 0.6]), row("w", [0.1, 0.2, 0.3]),
            row("v", [0.9], seed: 2),
        ]
        // 90 % of 0.5 is 0.45. Seed 2 has no run of the baseline.
        let added = ComparisonRow.addingCompareTargets(all, baseline: "base", share: 0.9)
        #expect(added.map(\.roundsToCompareTarget) == [3, 2, nil, nil])
        #expect(ComparisonRow.addingCompareTargets(all, baseline: "base", share: nil) == all)
    }

    @Test func `summary.csv has a row for each variant, and for each in each cell`() {
        let all = study(
            rows("base", finals, cell: ["1"])
                + rows("v, \"w\"", finals.map { $0 + 0.01 }, cell: ["1"]),
            grid: ["k"])
        let columns = summaryColumns(grid: ["k"], baseline: all.baseline)
        #expect(Set(columns.map(\.name)).count == columns.count)
        #expect(!columns.contains { $0.isClock || $0.meaning.isEmpty })
        let lines = all.rows.map { csvLine(columns, $0) }
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("\"v, \"\"w\"\"\",all,,0,"))
        #expect(lines[3].hasPrefix("\"v, \"\"w\"\"\",cell,1,0,"))
        #expect(lines[1].contains(",told_apart,3,8,0,"))
        #expect(lines[0].contains(",base") == false && lines[0].hasPrefix("base,all,,1,"))
    }
}
