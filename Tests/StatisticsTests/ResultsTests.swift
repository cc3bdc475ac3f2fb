import Statistics
import Testing

@Suite struct `Statistics of runs` {
    @Test func `the median of equal budgets is the middle run, censored ones last`() {
        func median(_ arrived: [Double], censored: Int) -> EventTime? {
            SurvivalCurve(
                arrived.map(EventTime.arrived)
                    + Array(repeating: .censored(300), count: censored)
            ).median
        }
        #expect(median([101, 129, 206], censored: 0) == .arrived(129))
        #expect(median([101, 129], censored: 1) == .arrived(129))
        #expect(median([101], censored: 2) == .censored(300))
        #expect(median([], censored: 3) == .censored(300))
        #expect(median([10, 20, 30, 40], censored: 0) == .arrived(20))
        #expect(median([10, 20], censored: 2) == .arrived(20))
        #expect(median([], censored: 0) == nil)
        // Five of ten: the product of the shares is not exactly ½.
        #expect(median([1, 2, 3, 4, 5], censored: 5) == .arrived(5))
    }

    @Test func `a run that fails early makes the others count for more`() {
        // At round 32 two runs are open, and one of them arrives: S = ½.
        let curve = SurvivalCurve([.censored(14), .arrived(32), .censored(300)])
        #expect(curve.drops.map(\.time) == [32] && curve.drops.map(\.share) == [0.5])
        #expect(curve.median == .arrived(32))
        // A run that is censored when another arrives was still open.
        #expect(SurvivalCurve([.censored(32), .arrived(32)]).median == .arrived(32))
    }

    @Test func `a censored run bounds its speed-up, on either side`() {
        #expect(speedUp(of: .arrived(50), over: .arrived(100)) == BoundedValue(lower: 2, upper: 2))
        #expect(
            speedUp(of: .censored(200), over: .arrived(100)) == BoundedValue(lower: 0, upper: 0.5))
        #expect(
            speedUp(of: .arrived(50), over: .censored(200))
                == BoundedValue(lower: 4, upper: .infinity))
        #expect(
            speedUp(of: .censored(50), over: .censored(200))
                == BoundedValue(lower: 0, upper: .infinity))
        #expect(speedUp(of: .arrived(0), over: .arrived(1)) == nil)
    }

    @Test func `the median of speed-ups is exact where the bounds do not matter`() {
        let exact = [1.0, 2, 3].map { BoundedValue(lower: $0, upper: $0) }
        let slow = BoundedValue(lower: 0, upper: 0.5)
        let fast = BoundedValue(lower: 4, upper: .infinity)
        #expect(boundedMedian([]) == nil)
        #expect(boundedMedian(exact) == exact[1])
        #expect(boundedMedian([exact[0], exact[1], fast]) == exact[1])
        #expect(boundedMedian([slow, exact[1], exact[2]]) == exact[1])
        #expect(boundedMedian([slow, slow, exact[2]]) == BoundedValue(lower: 0, upper: 0.5))
        #expect(boundedMedian([slow, fast])?.isExact == false)
    }

    @Test func `the area under one point is its value`() {
        #expect(meanUnderCurve([]) == nil)
        #expect(meanUnderCurve([(x: 5, y: 0.25)]) == 0.25)
        #expect(meanUnderCurve([(x: 1, y: 0.5), (x: 9, y: 0.5)]) == 0.5)
    }

    @Test func `the area under a profile is the mean`() {
        let values = [0.25, 0.5, 0.75, 0.5]
        let profile = PerformanceProfile(values)
        #expect([0, 0.25, 0.5, 0.6, 0.75, 0.8].map(profile.share) == [1, 1, 0.75, 0.25, 0.25, 0])
        let steps = 1000
        let area = (0..<steps).reduce(0) {
            $0 + profile.share(from: (Double($1) + 0.5) / Double(steps)) / Double(steps)
        }
        #expect(abs(area - 0.5) < 1e-12)
        #expect(PerformanceProfile([.nan, 1]).share(from: -1) == 0.5)
        #expect(PerformanceProfile([]).share(from: 0) == 0)
    }

    @Test func `sensitivity over a grid`() throws {
        let accuracy = try #require(GridSensitivity([0.5, 0.75, 0.25], largerIsBetter: true))
        #expect(
            (accuracy.best, accuracy.mean, accuracy.worst, accuracy.spread)
                == (0.75, 0.5, 0.25, 0.5))
        let error = try #require(GridSensitivity([2, 4], largerIsBetter: false))
        #expect((error.best, error.worst) == (2, 4))
        #expect(GridSensitivity([.nan], largerIsBetter: true) == nil)
    }

    @Test func `shares of cells near the best variant of the cell`() {
        let shares = sharesNearBest(
            [[0.80, 0.50, nil], [0.795, 0.60, 0.70], [nil, nil, nil]], largerIsBetter: true
        ) { best, own in abs(best - own) <= 0.01 }
        #expect(shares == [1.0 / 3, 1, nil])
        #expect(
            sharesNearBest([[1], [1.005], [2]], largerIsBetter: false) { $0 <= 1.01 * $1 }
                == [1, 1, 0])
    }

    @Test func `fairness over clients`() throws {
        // Twenty clients: 0, 0.05, ..., 0.95; a tenth is two of them.
        let values: [Double?] = (0..<20).map { Double($0) / 20 } + [nil, nil]
        let fair = try #require(Fairness(values, largerIsBetter: true))
        #expect((fair.clients, fair.leftOut) == (20, 2))
        #expect(fair.worstTenth == 0.025 && abs(fair.bestTenth - 0.925) < 1e-15)
        #expect(abs(fair.median - 0.475) < 1e-15)
        // Of 0...n−1: variance (n² − 1)/12.
        #expect(abs(fair.deviation - (399.0 / 12).squareRoot() / 20) < 1e-15)
        // (Σa)² / (K Σa²) with Σ i = 190 and Σ i² = 2470.
        #expect(abs((fair.jainIndex ?? 0) - 190 * 190 / (20 * 2470)) < 1e-15)
        let errors = try #require(Fairness(values, largerIsBetter: false))
        #expect(errors.bestTenth == 0.025)
    }

    @Test func `fairness of one client, of equal clients, of none`() throws {
        let one = try #require(Fairness([0.5], largerIsBetter: true))
        #expect((one.worstTenth, one.bestTenth, one.deviation) == (0.5, 0.5, 0))
        #expect(one.jainIndex == 1)
        let equal = try #require(Fairness(Array(repeating: 0.3, count: 7), largerIsBetter: true))
        #expect(equal.deviation == 0 && abs((equal.jainIndex ?? 0) - 1) < 1e-15)
        let lone = try #require(Fairness([1, 0, 0, 0], largerIsBetter: true))
        #expect(lone.jainIndex == 0.25)
        #expect(try #require(Fairness([0, 0], largerIsBetter: true)).jainIndex == nil)
        #expect(Fairness([nil, .nan], largerIsBetter: true) == nil)
    }

    @Test func `balanced accuracy leaves out classes without samples`() {
        #expect(balancedAccuracy([1, 0.5, nil]) == 0.75)
        #expect(balancedAccuracy([nil]) == nil)
    }

    @Test func `label skew is the mean total variation`() throws {
        #expect(labelSkew([]) == nil)
        #expect(labelSkew([[0, 0], []]) == nil)
        #expect(labelSkew([[2, 4], [1, 2]]) == 0)
        // Each client has one of two equal classes: half its mass is elsewhere.
        #expect(labelSkew([[5, 0], [0, 5]]) == 0.5)
        // Worked: p = (¾, ¼); client 1 is 0 away... of 4 and 4 samples.
        let skew = try #require(labelSkew([[4, 0], [2, 2]]))
        #expect(abs(skew - 0.25) < 1e-15)
        #expect(labelSkew([[4], [2, 2]]) == skew)
    }
}
