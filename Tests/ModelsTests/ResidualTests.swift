import LinearAlgebra
import Models
import Settings
import Testing

private func image(_ height: Int, _ width: Int, _ channels: Int, _ classes: Int = 10) -> SampleForm
{
    SampleForm(shape: [height, width, channels], target: .classes(classes, positions: 1))
}

@Suite struct `Residual networks` {
    @Test func `have the sizes of the papers`() throws {
        // With 1 x 1 projections; the paper's depth 20 has 0.27 million, with torchvision's blocks
        // and this stem depth 18 has 11,173,962.
        for (model, count) in [
            ("resnet", 78_042), ("{ kind: resnet, depth: 20 }", 272_474),
            ("{ kind: resnet, depth: 18 }", 11_173_962),
            ("{ kind: resnet, depth: 34 }", 21_282_122),
        ] {
            #expect(try network(model, image(32, 32, 3)).parameterCount == count, "\(model)")
        }
    }

    @Test func `have the names and shapes of torchvision`() throws {
        let network = try network("{ kind: resnet, blocks: [2, 1], width: 4 }", image(8, 8, 3, 5))
        let names = network.layout.views.map { "\($0.name) \($0.shape)" }
        func block(_ name: String, _ inputs: Int, _ channels: Int) -> [String] {
            [
                "\(name).conv1.weight [\(channels), \(inputs), 3, 3]",
                "\(name).bn1.weight [\(channels)]", "\(name).bn1.bias [\(channels)]",
                "\(name).conv2.weight [\(channels), \(channels), 3, 3]",
                "\(name).bn2.weight [\(channels)]", "\(name).bn2.bias [\(channels)]",
            ]
        }
        let stem = ["conv1.weight [4, 3, 3, 3]", "bn1.weight [4]", "bn1.bias [4]"]
        let projection = [
            "layer2.0.downsample.0.weight [8, 4, 1, 1]", "layer2.0.downsample.1.weight [8]",
            "layer2.0.downsample.1.bias [8]",
        ]
        #expect(
            names == stem + block("layer1.0", 4, 4) + block("layer1.1", 4, 4)
                + block("layer2.0", 4, 8) + projection + ["fc.weight [5, 8]", "fc.bias [5]"])
        // The layers of a scheduler with a rate per layer: each module is one.
        let layers = network.layout.layers
        #expect(layers.count == 2 + 4 + 4 + 6 + 1)
        #expect(layers.map(\.count).prefix(3) == [108, 8, 144])
        #expect(layers.last?.count == 45)
        #expect(layers.reduce(0) { $0 + $1.count } == network.parameterCount)
    }

    @Test func `start from the bounds of He, scales 1 and shifts 0`() throws {
        let network = try network("resnet", image(32, 32, 3))
        let flat = network.initialParameters(seed: 1)
        var drawn: [[Float]] = []
        for view in network.layout.views {
            let tensor = network.layout.tensor(view, of: flat)
            switch (view.shape.count, view.name.hasSuffix("weight")) {
            case (4, _):
                let fan = view.shape.dropFirst().reduce(1, *)
                let bound = (6 / Double(fan)).squareRoot()
                let largest = tensor.map { abs(Double($0)) }.max() ?? 0
                #expect((0.9 * bound...1.0001 * bound).contains(largest), "\(view.name)")
                drawn.append(tensor)
            case (1, true): #expect(tensor.allSatisfy { $0 == 1 }, "\(view.name)")
            case (1, false): #expect(tensor.allSatisfy { $0 == 0 }, "\(view.name)")
            default: break
            }
        }
        // No two convolutions share a stream.
        #expect(Set(drawn.map { $0[0] / ($0.map { abs($0) }.max() ?? 1) }).count == drawn.count)
    }

    /// As in one batch, so alone and in an evaluation, which keeps no inner activation.
    @Test(arguments: ["{ kind: resnet, width: 6 }", "{ kind: resnet, blocks: [2, 1], width: 4 }"])
    func `give the same bits for a sample in any batch and for any use`(model: String) throws {
        let network = try network(model, image(9, 7, 2, 3))
        let (weights, samples, labels) = batch(4, network, rows: 5)
        var all = Bench<Float>(network, batch: 6, for: .tangents)
        all.fill(weights: weights, samples: samples, labels: labels)
        _ = all.step()
        let together = all.outputs
        for use in [Network.Use.evaluation, .training, .tangents] {
            for sample in samples.indices {
                var one = Bench<Float>(network, batch: 2, for: use)
                one.fill(weights: weights, samples: [samples[sample]], labels: [labels[sample]])
                _ = one.evaluate()
                let expected = Array(together[3 * sample..<3 * sample + 3])
                #expect(one.outputs == expected, "\(use), sample \(sample)")
            }
        }
    }

    @Test func `keep inner activations only where derivatives follow`() throws {
        let network = try network("{ kind: resnet, depth: 20 }", image(32, 32, 3))
        func numbers(_ use: Network.Use) -> Int {
            var layout = BlockLayout()
            _ = network.places(in: &layout, batch: 32, for: use)
            return layout.count
        }
        // 9 blocks keep 3 or 5 inner images each for training, and none for an evaluation.
        let stages = [16_384, 8_192, 4_096]
        let kept = 32 * (9 * stages.reduce(0, +) + 2 * (stages[1] + stages[2]))
        #expect(numbers(.training) - numbers(.evaluation) > kept)
        // Stem, normalization, blocks and their shared scratch of three images.
        #expect(numbers(.evaluation) < 32 * (2 * 16_384 + 3 * stages.reduce(0, +) + 5 * 16_384))
    }

    @Test(arguments: [(1, 1), (1, 5), (2, 3), (33, 30)])
    func `take images of any size`(height: Int, width: Int) throws {
        let network = try network(
            "{ kind: resnet, width: 2, group_norm: 1 }", image(height, width, 1, 3))
        let (weights, samples, labels) = batch(7, network, rows: 2)
        var bench = Bench<Double>(network, batch: 2)
        bench.fill(weights: weights, samples: samples, labels: labels)
        #expect(bench.step().gradient.allSatisfy { $0.isFinite })
    }

    @Test func `take numbers as targets`() throws {
        let network = try network("resnet", SampleForm(shape: [8, 8, 1], target: .numbers(3)))
        #expect(network.outputs == 3 && network.loss == .squaredError)
    }

    @Test func `have the blocks in place of those of a depth`() throws {
        let form = image(8, 8, 3)
        let blocks = try network("{ kind: resnet, blocks: [2, 700], width: 2 }", form)
        let both = try network("{ kind: resnet, depth: 8, blocks: [2, 700], width: 2 }", form)
        #expect(blocks.layout == both.layout)
    }

    @Test func `refuse groups of one number`() throws {
        #expect(throws: ModelError.self) {
            try network("{ kind: resnet, group_norm: 16 }", image(1, 1, 3))
        }
        _ = try network("{ kind: resnet, group_norm: 8 }", image(1, 1, 3))
        _ = try network("{ kind: resnet, group_norm: 16 }", image(1, 2, 3))
        #expect(throws: ModelError.self) {
            let model =
                "{ kind: cnn, filters: [8, 8], kernel: 3, stride: 3, pool: 1, group_norm: 8 }"
            return try network(model, image(8, 8, 1))
        }
    }

    @Test(arguments: [
        (
            "{ kind: resnet, depth: 10 }",
            "model.depth: expected 6 n + 2 (8, 14, 20, 26, 32, ...), 18 or 34, found 10; use 8 or 20"
        ),
        (
            "{ kind: resnet, blocks: [1, 1, 1, 1, 1, 1, 1, 1, 1] }",
            "model.blocks: expected 1 to 8 stages, found 9; use fewer"
        ),
    ])
    func `refuse other depths`(model: String, reason: String) {
        do {
            _ = try network(model, image(32, 32, 3))
            Issue.record("\(model) is accepted")
        } catch { #expect("\(error)".contains(reason), "\(error)") }
    }
}
