import Datasets
import Settings
import Testing

@Suite struct GaussianClustersTests {
    private func source(
        samples: Int = 6_000, testSamples: Int = 1_000, separation: Double = 0.65, noise: Double = 1
    ) -> GaussianClusters {
        GaussianClusters(
            classes: 10, features: 20, samples: samples, testSamples: testSamples,
            separation: separation, noise: noise)
    }

    private func values(_ samples: DecodedDataset.Samples) -> [Float] {
        guard case .floats(let values) = samples.features else { return [] }
        return values
    }

    @Test func `classes are balanced, and the seed alone decides`() throws {
        let data = try source(samples: 6_003).decode(seed: 3)
        #expect(data.sampleShape == [20] && data.classes == 10)
        for label in Int32(0)..<10 {
            #expect(data.train.labels.count { $0 == label } == (label < 3 ? 601 : 600))
            #expect(data.test.labels.count { $0 == label } == 100)
        }
        #expect(data.train.labels.prefix(20) != data.test.labels.prefix(20))
        #expect(try source(samples: 6_003).decode(seed: 3).train == data.train)
        #expect(try source(samples: 6_003).decode(seed: 4).train != data.train)
        // A smaller test part leaves the training part alone.
        #expect(try source(samples: 6_003, testSamples: 7).decode(seed: 3).train == data.train)
    }

    @Test func `the key tells all settings and seeds apart`() throws {
        let keys = [
            try source().contentKey(seed: 1), try source().contentKey(seed: 2),
            try source(samples: 6_001).contentKey(seed: 1),
            try source(testSamples: 1_001).contentKey(seed: 1),
            try source(separation: 0.7).contentKey(seed: 1),
            try source(noise: 2).contentKey(seed: 1),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(try source().contentKey(seed: 1) == keys[0])
    }

    // The nearest class mean of the training part: what softmax regression can reach at best.
    @Test func `the default separation makes a problem of middle difficulty`() throws {
        var sum = 0.0
        for seed in UInt64(1)...10 {
            let data = try source().decode(seed: seed)
            let (train, test) = (values(data.train), values(data.test))
            var means = [[Double]](repeating: [Double](repeating: 0, count: 20), count: 10)
            for (row, label) in data.train.labels.enumerated() {
                for index in 0..<20 {
                    means[Int(label)][index] += Double(train[row * 20 + index]) / 600
                }
            }
            let hits = data.test.labels.enumerated().count { row, label in
                let distances = means.map { mean in
                    (0..<20).reduce(0.0) { sum, index in
                        let difference = Double(test[row * 20 + index]) - mean[index]
                        return sum + difference * difference
                    }
                }
                return distances.firstIndex(of: distances.min() ?? 0) == Int(label)
            }
            #expect((650...970).contains(hits), "seed \(seed)")
            sum += Double(hits) / 1_000
        }
        #expect((0.8...0.9).contains(sum / 10), "\(sum / 10)")
    }

    @Test func `a part that fits no memory is refused in words`() {
        #expect(
            throws: DataError.impossible(
                dataset: "gaussian_clusters",
                reason: "expected at most 1,073,741,824 numbers in a split, found 2,000,000,000; "
                    + "use fewer samples or features")
        ) { try source(samples: 100_000_000).decode(seed: 1) }
    }
}
