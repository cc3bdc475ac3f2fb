import Statistics
import Testing

private let key = ResamplingKey(seed: 1, variant: "v", quantity: "q")

/// What is said of no values, one, two, equal ones, and of those that are not finite.
@Suite struct `Statistics of few and odd values` {
    @Test func `no interval and no t test below three values`() {
        for values in [[], [1.0], [1.0, 2.0]] {
            #expect(meanInterval(values) == nil)
            #expect(studentTest(values) == nil)
            #expect(bootstrapInterval([values], key) == nil)
            #expect(seedsNeeded(values, comparisons: 1) == nil)
        }
        #expect(meanInterval([1, 2, 3]) != nil)
    }

    @Test func `exact tests of one and two differences`() {
        #expect(signFlipTest([], key) == nil)
        #expect(signTest([]) == nil)
        #expect(wilcoxonTest([]) == nil)
        for test in [{ signFlipTest($0, key) }, signTest, wilcoxonTest] {
            #expect(test([2]) == 1)
            #expect(test([2, 3]) == 0.5)
            #expect(test([2, 3, 4]) == 0.25)
            #expect(test([0, 0]) == 1)
        }
    }

    @Test func `values that are not finite give no number`() {
        for odd in [Double.nan, .infinity, -.infinity] {
            let values = [1, odd, 2, 3]
            #expect(meanInterval(values) == nil)
            #expect(studentTest(values) == nil)
            #expect(signFlipTest(values, key) == nil)
            #expect(wilcoxonTest(values) == nil)
            #expect(bootstrapInterval([values], key) == nil)
            #expect(seedsNeeded(values, comparisons: 1) == nil)
            #expect(meanUnderCurve([(x: 0, y: odd), (x: 1, y: 1)]) == nil)
        }
        #expect(signTest([1, .nan]) == nil)
        #expect(quantile(.nan, ofSorted: [1]) == nil)
        #expect(quantile(2, ofSorted: [1, 3]) == 3)
    }

    @Test func `Student's distribution outside of its domain`() throws {
        #expect(StudentDistribution(degrees: 0) == nil)
        #expect(StudentDistribution(degrees: .nan) == nil)
        #expect(StudentDistribution(degrees: .infinity) == nil)
        let student = try #require(StudentDistribution(degrees: 3))
        #expect(student.quantile(0) == -.infinity && student.quantile(1) == .infinity)
        #expect(student.quantile(0.5) == 0)
        #expect(student.quantile(1.5).isNaN && student.quantile(.nan).isNaN)
        #expect(student.twoSidedTail(.nan).isNaN)
        #expect(student.twoSidedTail(.infinity) == 0)
        #expect(student.twoSidedTail(0) == 1)
        // The square of t overflows. P(|T| > t) is close to (4√3/π)... t^-3, far from 0 and finite.
        let cauchy = try #require(StudentDistribution(degrees: 1))
        #expect(abs(cauchy.twoSidedTail(1e200) / (2 / (Double.pi * 1e200)) - 1) < 1e-12)
        #expect(incompleteBeta(0.5, complement: 0.5, -1, 1).isNaN)
    }

    @Test func `equal values have an interval without width`() {
        #expect(meanInterval([0.1, 0.1, 0.1]) == Interval(0.1, 0.1))
        #expect(studentTest([0.5, 0.5, 0.5]) == 0)
        #expect(studentTest([0, 0, 0]) == 1)
        #expect(bootstrapInterval([[0.25, 0.25, 0.25]], key) == Interval(0.25, 0.25))
        #expect(seedsNeeded([0, 0, 0], comparisons: 2) == nil)
        #expect(seedsNeeded([1, 1, 1], comparisons: 2) == .about(3))
        #expect(seedsNeeded([1, -1, 0.01], comparisons: 1) == .more)
    }

    @Test func `sums that rounding tells apart count as equal`() {
        // 0.1 + 0.2 − 0.3 is not 0 in binary, but all eight signs have pairs of equal sums.
        #expect(signFlipTest([0.1, 0.2, -0.3], key) == 1)
        #expect(wilcoxonTest([0.1 + 0.2, 0.3, -0.3]) == wilcoxonTest([3, 3, -3]))
    }

    @Test func `many differences are drawn, and give the same p each time`() throws {
        let differences = (0..<20).map { Double($0) - 6 }
        let p = try #require(signFlipTest(differences, key))
        #expect(p == signFlipTest(differences, key))
        // The t test of the same differences gives 0.0147; the two agree for smooth values.
        let smooth = try #require(studentTest(differences))
        #expect(abs(p - smooth) < 0.003)
        // All of one sign: only rounding would let a drawn sum reach the observed one.
        #expect(signFlipTest(Array(repeating: 1, count: 60), key) == 1.0 / 100_001)
    }

    @Test func `the sign test of many differences`() throws {
        // 2 (1 + 60 + 1770) / 2^60: only whole numbers, so exact.
        let values = [-1.0, -1.0] + Array(repeating: 1.0, count: 58)
        let p = try #require(signTest(values))
        #expect(abs(p / (2 * 1831 * 0x1p-60) - 1) < 1e-10)
        #expect(signTest(values + [0, 0]) == p)
    }

    @Test func `missing p-values stay missing and are not counted`() {
        #expect(holmCorrection([]) == [])
        #expect(holmCorrection([nil, 0.03, .nan, 0.01]) == [nil, 0.03, nil, 0.02])
    }

    @Test func `the exact test can tell from six seeds on, and from eight with five variants`() {
        #expect([0, 1, 2, 5, 20].map(seedsOfExactTest) == [6, 6, 7, 8, 10])
    }
}
