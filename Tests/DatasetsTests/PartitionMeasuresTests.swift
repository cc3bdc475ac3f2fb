import Datasets
import Testing

@Suite struct PartitionMeasuresTests {
    // Classes 0, 0, 1, 1 for two clients of one class each: P_0 = (1, 0), P_1 = (0, 1), P = (½, ½).
    @Test func `one class each is the most that two clients can differ`() {
        let measures = PartitionMeasures(
            Partition([[0, 1], [3, 2]], of: 4), labels: [0, 0, 1, 1], classes: 2)
        #expect(measures.classCounts == [[2, 0], [0, 2]])
        #expect(measures.meanClasses == 1)
        #expect(measures.totalVariation == 0.5)
        #expect(measures.jensenShannon == 1)
        #expect(measures.sizeVariation == 0)
    }

    // Sizes 1, 2, 5: mean 8/3, variance (25 + 4 + 49)/27 = 26/9, variation √26 / 8.
    @Test func `sizes are measured`() {
        let measures = PartitionMeasures(
            Partition([[0], [1, 2], [3, 4, 5, 6, 7]], of: 8), labels: [0, 0, 0, 0, 0, 0, 0, 0],
            classes: 1)
        #expect(measures.smallest == 1 && measures.median == 2 && measures.largest == 5)
        #expect(abs(measures.sizeVariation - 26.0.squareRoot() / 8) < 1e-15)
        #expect(measures.totalVariation == 0 && measures.jensenShannon == 0)
    }

    @Test func `clients without samples count in the sizes only`() {
        let measures = PartitionMeasures(
            Partition([[0, 2], [], [1, 3], []], of: 4), labels: [0, 0, 1, 1], classes: 2)
        #expect(measures.smallest == 0 && measures.median == 1)
        #expect(measures.meanClasses == 2 && measures.totalVariation == 0)
    }
}
