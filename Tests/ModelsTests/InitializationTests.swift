import Foundation
import LinearAlgebra
import Models
import Testing

/// FNV-1a over the bits.
private func digest(_ values: [Float]) -> String {
    let hash = values.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
        ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
}

@Suite struct `Initial parameters` {
    // The model, its inputs and classes, and 6 / bound² of each weight.
    private static let cases: [(String, Int, Int, [Double])] = [
        // Fewer than 17 outputs, stored as they are; and more, stored transposed.
        ("softmax_regression", 40, 10, [50]), ("softmax_regression", 40, 30, [70]),
        // He before a ReLU, Glorot at the end.
        ("{ kind: mlp, hidden: [60] }", 40, 10, [40, 70]),
    ]

    @Test(arguments: cases)
    func `are uniform within the bounds of Glorot and He`(
        model: String, inputs: Int, classes: Int, fans: [Double]
    ) throws {
        let network = try network(model, inputs: inputs, classes: classes)
        let flat = network.initialParameters(seed: 1)
        let weights = network.layout.views.filter { $0.shape.count == 2 }
        #expect(weights.count == fans.count)
        for (view, fan) in zip(weights, fans) {
            let bound = (6 / fan).squareRoot()
            let values = network.layout.tensor(view, of: flat).map { Double($0) / bound }
            let size = Double(values.count)
            #expect(values.allSatisfy { abs($0) <= 1.0001 }, "\(view.name)")
            #expect((values.map { abs($0) }.max() ?? 0) > 0.95, "\(view.name)")
            // Uniform in ±1: mean 0, variance 1/3 with standard error sqrt(4/45 n).
            #expect(abs(values.reduce(0, +) / size) < 5 / (3 * size).squareRoot())
            let variance = values.reduce(0) { $0 + $1 * $1 } / size
            #expect(abs(variance - 1.0 / 3) < 5 * (4 / (45 * size)).squareRoot())
        }
        for view in network.layout.views where view.shape.count == 1 {
            #expect(network.layout.tensor(view, of: flat).allSatisfy { $0 == 0 })
        }
    }

    @Test func `as in PyTorch, biases are drawn too, all within one over the root of the inputs`()
        throws
    {
        let network = try network(
            "{ kind: mlp, hidden: [60], initialization: pytorch }", inputs: 40, classes: 30)
        let flat = network.initialParameters(seed: 1)
        for (view, inputs) in zip(network.layout.views, [40.0, 40, 60, 60]) {
            let values = network.layout.tensor(view, of: flat).map {
                Double($0) * inputs.squareRoot()
            }
            #expect(values.allSatisfy { abs($0) <= 1.0001 }, "\(view.name)")
            #expect((values.map { abs($0) }.max() ?? 0) > 0.85, "\(view.name)")
            let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            #expect(abs(variance - 1.0 / 3) < 5 * (4 / (45 * Double(values.count))).squareRoot())
        }
    }

    // Written down once: all runs start from these. One model of each storage.
    @Test(arguments: [
        ("softmax_regression", "32d2cb6fafe55761"),
        ("{ kind: mlp, hidden: [200] }", "ee601c2200d3299e"),
    ])
    func `golden digest of seed 1`(model: String, expected: String) throws {
        let network = try network(model, inputs: 784, classes: 10)
        let flat = network.initialParameters(seed: 1)
        let tensors = network.layout.views.flatMap { network.layout.tensor($0, of: flat) }
        #expect(digest(tensors) == expected)
    }

    @Test(arguments: shapes)
    func `depend on the seed and on nothing else`(model: String) throws {
        let network = try network(model, inputs: 6, classes: 4)
        let one = network.initialParameters(seed: 7)
        #expect(one.count == network.parameterCount)
        #expect(one == network.initialParameters(seed: 7))
        #expect(one != network.initialParameters(seed: 8))
    }

    @Test func `the layers of one shape start differently`() throws {
        let network = try network("{ kind: mlp, hidden: [6, 6] }", inputs: 6, classes: 6)
        let flat = network.initialParameters(seed: 1)
        let tensors = network.layout.views.filter { $0.shape.count == 2 }.map {
            network.layout.tensor($0, of: flat)
        }
        #expect(tensors.count == 3)
        #expect(tensors[0] != tensors[1] && tensors[1] != tensors[2] && tensors[0] != tensors[2])
    }

    @Test(arguments: [15, 16, 17, 18])
    func `do not depend on how a layer is stored`(outputs: Int) throws {
        // Drawn in the order of the shape: the first rows are the same, but for the bound.
        let few = try network("softmax_regression", inputs: 3, classes: 2)
        let many = try network("softmax_regression", inputs: 3, classes: outputs)
        let first = few.layout.tensor(few.layout.views[0], of: few.initialParameters(seed: 1))
        let second = many.layout.tensor(many.layout.views[0], of: many.initialParameters(seed: 1))
        let ratio = Float((Double(3 + 2) / Double(3 + outputs)).squareRoot())
        for (one, other) in zip(first, second) { #expect(abs(one * ratio - other) < 1e-6) }
    }
}
