import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import RandomStreams
import Settings
import Testing

/// A component as a scenario names it; the concrete types are not public.
func component<C>(_ yaml: String, from registered: [Registered<C>]) throws -> C {
    let tree = try SettingsTree(yaml: "it: \(yaml)", file: "test.yaml")
    return try tree.load { settings in
        settings.component("it", from: registered, default: registered[0].kind, "")
    }.value
}

/// A small world for trainers and evaluators: five clients with 7, 1, 12, 5 and 30 samples.
struct Fixture {
    static let sizes = [7, 1, 12, 5, 30]
    let features = 6
    let classes = 4
    let dataset: Dataset
    let partition: Partition
    let network: Network

    init(testCount: Int = 0, model: String = "softmax_regression") throws {
        let trainCount = Self.sizes.reduce(0, +)
        dataset = try Dataset(
            DecodedDataset(
                sampleShape: [features], classes: classes,
                train: Self.samples(trainCount, features, classes, stream: 0),
                test: Self.samples(testCount, features, classes, stream: 1)))
        var next: Int32 = 0
        // Clients own samples from all over the data set.
        let parts = Self.sizes.map { size in
            (0..<size).map { _ -> Int32 in
                defer { next += 1 }
                return next * 17 % Int32(trainCount)
            }
        }
        partition = Partition(parts, of: trainCount)
        network = try component(model, from: models).network(for: dataset.sampleForm)
    }

    /// Numbers around zero; the same ones for the same name.
    static func numbers(_ count: Int, _ name: UInt32, scale: Double = 1) -> [Float] {
        var stream = RandomKey(seed: 5, .data, client: name).stream()
        return (0..<count).map { _ in Float(scale * stream.normal()) }
    }

    private static func samples(
        _ count: Int, _ features: Int, _ classes: Int, stream: UInt32
    ) -> DecodedDataset.Samples {
        DecodedDataset.Samples(
            features: .floats(numbers(count * features, 100 + stream)),
            labels: (0..<count).map { Int32(($0 * 7 + $0 / 3) % classes) })
    }

    /// Features and label of a sample, as a plain program would have them.
    func sample(_ index: Int32, of part: Dataset.Part) -> (x: [Double], label: Int) {
        var features = [Float](repeating: 0, count: features)
        var label: [Float] = [0]
        var span = features.mutableSpan
        var labelSpan = label.mutableSpan
        dataset.gather([index].span, from: part, into: &span, targets: &labelSpan)
        return (features.map(Double.init), Int(label[0]))
    }
}

/// What all clients do in a test.
struct Plan: Sendable, CustomTestStringConvertible {
    var scheduler = "constant"
    var optimizer = "sgd"
    var length = BatchOrder.Length.epochs(2)
    var batchSize = 4
    var rate = 0.1
    var weightDecay = 0.0
    var proximal = 0.0
    var correction = "none"
    var compression = "none"
    var modelCompression = "none"

    var testDescription: String {
        "\(scheduler), \(optimizer), \(correction), \(compression), \(length), batch \(batchSize)"
    }

    /// Every scheduler with every optimizer, short and long, with batches small and larger than any
    /// client.
    static var all: [Plan] {
        var plans: [Plan] = []
        for scheduler in [
            "constant", "{ kind: fedhyper_cl, carry: lr_only }",
            "{ kind: fedhyper_cl, carry: reset, form: paper, hyper_rate: 0.01 }",
            "{ kind: fedhyper_cl, carry: lr_only, global_term: false }",
            "{ kind: implicit, update_interval: 2, scope: parameter, carry: all }",
        ] {
            for optimizer in ["sgd", "{ kind: sgd, momentum: 0.9 }"] {
                for (length, size) in [
                    (BatchOrder.Length.epochs(2), 4), (.steps(7), 4), (.epochs(3), 64),
                ] {
                    plans.append(
                        Plan(
                            scheduler: scheduler, optimizer: optimizer, length: length,
                            batchSize: size))
                }
            }
        }
        // What clients carry as vectors.
        for scheduler in [
            "constant", "{ kind: delta_sgd, carry: all }", "{ kind: local_gains, carry: all }",
            "{ kind: marthe, carry: all }", "{ kind: dsa, carry: lr_only }",
            "{ kind: hypergradient, carry: all }",
        ] {
            for correction in ["none", "scaffold", "{ kind: feddyn, a: 0.1 }"] {
                plans.append(Plan(scheduler: scheduler, length: .steps(7), correction: correction))
            }
        }
        return plans + compressed
    }

    /// What clients compress, with other carried vectors and without them.
    private static var compressed: [Plan] {
        let kinds = ["int8", "sign", "{ kind: top_k, share: 0.2 }", "{ kind: rand_k, share: 0.2 }"]
        return kinds.flatMap { kind in
            ["none", "scaffold"].map { correction in
                Plan(
                    scheduler: "{ kind: delta_sgd, carry: all }", length: .steps(7),
                    correction: correction, compression: kind,
                    modelCompression: correction == "none" ? "int8" : "fp16")
            }
        }
    }

    func made() throws -> LocalTrainingSettings {
        var scheduler = try component(scheduler, from: clientSchedulers)
        let optimizer = try component(optimizer, from: optimizers)
        scheduler.start(localRate: rate, optimizer: optimizer)
        var correction = try component(correction, from: driftCorrections)
        correction.start(optimizer: optimizer)
        return LocalTrainingSettings(
            seed: 9, length: length, batchSize: batchSize,
            optimizer: optimizer, scheduler: scheduler,
            proximal: max(proximal, correction.proximalWeight), correction: correction,
            compression: try component(compression, from: updateCompressions),
            modelCompression: try component(modelCompression, from: modelCompressions))
    }

    func trainer(_ fixture: Fixture) throws -> LocalTrainer {
        var network = fixture.network
        network.weightDecay = weightDecay
        return LocalTrainer(
            try made(), network: network, dataset: fixture.dataset,
            partition: fixture.partition)
    }
}
