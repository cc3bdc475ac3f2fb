import CSystem
import Datasets
import Federation
import LearningRates
import LinearAlgebra
import Models
import Scenarios
import Settings

/// A model whose training steps are timed.
struct TimedModel {
    /// The name in the table and in PyTorch's script.
    let name: String
    /// The model as a scenario names it; nil for `name`.
    var model: String?
    /// Floating-point operations of a training step, per sample: the products alone.
    let operations: Double
    let form: SampleForm
    /// The batch sizes in the table.
    var batches = [10, 32, 128]

    private static let images = SampleForm(
        shape: [28, 28, 1], target: .classes(10, positions: 1))
    private static let text = SampleForm(
        shape: [80], vocabulary: 80, target: .classes(80, positions: 80))
    private static let words = SampleForm(
        shape: [35], vocabulary: 10_000, target: .classes(10_000, positions: 35))
    private static let colours = SampleForm(
        shape: [32, 32, 3], target: .classes(10, positions: 1))

    /// The models of the table, with the sizes that PyTorch's script has too.
    static let all: [TimedModel] = [
        // Two products of a first layer, three of any other: 2 x inputs x outputs each.
        TimedModel(name: "softmax_regression", operations: 4 * 784 * 10, form: images),
        TimedModel(name: "mlp", operations: 4 * 784 * 200 + 6 * 200 * 10, form: images),
        TimedModel(
            name: "cnn",
            operations: 4 * 784 * 25 * 32 + 6 * 196 * 800 * 64 + 6 * 3136 * 512 + 6 * 512 * 10,
            form: images),
        TimedModel(
            name: "char_lstm", operations: 80 * 6 * (264 * 1024 + 256 * 80), form: text),
        // The batch of Zaremba et al. 2014.
        TimedModel(
            name: "word_lstm", operations: 35 * 6 * (2 * 400 * 800 + 200 * 10_000), form: words,
            batches: [20]),
        residual(depth: 8), residual(depth: 20),
    ]

    /// Returns a residual network of three stages. Each convolution has 1,024 x 16 x 16 products
    /// per tap of its kernel. Those that begin a later stage, and projections, have half of them.
    private static func residual(depth: Int) -> TimedModel {
        let full = 1_024.0 * 16 * 16
        let convolutions = Double(depth - 2) * 9 - 2 * 4.5 + 2 * 0.5
        return TimedModel(
            name: "resnet\(depth)", model: "{ kind: resnet, depth: \(depth) }",
            operations: 4 * 1_024 * 27 * 16 + 6 * full * convolutions + 6 * 64 * 10, form: colours,
            batches: [32])
    }

    func network() throws -> Network {
        let tree = try SettingsTree(yaml: "model: \(model ?? name)", file: "the benchmark")
        let recipe = try tree.load { settings in
            settings.component("model", from: models, default: "mlp", "model")
        }.value
        return try recipe.network(for: form)
    }

    /// A training step's processor time in seconds: what a client process does in it, from the
    /// gathering of its batch to the move of its parameters.
    ///
    /// - Parameter images: at least 512 samples to train on; nil for random numbers.
    func secondsPerStep(batch: Int, on images: Dataset? = nil) throws -> Double {
        let scenario = try ScenarioFile(
            text: """
                data: { dataset: gaussian_clusters }
                training: { batch_size: \(batch) }

                """, file: "the benchmark", workingFolder: ""
        ).baseRun().scenario
        let network = try network()
        let dataset = try images ?? Dataset(samples(512))
        let partition = Partition([(0..<512).map { Int32($0) }], of: dataset.count(of: .train))
        let weights = network.initialParameters(seed: 1)
        var update = [Float](repeating: 0, count: weights.count)
        func trainer(steps: Int) -> LocalTrainer {
            LocalTrainer(
                LocalTrainingSettings(
                    seed: 1, length: .steps(steps), batchSize: batch,
                    optimizer: scenario.client.optimizer, scheduler: scenario.client.scheduler),
                network: network, dataset: dataset, partition: partition)
        }
        func seconds(_ trainer: inout LocalTrainer) throws -> Double {
            let started = hyperfed_thread_cpu_seconds()
            var out = update.mutableSpan
            var nothing = MutableSpan<Float>()
            _ = try trainer.trainClient(
                ClientTask(round: 0, client: 0, attempt: 1, localRate: 0.001),
                weights: weights.span, previousAggregate: nil, server: Span(), carried: Span(),
                into: &out,
                carrying: &nothing)
            return hyperfed_thread_cpu_seconds() - started
        }
        var short = trainer(steps: 3)
        _ = try seconds(&short)
        let guess = try seconds(&short) / 3
        let steps = max(4, Int(0.2 / guess))
        var long = trainer(steps: steps)
        let rounds = try (0..<5).map { _ in try seconds(&long) }.sorted()
        return rounds[2] / Double(steps)
    }

    /// Returns how many gradients a product of the Hessian with a vector costs, from the batch to
    /// the end.
    func hessianCost(batch: Int, on images: Dataset? = nil) throws -> Double {
        let dataset = try images ?? Dataset(samples(batch))
        let network = try network().prepared(for: dataset)
        var layout = BlockLayout()
        let vectors = (0..<4).map { _ in layout.vector(network.parameterCount) }
        let places = network.places(in: &layout, batch: batch, for: .tangents)
        var slots = VectorBlock<Float>(layout)
        let weights = network.initialParameters(seed: 1)
        slots.copy(weights.span, to: vectors[0])
        slots.copy(weights.span, to: vectors[2])
        slots.withMutableSpans(places.input.vector, places.target.vector) { features, targets in
            dataset.gatherRange(
                first: 0, count: batch, from: .train, into: &features, targets: &targets)
        }
        func seconds(_ count: Int, withProduct: Bool) -> Double {
            let started = hyperfed_thread_cpu_seconds()
            for _ in 0..<count {
                if withProduct {
                    network.hessianProductAlone(
                        &slots, places, rows: batch, at: vectors[0], along: vectors[2],
                        into: vectors[3])
                } else {
                    _ = network.gradient(
                        &slots, places, rows: batch, at: vectors[0], into: vectors[1])
                }
            }
            return hyperfed_thread_cpu_seconds() - started
        }
        let count = max(2, Int(0.1 / (seconds(3, withProduct: true) / 3)))
        let ratios = (0..<5).map { _ in
            seconds(count, withProduct: true) / seconds(count, withProduct: false)
        }
        return ratios.sorted()[2]
    }

    /// Makes grey images or text that repeat no pattern; the numbers do not matter for the time.
    /// All words are equally frequent.
    func samples(_ count: Int) -> DecodedDataset {
        var state: UInt32 = 1
        func next(below limit: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 8) % limit
        }
        guard let vocabulary = form.vocabulary else {
            let bytes = (0..<count * form.features).map { _ in UInt8(next(below: 256)) }
            return DecodedDataset(
                sampleShape: form.shape, classes: 10,
                train: .init(
                    features: .bytes(bytes), labels: (0..<count).map { _ in Int32(next(below: 10)) }
                ),
                test: .init(features: .bytes([]), labels: []))
        }
        let symbols = (0..<count * form.features).map { _ in Int32(next(below: vocabulary)) }
        let labels = symbols.map { _ in Int32(next(below: vocabulary)) }
        return DecodedDataset(
            sampleShape: form.shape, target: .classes(vocabulary), targetWidth: form.features,
            vocabulary: vocabulary,
            train: .init(features: .wideSymbols(symbols), labels: labels),
            test: .init(features: .wideSymbols([]), labels: []))
    }
}

/// Returns how many operations per second this core does: multiply-adds in registers, and products
/// of (96, 384) by (384, 480), which stay in the cache.
func productPeaks() -> (registers: Double, products: Double) {
    var layout = BlockLayout()
    let (x, w) = (layout.matrix(rows: 96, columns: 384), layout.matrix(rows: 384, columns: 480))
    let (bias, y) = (layout.vector(480), layout.matrix(rows: 96, columns: 480))
    var slots = VectorBlock<Float>(layout)
    for matrix in [x, w] { slots.fill(matrix.vector, with: 0.5) }
    var best = (0.0, 0.0)
    for _ in 0..<8 {
        var started = hyperfed_thread_cpu_seconds()
        let done = multiplyAdds(steps: 400_000)
        best.0 = max(best.0, 2 * Double(done) / (hyperfed_thread_cpu_seconds() - started))
        started = hyperfed_thread_cpu_seconds()
        for _ in 0..<60 { slots.affine(x, w, bias: bias, into: y) }
        best.1 = max(
            best.1, 60 * 2.0 * 96 * 384 * 480 / (hyperfed_thread_cpu_seconds() - started))
    }
    return best
}
