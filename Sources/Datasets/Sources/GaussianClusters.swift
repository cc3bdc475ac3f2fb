import RandomStreams
import Settings

/// Points around one centre per class, for experiments that need no files.
///
///     centre_c ~ N(0, separation² I),   x ~ N(centre_label, noise² I)
///
/// Labels are balanced (class sizes differ by at most one) and shuffled. Streams of purpose
/// `.data`: client 0 gives the centres, class by class, client 1 the training samples and client 2
/// the test samples. The last two give first the order of the labels (a shuffle of i mod classes),
/// then the samples one by one. So more test samples change no training sample.
///
/// The best classifier is the nearest centre, and softmax regression can reach it. With the
/// default settings its accuracy is about 85 %.
package struct GaussianClusters: DataSource {
    package static let algorithm = Algorithm("gaussian_clusters", revision: 1)
    private let classes: Int
    private let features: Int
    private let trainCount: Int
    private let testCount: Int
    private let separation: Double
    private let noise: Double

    init(_ settings: Settings) {
        classes = settings.integer(
            "classes", default: 10, in: .between(2, 10_000), "number of classes")
        features = settings.integer(
            "features", default: 20, in: .between(1, 1_000_000), "numbers in a sample")
        trainCount = settings.integer(
            "samples", default: 6_000, in: .between(1, 100_000_000), "training samples")
        testCount = settings.integer(
            "test_samples", default: 1_000, in: .between(0, 100_000_000), "test samples")
        separation = settings.number(
            "separation", default: 0.65, in: .between(0, 1e6), "standard deviation of the centres")
        noise = settings.number(
            "noise", default: 1, in: .between(0, 1e6), "standard deviation around a centre")
    }

    package init(
        classes: Int, features: Int, samples: Int, testSamples: Int, separation: Double,
        noise: Double
    ) {
        (self.classes, self.features) = (classes, features)
        (trainCount, testCount) = (samples, testSamples)
        (self.separation, self.noise) = (separation, noise)
    }

    package var usesSeed: Bool { true }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("classes", classes)
        facts.add("features", features)
        facts.add("samples", trainCount)
        facts.add("test_samples", testCount)
        facts.add("separation", separation)
        facts.add("noise", noise)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let numbers = max(trainCount, testCount, classes) * features
        guard numbers <= 1 << 30 else {
            throw .impossible(
                dataset: "gaussian_clusters",
                reason: mismatch(
                    "at most \((1 << 30).grouped) numbers in a split", numbers.grouped,
                    "use fewer samples or features"))
        }
        var stream = RandomKey(seed: seed, .data, client: 0).stream()
        var centres: [Double] = []
        centres.reserveCapacity(classes * features)
        for _ in 0..<classes * features { centres.append(separation * stream.normal()) }
        return DecodedDataset(
            sampleShape: [features], classes: classes,
            train: samples(
                trainCount, around: centres, key: RandomKey(seed: seed, .data, client: 1)),
            test: samples(
                testCount, around: centres, key: RandomKey(seed: seed, .data, client: 2)))
    }

    /// - Parameter centres: (classes, features)
    private func samples(
        _ count: Int, around centres: [Double], key: RandomKey
    ) -> DecodedDataset.Samples {
        var stream = key.stream()
        var labels = (0..<count).map { Int32($0 % classes) }
        stream.shuffle(&labels)
        var values: [Float] = []
        values.reserveCapacity(count * features)
        for label in labels {
            let first = Int(label) * features
            for index in first..<first + features {
                values.append(Float(centres[index] + noise * stream.normal()))
            }
        }
        return DecodedDataset.Samples(features: .floats(values), labels: labels)
    }
}
