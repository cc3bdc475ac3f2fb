import Datasets
import RandomStreams
import Testing

@Suite struct `Held-out samples` {
    // Some samples belong to nobody, some clients own next to nothing.
    private static let sizes = [0, 1, 2, 3, 4, 10, 57, 300]
    private let partition: Partition

    init() {
        let sampleCount = Self.sizes.reduce(0, +) + 23
        var samples = (0..<Int32(sampleCount)).map { $0 }
        var stream = RandomKey(seed: 1, .partition).stream()
        stream.shuffle(&samples)
        var parts: [[Int32]] = []
        for size in Self.sizes {
            parts.append(Array(samples.suffix(size)))
            samples.removeLast(size)
        }
        partition = Partition(parts, of: sampleCount)
    }

    private func split(_ holdout: Holdout, of client: Int) -> [[Int32]] {
        [holdout.training, holdout.validation, holdout.test].map { $0.samples(of: client) }
    }

    private func split(_ holdout: Holdout) -> [[[Int32]]] {
        (0..<holdout.training.count).map { split(holdout, of: $0) }
    }

    @Test(arguments: [(0.1, 0.2), (0.5, 0), (0, 0.3), (0.98, 0.01), (0.001, 0.001), (0.49, 0.5)])
    func `are apart from the training samples and cover the client's with them`(
        validation: Double, test: Double
    ) {
        let holdout = Holdout(partition, validation: validation, test: test, seed: 5)
        for client in 0..<partition.count {
            let all = Array(partition.samples(of: client))
            let own = split(holdout, of: client)
            // Disjoint and covering: together they are the client's samples, each once.
            #expect(own.flatMap(\.self).sorted() == all.sorted(), "client \(client)")
            let counts = Holdout.counts(of: all.count, validation: validation, test: test)
            #expect(own.map(\.count) == [counts.training, counts.validation, counts.test])
            #expect(all.isEmpty || !own[0].isEmpty)
            // In the order in which they were dealt.
            for part in own { #expect(part == all.filter { part.contains($0) }) }
        }
    }

    @Test func `are the last ones in the data, where asked for, in the order they were dealt`() {
        let shuffled: [Int32] = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5]
        let partition = Partition([shuffled], of: 10)
        let holdout = Holdout(
            partition, validation: 0.3, test: 0.2, choice: .last, seed: 5)
        #expect(split(holdout, of: 0) == [[2, 0, 4, 1, 3], [7, 6, 5], [9, 8]])
        let other = Holdout(partition, validation: 0.3, test: 0.2, choice: .last, seed: 6)
        #expect(split(other) == split(holdout))
    }

    @Test func `their counts are rounded down, one at least from three samples on`() {
        func counts(_ samples: Int, _ validation: Double, _ test: Double) -> [Int] {
            let counts = Holdout.counts(of: samples, validation: validation, test: test)
            return [counts.training, counts.validation, counts.test]
        }
        #expect(counts(100, 0.1, 0.2) == [70, 10, 20])
        #expect(counts(19, 0.1, 0.2) == [15, 1, 3])
        #expect(counts(3, 0.1, 0.1) == [1, 1, 1])
        #expect(counts(3, 0.01, 0) == [2, 1, 0])
        #expect(counts(2, 0.1, 0.1) == [2, 0, 0])
        #expect(counts(2, 0.5, 0.1) == [1, 1, 0])
        #expect(counts(1, 0.9, 0.05) == [1, 0, 0])
        #expect(counts(0, 0.5, 0.4) == [0, 0, 0])
        // 0.9 of 3 and one of them: the larger part gives way.
        #expect(counts(3, 0.9, 0.05) == [1, 1, 1])
        #expect(counts(1000, 0.999, 0) == [1, 999, 0])
        // 0.29 · 100 is 28.999999999999996 in doubles.
        #expect(counts(100, 0.29, 0) == [71, 29, 0])
        #expect(counts(1000, 0, 0) == [1000, 0, 0])
    }

    @Test func `follow from the seed`() {
        let one = Holdout(partition, validation: 0.2, test: 0.2, seed: 5)
        #expect(
            split(one) == split(Holdout(partition, validation: 0.2, test: 0.2, seed: 5)))
        let other = Holdout(partition, validation: 0.2, test: 0.2, seed: 6)
        #expect(parts(one.validation) != parts(other.validation))
        #expect(parts(one.test) != parts(other.test))
    }

    @Test func `of a client don't depend on other clients, nor validation on tests`() {
        let own = (0..<partition.count).map { Array(partition.samples(of: $0)) }
        var others = own.map { Array($0.reversed()) }
        others[6] = own[6]
        let holdout = Holdout(partition, validation: 0.2, test: 0.2, seed: 5)
        let changed = Holdout(
            Partition(others, of: partition.sampleCount), validation: 0.2, test: 0.2, seed: 5)
        #expect(split(changed, of: 6) == split(holdout, of: 6))
        #expect(split(changed, of: 7) != split(holdout, of: 7))
        let without = Holdout(partition, validation: 0.2, test: 0, seed: 5)
        #expect(parts(without.validation) == parts(holdout.validation))
    }

    @Test func `are spread evenly over the client's samples`() {
        // Each of 300 samples is among the 60 in a fifth of 400 seeds: 80 ± 8 times.
        var counts = [Int32: Int]()
        for seed: UInt64 in 0..<400 {
            let holdout = Holdout(partition, validation: 0.1, test: 0.1, seed: seed)
            for part in [holdout.validation, holdout.test] {
                for sample in part.samples(of: 7) { counts[sample, default: 0] += 1 }
            }
        }
        #expect(counts.count == 300)
        #expect(counts.values.allSatisfy { $0 > 40 && $0 < 120 })
    }

    @Test func `without fractions there are none`() {
        let holdout = Holdout(partition, validation: 0, test: 0, seed: 5)
        #expect(parts(holdout.training) == parts(partition))
        for part in [holdout.validation, holdout.test] {
            #expect(part.count == partition.count && part.totalSize == 0)
        }
    }
}
