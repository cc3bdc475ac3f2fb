import LinearAlgebra
import Models
import Settings
import Testing

/// Sequences of so many symbols of seven, with four classes at each position or behind the last.
private func form(_ length: Int, atEach: Bool = true) -> SampleForm {
    SampleForm(
        shape: [length], vocabulary: 7, target: .classes(4, positions: atEach ? length : 1))
}

private let kinds = ["char_lstm", "char_gru"]

@Suite struct `Recurrent models` {
    /// Sequences and labels of a seed.
    private func samples(
        _ seed: UInt64, _ network: Network, count: Int
    ) -> (symbols: [[Double]], labels: [[Double]]) {
        var numbers = Numbers(state: seed)
        func list(_ length: Int, below limit: UInt64) -> [Double] {
            (0..<length).map { _ in Double(numbers.next() % limit) }
        }
        return (
            (0..<count).map { _ in list(network.inputs, below: 7) },
            (0..<count).map { _ in list(network.targets, below: 4) }
        )
    }

    @Test(arguments: kinds)
    func `names and shapes are those of PyTorch`(kind: String) throws {
        let network = try network(
            "{ kind: \(kind), embedding: 3, hidden: 5, layers: 2 }", form(6))
        let rows = kind == "char_lstm" ? 20 : 15
        #expect(
            network.layout.views.map { "\($0.name) \($0.shape)" } == [
                "0.weight [7, 3]",
                "1.weight_ih_l0 [\(rows), 3]", "1.weight_hh_l0 [\(rows), 5]",
                "1.bias_ih_l0 [\(rows)]", "1.bias_hh_l0 [\(rows)]",
                "2.weight_ih_l0 [\(rows), 5]", "2.weight_hh_l0 [\(rows), 5]",
                "2.bias_ih_l0 [\(rows)]", "2.bias_hh_l0 [\(rows)]",
                "3.weight [4, 5]", "3.bias [4]",
            ])
        #expect(network.inputs == 6 && network.outputs == 24 && network.targets == 6)
        let last = try self.network(kind, form(6, atEach: false))
        #expect(last.outputs == 4 && last.targets == 1)
    }

    private func network(_ model: String, _ form: SampleForm) throws -> Network {
        try ModelsTests.network(model, form)
    }

    @Test func `of words have the names of PyTorch's modules, and start within a tenth`() throws {
        let network = try network("{ kind: word_lstm, embedding: 30, hidden: 5 }", form(6))
        #expect(
            network.layout.views.map { "\($0.name) \($0.shape)" } == [
                "0.weight [7, 30]",
                "1.weight_ih_l0 [20, 30]", "1.weight_hh_l0 [20, 5]", "1.bias_ih_l0 [20]",
                "1.bias_hh_l0 [20]",
                "2.weight_ih_l0 [20, 5]", "2.weight_hh_l0 [20, 5]", "2.bias_ih_l0 [20]",
                "2.bias_hh_l0 [20]",
                "3.weight [4, 5]", "3.bias [4]",
            ])
        let flat = network.initialParameters(seed: 1)
        let tensors = network.layout.views.map { network.layout.tensor($0, of: flat) }
        for tensor in [tensors[0], tensors[9]] {
            let largest = tensor.map(abs).max() ?? 0
            #expect(largest <= 0.1 && largest > 0.08)
        }
        #expect(tensors[10] == [0, 0, 0, 0])
    }

    @Test func `are described for people`() throws {
        func label(_ model: String) throws -> String {
            try SettingsTree(yaml: "model: \(model)", file: "demo.yaml").load { settings in
                settings.component("model", from: models, default: "mlp", "model")
            }.value.label
        }
        #expect(try label("char_lstm") == "char_lstm 8-256")
        #expect(try label("{ kind: char_gru, hidden: 9, layers: 2 }") == "char_gru 8-9-9")
        #expect(try label("word_lstm") == "word_lstm 200-200-200")
    }

    @Test(arguments: kinds)
    func `refuse data of another form`(kind: String) throws {
        func refusal(_ form: SampleForm) -> String {
            do {
                _ = try network(kind, form)
                return "nothing"
            } catch { return "\(error)" }
        }
        #expect(
            refusal(SampleForm(shape: [28, 28, 1], target: .classes(10, positions: 1)))
                == "expected sequences of symbols for \(kind), found samples of numbers; use mlp"
        )
        #expect(
            refusal(SampleForm(shape: [5], vocabulary: 7, target: .numbers(1)))
                == "expected symbols or classes to predict for \(kind), found numbers; use another"
                + " data set")
        #expect(
            refusal(SampleForm(shape: [5], vocabulary: 7, target: .classes(7, positions: 3)))
                == "expected 1 or 5 targets per sample for \(kind), found 3; use another data set")
    }

    @Test(arguments: kinds)
    func `start as PyTorch's: normal embeddings, uniform weights and biases`(kind: String) throws {
        let network = try network("{ kind: \(kind), embedding: 40, hidden: 25 }", form(4))
        let flat = network.initialParameters(seed: 1)
        let tensors = network.layout.views.map { view in
            network.layout.tensor(view, of: flat).map { Double($0) }
        }
        func variance(_ values: [Double]) -> Double {
            values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        }
        // 280 numbers: the variance's standard error is sqrt(2 / 280).
        #expect(abs(variance(tensors[0]) - 1) < 5 * (2.0 / 280).squareRoot())
        #expect(tensors[0].contains { abs($0) > 2 })
        for tensor in tensors[1...4] {
            let size = Double(tensor.count)
            #expect(tensor.allSatisfy { abs($0) <= 0.2 })
            #expect(
                abs(variance(tensor) / 0.04 - 1.0 / 3) < 5 * (4 / (45 * size)).squareRoot())
            #expect(abs(tensor.reduce(0, +) / size) < 5 * 0.2 / (3 * size).squareRoot())
        }
    }

    @Test(arguments: kinds, [(5, true), (5, false), (3, true)])
    func `a sample's outputs depend on nothing but the sample`(
        kind: String, of sequence: (length: Int, atEach: Bool)
    ) throws {
        // Sizes with tails in every vector loop and product.
        let network = try network(
            "{ kind: \(kind), embedding: 9, hidden: 37, layers: 2 }",
            form(sequence.length, atEach: sequence.atEach))
        let weights = network.initialParameters(seed: 3).map { Double($0) }
        let (symbols, labels) = samples(5, network, count: 70)
        func outputs(_ which: [Int], for use: Network.Use) -> [[Float]] {
            var bench = Bench<Float>(network, batch: 70, for: use)
            bench.fill(
                weights: weights, samples: which.map { symbols[$0] },
                targets: which.map { labels[$0] })
            _ = bench.evaluate()
            let flat = bench.outputs
            let rows = which.count * network.targets
            let classes = flat.count / max(rows, 1)
            // Position-major.
            return which.indices.map { sample in
                (0..<network.targets).flatMap { position in
                    let start = (position * which.count + sample) * classes
                    return flat[start..<start + classes]
                }
            }
        }
        let all = outputs(Array(0..<70), for: .training)
        #expect(Set(all).count > 35)
        for count in [1, 2, 7, 10, 13, 33] {
            let which = (0..<count).map { ($0 * 31 + 5) % 70 }
            for use in [Network.Use.evaluation, .training, .tangents] {
                let some = outputs(which, for: use)
                #expect(some == which.map { all[$0] }, "\(count) samples")
            }
        }
    }

    @Test(arguments: kinds, [1, 2])
    func `what is kept for second derivatives changes no gradient`(
        kind: String, layers: Int
    ) throws {
        let network = try network(
            "{ kind: \(kind), embedding: 4, hidden: 19, layers: \(layers) }", form(30))
        let weights = network.initialParameters(seed: 3).map { Double($0) }
        // 11 samples: 12 positions at once.
        let (symbols, labels) = samples(6, network, count: 11)
        func bench(_ batch: Int, for use: Network.Use) -> Bench<Float> {
            var bench = Bench<Float>(network, batch: batch, for: use)
            bench.fill(weights: weights, samples: symbols, targets: labels)
            return bench
        }
        var one = bench(11, for: .training)
        var other = bench(40, for: .tangents)
        let (first, second) = (one.step(), other.step())
        #expect(first.loss == second.loss)
        #expect(first.gradient == second.gradient)
        // In the loss of each symbol, and so in a mean over 330.
        #expect(first.loss / 330 > 0.5 && first.loss / 330 < 3)
        var evaluation = bench(11, for: .evaluation)
        #expect(evaluation.evaluate().loss == first.loss)
    }

    @Test(arguments: kinds)
    func `gradients in float are those in double`(kind: String) throws {
        for (count, length) in [(1, 20), (10, 30), (32, 9)] {
            let network = try network("{ kind: \(kind), hidden: 100, layers: 2 }", form(length))
            let weights = network.initialParameters(seed: 8).map { Double($0) }
            let (symbols, labels) = samples(UInt64(count), network, count: count)
            var wide = Bench<Double>(network, batch: count)
            wide.fill(weights: weights, samples: symbols, targets: labels)
            var narrow = Bench<Float>(network, batch: count)
            narrow.fill(weights: weights, samples: symbols, targets: labels)
            let (expected, got) = (wide.step(), narrow.step())
            #expect(abs(got.loss / expected.loss - 1) < 1e-6)
            #expect(relativeError(got.gradient, expected.gradient) < 1e-5, "\(count)")
        }
    }

    @Test func `a symbol outside the vocabulary ends the process`() async {
        await #expect(processExitsWith: .failure) { try evaluate(symbol: 7) }
        await #expect(processExitsWith: .failure) { try evaluate(symbol: -1) }
        await #expect(processExitsWith: .failure) { try evaluate(symbol: .nan) }
        await #expect(processExitsWith: .success) { try evaluate(symbol: 6) }
    }
}

private func evaluate(symbol: Double) throws {
    let network = try network("{ kind: char_gru, hidden: 3 }", form(2))
    var bench = Bench<Float>(network, batch: 1, for: .evaluation)
    bench.fill(
        weights: network.initialParameters(seed: 1).map { Double($0) }, samples: [[0, symbol]],
        targets: [[0, 0]])
    _ = bench.evaluate()
}
