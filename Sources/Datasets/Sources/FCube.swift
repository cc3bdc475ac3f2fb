import RandomStreams
import Settings

/// FCUBE of NIID-Bench: points in the cube [−1, 1]³ whose class is the side of the plane x_1 = 0.
///
///     y = 0 if x_1 > 0, else 1
///
/// The planes x_1 = 0, x_2 = 0 and x_3 = 0 cut the cube into eight octants. Each of the four owners
/// has two octants that are symmetric about the origin. So owners have other features and the
/// same classes, and `skew: natural` with 4 clients is the partition of NIID-Bench. That is why the
/// octants are owners, as in `synthetic`, and no skew of their own.
///
/// Owner k has the training samples k, k + 4, k + 8, ... Each is uniform in one of the owner's
/// octants, and the two octants take turns. So each owner has both classes equally often. Bit 0 of
/// k says whether x_3 has another sign than x_1, and bit 1 says it of x_2. A test sample is uniform
/// in the cube. Streams of purpose `.data`: client 0 gives the training samples, client 1 the test
/// samples.
///
/// - Source: Li et al. 2022 (NIID-Bench), arXiv 2102.02079, section 4.2: 4,000 training samples and
///   1,000 test samples.
/// - Difference from its code: the samples of an owner do not stand together in the data.
package struct FCube: DataSource {
    package static let algorithm = Algorithm("fcube", revision: 1)
    private static let owners = 4
    private let trainCount: Int
    private let testCount: Int

    init(_ settings: Settings) {
        trainCount = settings.integer(
            "samples", default: 4_000, in: .between(4, 100_000_000), "training samples")
        testCount = settings.integer(
            "test_samples", default: 1_000, in: .between(0, 100_000_000), "test samples")
    }

    package init(samples: Int, testSamples: Int) {
        (trainCount, testCount) = (samples, testSamples)
    }

    package var usesSeed: Bool { true }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("samples", trainCount)
        facts.add("test_samples", testCount)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        var train = Part()
        var stream = RandomKey(seed: seed, .data, client: 0).stream()
        for index in 0..<trainCount {
            let (owner, turn) = (index % Self.owners, index / Self.owners % 2)
            let side: Double = turn == 0 ? 1 : -1
            train.add(
                side * stream.positiveUniform(),
                (owner & 2 == 0 ? side : -side) * stream.positiveUniform(),
                (owner & 1 == 0 ? side : -side) * stream.positiveUniform())
        }
        var test = Part()
        var testStream = RandomKey(seed: seed, .data, client: 1).stream()
        for _ in 0..<testCount {
            test.add(
                1 - 2 * testStream.uniform(), 1 - 2 * testStream.uniform(),
                1 - 2 * testStream.uniform())
        }
        return DecodedDataset(
            sampleShape: [3], classes: 2, train: train.samples, test: test.samples,
            owners: DecodedDataset.Owners(
                kind: "pairs of octants", names: (0..<Self.owners).map(String.init),
                ofTrain: (0..<trainCount).map { Int32($0 % Self.owners) }))
    }

    /// Points and their classes.
    private struct Part {
        private var points: [Float] = []
        private var labels: [Int32] = []

        var samples: DecodedDataset.Samples {
            DecodedDataset.Samples(features: .floats(points), labels: labels)
        }

        mutating func add(_ x: Double, _ y: Double, _ z: Double) {
            points += [Float(x), Float(y), Float(z)]
            labels.append(x > 0 ? 0 : 1)
        }
    }
}
