import Datasets
import RandomStreams
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

    // Sizes 1, 2, 5: the differences of all ordered pairs are 2 (1 + 4 + 3) = 16; 2 N n = 48.
    @Test func `the Gini coefficient compares all pairs of sizes`() {
        func gini(_ sizes: [Int]) -> Double {
            var next: Int32 = 0
            let parts = sizes.map { size in
                (0..<size).map { _ -> Int32 in
                    next += 1
                    return next - 1
                }
            }
            return measures(parts, [Int32](repeating: 0, count: Int(next)), classes: 1).sizeGini
        }
        #expect(abs(gini([1, 2, 5]) - 1.0 / 3) < 1e-15)
        #expect(gini([4, 4, 4]) == 0 && gini([7]) == 0)
        // One of four has everything: 3/4.
        #expect(abs(gini([0, 0, 8, 0]) - 0.75) < 1e-15)
        let sizes = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
        let pairs = sizes.flatMap { one in sizes.map { abs(one - $0) } }.reduce(0, +)
        let plain = Double(pairs) / Double(2 * sizes.count * sizes.reduce(0, +))
        #expect(abs(gini(sizes) - plain) < 1e-15)
    }

    // P_0 = (1, 0) with 3 samples, P_1 = (0, 1) with 1, P = (¾, ¼): distances ¼ and ¾. The weighted
    // mean is ¾ · ¼ + ¼ · ¾.
    @Test func `total variation is weighted by samples`() throws {
        let labels = try #require(
            measures([[0, 1, 2], [3]], [0, 0, 0, 1], classes: 2).labels)
        #expect(labels.totalVariation == 0.5 && labels.weightedTotalVariation == 0.375)
        #expect(labels.fewestClasses == 1 && labels.mostClasses == 1)
        // No class in common: the largest distance.
        #expect(abs(labels.hellinger - 1) < 1e-15)
    }

    // P_0 = (½, ½), P_1 = (1, 0): Σ_c (√P_0c − √P_1c)² = (1 − √½)² + ½ = 2 − √2 for both ordered
    // pairs; over 2 N (N − 1) = 4.
    @Test func `the Hellinger distance of a half and a whole`() throws {
        let labels = try #require(measures([[0, 1], [2, 3]], [0, 1, 0, 0], classes: 2).labels)
        let square = (2 - 2.0.squareRoot()) * 2 / 4
        #expect(abs(labels.hellinger - square.squareRoot()) < 1e-15)
    }

    @Test func `the Hellinger distance is that of all pairs`() throws {
        let (clients, classes) = (17, 5)
        var stream = RandomKey(seed: 3, .partition).stream()
        let labels = (0..<clients * 12).map { _ in Int32(stream.below(classes)) }
        let parts = (0..<clients).map { client in
            (client * 12..<(client + 1) * 12).map { Int32($0) }
        }
        let roots = parts.map { part in
            (0..<classes).map { label in
                (Double(part.count { labels[Int($0)] == Int32(label) }) / 12).squareRoot()
            }
        }
        var sum = 0.0
        for one in roots {
            for other in roots {
                for (left, right) in zip(one, other) { sum += (left - right) * (left - right) }
            }
        }
        let plain = (sum / Double(2 * clients * (clients - 1))).squareRoot()
        let found = try #require(measures(parts, labels, classes: classes).labels)
        #expect(abs(found.hellinger - plain) < 1e-12)
    }

    @Test func `a single client differs from nobody`() throws {
        let labels = try #require(measures([[0, 1, 2]], [0, 1, 0], classes: 3).labels)
        #expect(labels.hellinger == 0 && labels.totalVariation == 0 && labels.jensenShannon == 0)
        #expect(labels.weightedTotalVariation == 0 && labels.meanClasses == 2)
    }

    // Ten clients of one class each, 50 samples: dealt at random, most have most classes.
    @Test func `the IID partition has the same sizes and hardly a skew`() throws {
        let labels = (0..<500).map { Int32($0 / 50) }
        let parts = (0..<10).map { client in (0..<50).map { Int32(client * 50 + $0) } }
        let samples = TrainingSamples(labels: labels, classes: 10)
        let groups = try #require(SampleGroups(samples))
        let partition = Partition(parts, of: 500)
        let own = LabelMeasures(partition, groups)
        func iid(_ seed: UInt64) -> LabelMeasures {
            .iid(like: partition, groups, key: RandomKey(seed: seed, .partition))
        }
        #expect(own.totalVariation > 0.89 && own.meanClasses == 1)
        #expect(iid(1).totalVariation < 0.25 && iid(1).meanClasses > 9)
        #expect(iid(1) == iid(1) && iid(1) != iid(2))
        // A client that owns all keeps all, so nothing can differ.
        let all = Partition([(0..<500).map { Int32($0) }], of: 500)
        let key = RandomKey(seed: 1, .partition)
        #expect(LabelMeasures.iid(like: all, groups, key: key) == LabelMeasures(all, groups))
    }

    @Test func `numbers are sorted into ranges with equally many samples`() {
        // The first targets of 20 samples: 39, 37, …, 1.
        let groups = SampleGroups(targets: (0..<40).map { Float(39 - $0) }, width: 2)
        #expect(groups.kind == .ranges(starts: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]))
        var counter = GroupCounter(groups)
        counter.count(0, of: Partition([(0..<20).map { Int32($0) }], of: 20))
        #expect(counter.counts == [Int](repeating: 2, count: 10))
        counter.count(0, of: Partition([[0, 1, 19]], of: 20))
        #expect(counter.counts == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    }

    @Test func `equal numbers are one range`() {
        let groups = SampleGroups(targets: [2, 2, 7, 2, 2], width: 1)
        #expect(groups.kind == .ranges(starts: [0, 80]) && groups.count == 2)
        var counter = GroupCounter(groups)
        counter.count(0, of: Partition([[0, 1, 2]], of: 5))
        #expect(counter.counts == [2, 1])
    }
}
