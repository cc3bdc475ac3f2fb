import LinearAlgebra
import Models
import Settings
import Testing

@Suite struct `Parameter layouts` {
    @Test(arguments: shapes)
    func `cover the flat vector without gaps`(model: String) throws {
        let layout = try network(model, inputs: 6, classes: 4).layout
        var end = 0
        for view in layout.views {
            #expect(view.place.start == end, "\(view.name)")
            #expect(view.place.count == view.shape.reduce(1, *), "\(view.name)")
            end += view.place.count
        }
        #expect(end == layout.count)
        #expect(Set(layout.views.map(\.name)).count == layout.views.count)
    }

    @Test(arguments: shapes)
    func `reading and writing tensors are inverse`(model: String) throws {
        let layout = try network(model, inputs: 6, classes: 4).layout
        // Each element once: a permutation of the flat vector.
        let numbered = (0..<layout.count).map { Float($0) }
        let tensors = layout.views.map { layout.tensor($0, of: numbered) }
        #expect(tensors.flatMap { $0 }.sorted() == numbered)
        var flat = [Float](repeating: .nan, count: layout.count)
        for (view, tensor) in zip(layout.views, tensors) { layout.set(view, to: tensor, in: &flat) }
        #expect(flat == numbered)
    }

    @Test func `names and shapes are those of PyTorch's Sequential`() throws {
        let network = try network("{ kind: mlp, hidden: [20, 5] }", inputs: 6, classes: 4)
        #expect(
            network.layout.views.map { "\($0.name) \($0.shape)" } == [
                "0.weight [20, 6]", "0.bias [20]", "2.weight [5, 20]", "2.bias [5]",
                "4.weight [4, 5]", "4.bias [4]",
            ])
        #expect(network.inputs == 6 && network.outputs == 4)
        #expect(network.parameterCount == 20 * 7 + 5 * 21 + 4 * 6)
    }

    @Test func `a dense layer is x Wᵀ + b, whatever the storage`() throws {
        for classes in [3, 16, 17, 20] {
            // One sample picks one column of the weights: the class of the largest is the answer.
            let network = try network("softmax_regression", inputs: 5, classes: classes)
            let layout = network.layout
            for input in 0..<5 {
                for output in 0..<classes {
                    var weight = [Float](repeating: 0, count: classes * 5)
                    weight[output * 5 + input] = 1
                    var flat = [Float](repeating: 0, count: layout.count)
                    layout.set(layout.views[0], to: weight, in: &flat)
                    var bench = Bench<Float>(network, batch: 1)
                    let sample = (0..<5).map { $0 == input ? 9.0 : 0 }
                    bench.fill(
                        weights: flat.map { Double($0) }, samples: [sample], labels: [Int32(output)]
                    )
                    #expect(bench.evaluate().correct == 1, "\(input) to \(output) of \(classes)")
                }
            }
        }
    }

    @Test func `models are described for people`() throws {
        let labels = try ["softmax_regression", "mlp", "{ kind: mlp, hidden: [64, 32] }"].map {
            try SettingsTree(yaml: "model: \($0)", file: "demo.yaml").load { settings in
                settings.component("model", from: models, default: "mlp", "model")
            }.value.label
        }
        #expect(labels == ["softmax_regression", "mlp 200", "mlp 64-32"])
    }
}
