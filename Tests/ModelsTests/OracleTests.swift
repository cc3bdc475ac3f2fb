import Foundation
import LinearAlgebra
import Models
import Testing

/// A `deriv` oracle: loss and gradient by PyTorch in float64.
private struct Oracle: Decodable {
    struct Inputs: Decodable {
        let x: [[Double]]
        let y: [Int32]
    }

    /// A matrix or a vector.
    enum Tensor: Decodable {
        case values([Double])
        case names([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let rows = try? container.decode([[Double]].self) {
                self = .values(rows.flatMap { $0 })
            } else if let values = try? container.decode([Double].self) {
                self = .values(values)
            } else {
                self = .names(try container.decode([String].self))
            }
        }
    }

    let loss: Double
    let inputs: Inputs
    let params: [String: Tensor]
    let gradient: [String: Tensor]
    let logits: [[Double]]

    init(_ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Oracles/\(name).json")
        self = try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
    }

    /// The tensors in flattening order.
    func tensors(_ named: [String: Tensor]) throws -> [[Double]] {
        guard case .names(let order) = try #require(params["order"]) else { return [] }
        return try order.map { name in
            guard case .values(let values) = try #require(named[name]) else { return [] }
            return values
        }
    }
}

@Suite struct `Oracles` {
    @Test(arguments: [
        ("deriv-softmax", "softmax_regression"), ("deriv-mlp-relu", "{ kind: mlp, hidden: [8] }"),
    ])
    func `loss and gradient are those of PyTorch`(name: String, model: String) throws {
        let oracle = try Oracle(name)
        let network = try network(
            model, inputs: try #require(oracle.inputs.x.first).count,
            classes: try #require(oracle.logits.first).count)
        var weights = [Double](repeating: .nan, count: network.parameterCount)
        let tensors = try oracle.tensors(oracle.params)
        #expect(tensors.count == network.layout.views.count)
        for (view, tensor) in zip(network.layout.views, tensors) {
            network.layout.set(view, to: tensor, in: &weights)
        }

        let rows = oracle.inputs.y.count
        var bench = Bench<Double>(network, batch: rows)
        bench.fill(weights: weights, samples: oracle.inputs.x, labels: oracle.inputs.y)
        let (loss, gradient) = bench.step()
        #expect(abs(loss / Double(rows) / oracle.loss - 1) < 1e-9)
        for (view, expected) in zip(network.layout.views, try oracle.tensors(oracle.gradient)) {
            let got = network.layout.tensor(view, of: gradient)
            #expect(relativeError(got, expected) < 1e-9, "\(view.name)")
        }

        let hits = zip(oracle.logits, oracle.inputs.y).filter { logits, label in
            logits.firstIndex(of: logits.max() ?? 0) == Int(label)
        }
        #expect(bench.evaluate().correct == hits.count)
    }
}
