import Datasets
import Testing

@Suite struct PartitionMeasuresTests {
    private func measures(
        _ parts: [[Int32]], _ labels: [Int32], classes: Int
    ) -> PartitionMeasures {
        PartitionMeasures(
            Partition(parts, of: labels.count),
            of: TrainingSamples(labels: labels, classes: classes))
    }

    // Classes 0, 0, 1, 1 for two clients of one class each: P_0 = (1, 0), P_1 = (0, 1), P = (½, ½).
    @Test func `one class each is the most that two clients can differ`() throws {
        let measures = measures([[0, 1], [3, 2]], [0, 0, 1, 1], classes: 2)
        let labels = try #require(measures.labels)
        #expect(labels.meanClasses == 1)
        #expect(labels.totalVariation == 0.5)
        #expect(labels.jensenShannon == 1)
        #expect(measures.sizeVariation == 0)
    }

    // Sizes 1, 2, 5: mean 8/3, variance (25 + 4 + 49)/27 = 26/9, variation √26 / 8.
    @Test func `sizes are measured`() {
        let measures = measures(
            [[0], [1, 2], [3, 4, 5, 6, 7]], [0, 0, 0, 0, 0, 0, 0, 0], classes: 1)
        #expect(measures.smallest == 1 && measures.median == 2 && measures.largest == 5)
        #expect(abs(measures.sizeVariation - 26.0.squareRoot() / 8) < 1e-15)
        #expect(measures.labels?.totalVariation == 0 && measures.labels?.jensenShannon == 0)
    }

    @Test func `clients without samples count in the sizes only`() {
        let measures = measures([[0, 2], [], [1, 3], []], [0, 0, 1, 1], classes: 2)
        #expect(measures.smallest == 0 && measures.median == 1)
        #expect(measures.labels?.meanClasses == 2 && measures.labels?.totalVariation == 0)
    }

    // Two sequences of three labels, one client each.
    @Test func `each label of a sequence counts`() throws {
        let samples = TrainingSamples(
            count: 2, labels: [0, 0, 1, 2, 2, 2], labelsPerSample: 3, classes: 3)
        let labels = try #require(
            PartitionMeasures(Partition([[1], [0]], of: 2), of: samples).labels)
        // P_0 = (0, 0, 1), P_1 = (2/3, 1/3, 0), P = (1/3, 1/6, 1/2).
        #expect(labels.meanClasses == 1.5 && labels.totalVariation == 0.5)
    }

    @Test func `numbers have sizes only`() {
        let samples = TrainingSamples(count: 3, labels: nil, classes: 0)
        let measures = PartitionMeasures(Partition([[0, 2], [1]], of: 3), of: samples)
        #expect(measures.labels == nil && measures.largest == 2 && measures.median == 1.5)
    }
}
