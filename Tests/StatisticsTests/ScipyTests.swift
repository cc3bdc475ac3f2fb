import Statistics
import TestSupport
import Testing

/// Numbers that SciPy computed: Scripts/yardsticks/scipy_statistics.py.
private let oracle = Result {
    try Oracle(path: "\(SourceTree.root)/Tests/Oracles/statistics.json")
}

private func cases(_ name: String) -> [Oracle.Node] {
    (try? oracle.get())?[name].list ?? []
}

private func isClose(_ value: Double?, _ other: Double, _ tolerance: Double = 1e-9) -> Bool {
    guard let value else { return false }
    return value == other || abs(value - other) <= tolerance * max(abs(value), abs(other))
}

private let key = ResamplingKey(seed: 1, variant: "v", quantity: "q")

@Suite struct `Statistics beside SciPy` {
    @Test func `quantiles of Student's distribution`() throws {
        let rows = cases("t_quantiles").map(\.numbers)
        #expect(rows.count == 225)
        for row in rows {
            let student = try #require(StudentDistribution(degrees: row[0]))
            #expect(isClose(student.quantile(row[1]), row[2], 1e-10), "\(row)")
        }
    }

    @Test func `tails of Student's distribution`() throws {
        let rows = cases("t_tails").map(\.numbers)
        #expect(rows.count == 195)
        for row in rows {
            let student = try #require(StudentDistribution(degrees: row[0]))
            #expect(isClose(student.twoSidedTail(row[1]), row[2], 1e-10), "\(row)")
            #expect(isClose(student.probability(below: row[1]), 1 - row[2] / 2, 1e-12))
            #expect(isClose(student.probability(below: -row[1]), row[2] / 2, 1e-10))
        }
    }

    @Test func `the incomplete beta function`() {
        let rows = cases("incomplete_beta").map(\.numbers)
        #expect(rows.count > 300)
        for row in rows {
            let value = incompleteBeta(row[2], complement: 1 - row[2], row[0], row[1])
            #expect(isClose(value, row[3], 1e-10), "\(row), \(value)")
        }
    }

    @Test func `intervals, tests and quantiles of samples`() {
        let samples = cases("samples")
        #expect(samples.count == 33)
        for sample in samples {
            let values = sample["values"].numbers
            #expect(isClose(mean(values), sample["mean"].number))
            #expect(isClose(standardDeviation(values), sample["deviation"].number))
            let interval = meanInterval(values)
            let ends = sample["interval"].numbers
            #expect(isClose(interval?.lower, ends[0]) && isClose(interval?.upper, ends[1]))
            // SciPy says NaN where all differences are 0: there is no sign of a difference.
            let p = sample["t_p"].numbers.first ?? 1
            #expect(isClose(studentTest(values), p), "\(values)")
            for (share, quantity) in zip(
                [0, 0.025, 0.1, 0.5, 0.66, 0.975, 1], sample["deciles"].numbers)
            {
                #expect(isClose(quantile(share, ofSorted: values.sorted()), quantity))
            }
        }
    }

    @Test func `exact p-values of samples, and those of large ones`() {
        for sample in cases("samples") {
            let values = sample["values"].numbers
            for p in sample["flip_p"].numbers {
                #expect(signFlipTest(values, key) == p, "\(values)")
            }
            for p in sample["sign_p"].numbers { #expect(isClose(signTest(values), p, 1e-12)) }
            for p in sample["wilcoxon_p"].numbers {
                #expect(isClose(wilcoxonTest(values), p, 1e-12), "\(values)")
            }
        }
    }

    @Test func `seeds that are needed`() {
        for sample in cases("samples") {
            let values = sample["values"].numbers
            let expected = sample["needed"].numbers.map { count in
                count == 0 ? SeedsNeeded.more : .about(Int(count))
            }
            let found = [1, 5].compactMap { seedsNeeded(values, comparisons: $0) }
            #expect(found == expected, "\(values)")
        }
    }

    @Test func `bootstrap intervals of a sample agree within the noise of the draws`() {
        var compared = 0
        for sample in cases("samples") {
            let ends = sample["bootstrap"].numbers
            guard ends.count == 2 else { continue }
            let found = bootstrapInterval([sample["values"].numbers], key)
            let width = ends[1] - ends[0]
            #expect(
                isClose(found?.lower, ends[0])
                    || abs((found?.lower ?? .nan) - ends[0]) < 0.05 * width)
            #expect(
                isClose(found?.upper, ends[1])
                    || abs((found?.upper ?? .nan) - ends[1]) < 0.05 * width)
            compared += 1
        }
        #expect(compared > 10)
    }

    @Test func `Holm's correction`() {
        for row in cases("holm") {
            let (values, expected) = (row.list[0].numbers, row.list[1].numbers)
            for (one, other) in zip(holmCorrection(values), expected) {
                #expect(isClose(one, other, 1e-14))
            }
        }
    }

    @Test func `survival curves and their medians`() {
        for row in cases("survival") {
            let times =
                row["arrived"].numbers.map(EventTime.arrived)
                + row["censored"].numbers.map(EventTime.censored)
            let curve = SurvivalCurve(times)
            let steps = row["steps"].list.map(\.numbers)
            #expect(curve.drops.map(\.time) == steps.map { $0[0] })
            for (step, expected) in zip(curve.drops, steps) {
                #expect(abs(step.share - expected[1]) < 1e-14)
            }
            let last = times.map(\.time).max() ?? .nan
            let median = row["median"].numbers.first.map(EventTime.arrived) ?? .censored(last)
            #expect(curve.median == median)
        }
    }

    @Test func `areas under curves`() {
        for row in cases("areas") {
            let (x, y) = (row.list[0].numbers, row.list[1].numbers)
            #expect(isClose(meanUnderCurve(zip(x, y).map { (x: $0, y: $1) }), row.list[2].number))
        }
    }
}
