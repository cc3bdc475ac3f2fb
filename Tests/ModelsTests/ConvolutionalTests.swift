import LinearAlgebra
import Models
import Settings
import Testing

/// Convolutional models on images of 9 x 8 x 2, with each of their settings.
private let models = [
    "{ kind: cnn, filters: [3], kernel: 3, hidden: [], activation: tanh }",
    "{ kind: cnn, filters: [4, 6], kernel: 3, hidden: [5], activation: tanh, group_norm: 2 }",
    "{ kind: cnn, filters: [6], kernel: 3, hidden: [18], activation: sigmoid, group_norm: 6 }",
    "{ kind: cnn, filters: [17, 5], kernel: 2, pool: 1, hidden: [], activation: tanh, group_norm: 1 }",
    "{ kind: cnn, filters: [4], kernel: 5, pool: 3, padding: valid, hidden: [7], activation: tanh }",
    "{ kind: lenet, filters: [4], kernel: 3, hidden: [6, 5], activation: tanh }",
    "{ kind: cnn, filters: [4, 3], kernel: 3, stride: 2, pool: 1, hidden: [], activation: tanh }",
    "{ kind: cnn, filters: [5], kernel: 3, stride: 2, padding: 4, hidden: [], activation: tanh }",
    "{ kind: cnn, filters: [3], kernel: 2, stride: 3, padding: 1, pool: 1, activation: sigmoid }",
    "{ kind: lenet, filters: [5], hidden: [7], pooling: average, pool: 3, activation: tanh }",
    "{ kind: resnet, blocks: [1, 1], width: 4 }",
    "{ kind: resnet, blocks: [2], width: 3, group_norm: 1 }",
    "{ kind: resnet, width: 2 }",
]

private let form = SampleForm(shape: [9, 8, 2], target: .classes(3, positions: 1))

private func image(_ height: Int, _ width: Int, _ channels: Int, _ classes: Int = 10) -> SampleForm
{
    SampleForm(shape: [height, width, channels], target: .classes(classes, positions: 1))
}

@Suite struct `Convolutional models` {
    @Test func `have the sizes of the papers`() throws {
        let mcMahan = try network("cnn", image(28, 28, 1))
        #expect(mcMahan.parameterCount == 1_663_370)
        #expect(
            mcMahan.layout.views.map { "\($0.name) \($0.shape)" } == [
                "0.weight [32, 1, 5, 5]", "0.bias [32]", "3.weight [64, 32, 5, 5]", "3.bias [64]",
                "7.weight [512, 3136]", "7.bias [512]", "9.weight [10, 512]", "9.bias [10]",
            ])
        let leNet = try network("lenet", image(32, 32, 3))
        #expect(leNet.parameterCount == 62_006)
        #expect(leNet.layout.views.first?.shape == [6, 3, 5, 5])
    }

    @Test(arguments: models)
    func `have gradients that are the slopes of the mean loss`(model: String) throws {
        let network = try network(model, form)
        let (weights, samples, labels) = batch(1, network, rows: 3)
        var bench = Bench<Double>(network, batch: 3)
        bench.fill(weights: weights, samples: samples, labels: labels)
        let gradient = bench.step().gradient
        let h = 1e-6
        var slopes: [Double] = []
        for index in weights.indices {
            bench.slots[bench.weights, index] = weights[index] + h
            let above = bench.evaluate().loss
            bench.slots[bench.weights, index] = weights[index] - h
            let below = bench.evaluate().loss
            bench.slots[bench.weights, index] = weights[index]
            slopes.append((above - below) / (2 * h) / 3)
        }
        #expect(relativeError(gradient, slopes) < 1e-6)
        #expect(gradient.contains { abs($0) > 1e-3 })
    }

    @Test(arguments: models)
    func `have Hessian products that are the slopes of the gradient`(model: String) throws {
        let network = try network(model, form)
        let (weights, samples, labels) = batch(2, network, rows: 3)
        var numbers = Numbers(state: 9)
        let direction = numbers.list(network.parameterCount)
        var bench = Bench<Double>(network, batch: 4, for: .tangents)
        bench.fill(weights: weights, samples: samples, labels: labels)
        let gradient = bench.step().gradient
        let (product, slope) = bench.hessianProduct(along: direction)
        let alone = bench.hessianProductAlone(along: direction)
        #expect(alone.product == product && alone.slope == slope)
        let h = 1e-6
        func gradients(at step: Double) -> [Double] {
            var bench = Bench<Double>(network, batch: 3)
            bench.fill(
                weights: zip(weights, direction).map { $0 + step * $1 }, samples: samples,
                labels: labels)
            return bench.step().gradient
        }
        let slopes = zip(gradients(at: h), gradients(at: -h)).map { ($0 - $1) / (2 * h) }
        #expect(relativeError(product, slopes) < 1e-6)
        let expected = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(slope - expected) < 1e-10 * max(abs(expected), 1))

        var narrow = Bench<Float>(network, batch: 3, for: .tangents)
        narrow.fill(weights: weights, samples: samples, labels: labels)
        #expect(relativeError(narrow.step().gradient, gradient) < 1e-4)
        #expect(relativeError(narrow.hessianProduct(along: direction).product, product) < 1e-3)
    }

    @Test(arguments: models + ["{ kind: cnn, filters: [20, 40], kernel: 3, hidden: [30] }"])
    func `do not see rows beyond the batch`(model: String) throws {
        let network = try network(model, form)
        let (weights, samples, labels) = batch(3, network, rows: 5)
        let direction = weights.map { 1 - $0 }
        func compare<S: Scalar>(_ type: S.Type) {
            var large = Bench<S>(network, batch: 5, for: .tangents)
            large.fill(weights: weights, samples: samples, labels: labels)
            _ = large.step()
            let (few, least) = (Array(samples.prefix(2)), Array(labels.prefix(2)))
            large.fill(weights: weights, samples: few, labels: least)
            let place = large.places.input.vector
            let rest = place.part(2 * network.inputs, count: 3 * network.inputs)
            large.slots.fill(rest, with: .nan)
            var exact = Bench<S>(network, batch: 2, for: .tangents)
            exact.fill(weights: weights, samples: few, labels: least)
            #expect(large.step() == exact.step())
            #expect(large.outputs == exact.outputs)
            #expect(
                large.hessianProduct(along: direction).product
                    == exact.hessianProduct(along: direction).product)
        }
        compare(Float.self)
        compare(Double.self)
    }

    @Test func `normalize each group of channels of a sample`() throws {
        // One 1 x 1 filter per channel that copies it: the logits are then the normalized numbers.
        let form = SampleForm(shape: [1, 2, 4], target: .numbers(8))
        let network = try network(
            "{ kind: cnn, filters: [4], kernel: 1, pool: 1, group_norm: 2, hidden: [] }", form)
        var weights = network.initialParameters(seed: 1)
        let views = network.layout.views
        func unit(_ size: Int) -> [Float] {
            (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 }
        }
        network.layout.set(views[0], to: unit(4), in: &weights)
        // Shifted by 10, so that the ReLU passes all; the dense layer copies (channels, places).
        network.layout.set(views[3], to: [10, 10, 10, 10], in: &weights)
        network.layout.set(views[4], to: unit(8), in: &weights)
        var bench = Bench<Double>(network, batch: 1)
        bench.fill(
            weights: weights.map { Double($0) }, samples: [[1, 2, 5, 5, 3, 6, 5, 5]],
            targets: [[0, 0, 0, 0, 0, 0, 0, 0]])
        _ = bench.evaluate()
        // Channels 0 and 1 hold 1, 3 and 2, 6: mean 3, variance 3.5. The others hold one number.
        let root = (3.5 + 1e-5).squareRoot()
        let expected = [-2 / root, 0, -1 / root, 3 / root, 0, 0, 0, 0].map { $0 + 10 }
        #expect(relativeError(bench.outputs, expected) < 1e-12)
    }

    @Test func `take numbers as targets`() throws {
        let network = try network(
            "{ kind: cnn, filters: [2], kernel: 3 }",
            SampleForm(shape: [8, 8, 1], target: .numbers(3)))
        #expect(network.outputs == 3 && network.loss == .squaredError)
    }

    @Test func `start from the bounds of Glorot and He`() throws {
        // The fans of a convolution are those of one place: 25 x 1 in, 25 x 32 out.
        for (activation, fan) in [("relu", 25.0), ("tanh", 825)] {
            let network = try network("{ kind: cnn, activation: \(activation) }", image(28, 28, 1))
            let flat = network.initialParameters(seed: 1)
            let first = network.layout.tensor(network.layout.views[0], of: flat)
            let largest = first.map { abs(Double($0)) }.max() ?? 0
            #expect((0.95...1.0001).contains(largest / (6 / fan).squareRoot()), "\(activation)")
            #expect(first.reduce(0, +).magnitude / 800 < 0.1 * Float((6 / fan).squareRoot()))
        }
        let network = try network("{ kind: cnn, group_norm: 4 }", image(28, 28, 1))
        let flat = network.initialParameters(seed: 1)
        let views = network.layout.views
        #expect(views[2].name == "1.weight" && views[3].name == "1.bias")
        #expect(network.layout.tensor(views[2], of: flat).allSatisfy { $0 == 1 })
        #expect(network.layout.tensor(views[3], of: flat).allSatisfy { $0 == 0 })
    }

    @Test func `are described for people`() throws {
        let words = [
            "cnn", "lenet", "{ kind: cnn, activation: tanh, group_norm: 4 }",
            "{ kind: cnn, stride: 2, pooling: average }", "resnet", "{ kind: resnet, depth: 18 }",
            "{ kind: resnet, blocks: [1, 2], width: 8, group_norm: 1 }",
        ]
        let labels = try words.map {
            try SettingsTree(yaml: "model: \($0)", file: "demo.yaml").load { settings in
                settings.component("model", from: Models.models, default: "mlp", "model")
            }.value.label
        }
        #expect(
            labels == [
                "cnn 32-64-512", "lenet 6-16-120-84", "cnn 32-64-512 tanh group_norm 4",
                "cnn 32-64-512 stride 2 average pooling", "resnet 8, width 16, group_norm 2",
                "resnet 18, width 64, group_norm 2", "resnet blocks 1-2, width 8, group_norm 1",
            ])
    }
}

@Suite struct `Convolutional models refuse` {
    private func message(_ model: String, _ form: SampleForm) throws -> String {
        do {
            _ = try network(model, form)
            return ""
        } catch let error as ModelError {
            return "\(error)"
        }
    }

    @Test func `samples that are no images`() throws {
        #expect(
            try message("cnn", SampleForm(shape: [784], target: .classes(10, positions: 1)))
                == "expected images (height, width, channels) for cnn, found samples of the shape"
                + " [784]; use mlp")
        #expect(
            try message(
                "lenet",
                SampleForm(shape: [80], vocabulary: 60, target: .classes(60, positions: 80)))
                == "expected samples of numbers for lenet, found sequences of symbols; use"
                + " char_lstm, char_gru or word_lstm")
    }

    @Test func `images too small for their kernels and pools`() throws {
        #expect(
            try message("lenet", image(12, 28, 1))
                == "expected an image of at least 5 x 5 for kernel: 5, found 4 x 12 at that layer;"
                + " use fewer filters in the list, a smaller kernel, stride or pool, or padding: same"
        )
        #expect(
            try message("{ kind: cnn, pool: 3 }", image(8, 8, 1))
                == "expected an image of at least 3 x 3 for pool: 3, found 2 x 2 at that layer; use"
                + " fewer filters in the list, a smaller kernel, stride or pool")
        // One less, and it fits.
        #expect(try message("{ kind: cnn, pool: 2 }", image(8, 8, 1)).isEmpty)
        #expect(try message("lenet", image(16, 16, 1)).isEmpty)
    }

    @Test func `groups that do not divide the channels of a residual network`() throws {
        #expect(
            try message("{ kind: resnet, group_norm: 3 }", image(32, 32, 3))
                == "expected a group_norm that divides 16 channels into equal groups, found 3; set"
                + " group_norm to a divisor of 16, such as 1")
        #expect(
            try message("resnet", SampleForm(shape: [784], target: .classes(10, positions: 1)))
                == "expected images (height, width, channels) for resnet, found samples of the"
                + " shape [784]; use mlp")
    }

    @Test func `groups that do not divide the filters`() throws {
        #expect(
            try message("{ kind: cnn, group_norm: 3 }", image(28, 28, 1))
                == "expected a group_norm that divides 32 filters into equal groups, found 3; use a"
                + " divisor of 32")
    }
}
