import Datasets
import RandomStreams
import Testing

@Suite struct `Features that a skew reads` {
    /// The samples in the order of a number: `continuous` with strength 1, a client for each.
    private func order(
        by feature: String, features: DecodedDataset.Features, targets: DecodedDataset.Targets,
        shape: [Int]
    ) throws -> [Int32] {
        let samples = DecodedDataset.Samples(features: features, targets: targets)
        let target: Dataset.Target
        switch targets {
        case .classes: target = .classes(3)
        case .numbers: target = .numbers
        }
        let data = try Dataset(
            DecodedDataset(sampleShape: shape, target: target, train: samples, test: samples))
        let skew = try `Laws of skews`.skew(
            "{ kind: continuous, feature: \(feature), strength: 1 }")
        let partition = try skew.partition(
            data.trainingSamples, among: targets.count, key: RandomKey(seed: 1, .partition))
        return parts(partition).joined().map { $0 }
    }

    // Rows (1, 8), (5, 2), (3, 3): means 4.5, 3.5, 3.
    @Test func `are columns, means or targets of numbers`() throws {
        let numbers: [Float] = [1, 8, 5, 2, 3, 3]
        for (feature, expected) in [
            ("0", [0, 2, 1]), ("1", [1, 2, 0]), ("mean", [2, 1, 0]), ("target", [1, 0, 2]),
        ] as [(String, [Int32])] {
            #expect(
                try order(
                    by: feature, features: .floats(numbers), targets: .numbers([2, -1, 7]),
                    shape: [2]) == expected)
        }
    }

    // The brightness of 2 x 2 pixels: 40, 255 and 10.
    @Test func `are the brightness of images`() throws {
        let pixels: [UInt8] = [0, 0, 0, 40, 255, 0, 0, 0, 1, 2, 3, 4]
        #expect(
            try order(
                by: "mean", features: .bytes(pixels), targets: .classes([0, 1, 2]),
                shape: [2, 2, 1]) == [2, 0, 1])
        #expect(
            try order(
                by: "3", features: .bytes(pixels), targets: .classes([0, 1, 2]),
                shape: [2, 2, 1]) == [1, 2, 0])
    }
}
