import LinearAlgebra
import Models
import Testing

/// A model and the form of its data.
struct TangentCase: Sendable, CustomTestStringConvertible {
    let model: String
    var form = SampleForm(shape: [6], target: .classes(4, positions: 1))

    static let numbers = SampleForm(shape: [6], target: .numbers(3))

    var testDescription: String { "\(model), \(form.target)" }
}

@Suite struct `Tangents` {
    static let cases =
        shapes.map { TangentCase(model: $0) } + [
            TangentCase(model: "{ kind: mlp, hidden: [20], activation: tanh }"),
            TangentCase(
                model: "{ kind: mlp, hidden: [20], activation: tanh, output_activation: tanh }"),
            TangentCase(model: "{ kind: mlp, hidden: [5, 18], activation: sigmoid }"),
            TangentCase(
                model: "{ kind: word_lstm, embedding: 3, hidden: 4, layers: 3 }",
                form: SampleForm(
                    shape: [5], vocabulary: 40, target: .classes(40, positions: 5))),
            TangentCase(model: "linear_regression", form: TangentCase.numbers),
            TangentCase(
                model: "{ kind: mlp, hidden: [20], activation: tanh }", form: TangentCase.numbers),
        ] + sequences

    /// Both cells, one layer and two, predictions at each position and behind the last. 66 positions
    /// of four samples are more than are taken at once.
    private static let sequences = ["char_lstm", "char_gru"].flatMap { kind in
        [(1, 5, 5), (2, 5, 5), (1, 5, 1), (2, 4, 1), (1, 66, 66), (1, 1, 1)].map {
            (layers, length, positions) in
            TangentCase(
                model: "{ kind: \(kind), embedding: 3, hidden: 5, layers: \(layers) }",
                form: SampleForm(
                    shape: [length], vocabulary: 7, target: .classes(4, positions: positions)))
        }
    }

    /// A network, a batch of four and two directions.
    private struct Problem {
        var network: Network
        let weights: [Double]
        let samples: [[Double]]
        let targets: [[Double]]
        let directions: [[Double]]

        init(_ test: TangentCase, weightDecay: Double = 0) throws {
            network = try ModelsTests.network(test.model, test.form)
            network.weightDecay = weightDecay
            var numbers = Numbers(state: 11)
            weights = numbers.list(network.parameterCount)
            samples = (0..<4).map { [network] _ -> [Double] in
                guard let symbols = test.form.vocabulary else {
                    return numbers.list(network.inputs)
                }
                return (0..<network.inputs).map { _ in
                    Double(numbers.next() % UInt64(symbols))
                }
            }
            targets = (0..<4).map { [network] _ -> [Double] in
                if case .crossEntropy(let positions) = network.loss {
                    let classes = UInt64(network.outputs / positions)
                    return (0..<positions).map { _ in Double(numbers.next() % classes) }
                }
                return numbers.list(network.outputs)
            }
            directions = (0..<2).map { [network] _ in numbers.list(network.parameterCount) }
        }

        /// In a block for six samples, with the weights moved along the first direction.
        func bench(movedBy distance: Double = 0) -> Bench<Double> {
            var bench = Bench<Double>(network, batch: 6, for: .tangents)
            bench.fill(
                weights: zip(weights, directions[0]).map { $0 + distance * $1 }, samples: samples,
                targets: targets)
            return bench
        }
    }

    @Test(arguments: cases)
    func `the product with the Hessian is the slope of the gradient`(test: TangentCase) throws {
        let problem = try Problem(test, weightDecay: 0.3)
        var bench = problem.bench()
        let v = problem.directions[0]
        _ = bench.step()
        let product = bench.hessianProduct(along: v).product
        let alone = bench.hessianProductAlone(along: v).product
        #expect(alone == product)
        func gradient(_ distance: Double) -> [Double] {
            var moved = problem.bench(movedBy: distance)
            return moved.step().gradient
        }
        let h = 1e-5
        let slope = zip(gradient(h), gradient(-h)).map { ($0 - $1) / (2 * h) }
        #expect(relativeError(product, slope) < 1e-6)
    }

    @Test(arguments: cases)
    func `the Hessian is symmetric, and linear in its direction`(test: TangentCase) throws {
        let problem = try Problem(test, weightDecay: 0.1)
        var bench = problem.bench()
        let (u, v) = (problem.directions[0], problem.directions[1])
        _ = bench.step()
        let (hu, hv) = (
            bench.hessianProduct(along: u).product, bench.hessianProduct(along: v).product
        )
        let both = bench.hessianProduct(along: zip(u, v).map { 2 * $0 - 3 * $1 }).product
        #expect(abs(dot(v, hu) - dot(u, hv)) < 1e-12 * (abs(dot(v, hu)) + 1))
        #expect(relativeError(both, zip(hu, hv).map { 2 * $0 - 3 * $1 }) < 1e-12)
    }

    @Test(arguments: cases)
    func `the slope of the loss is the gradient along the direction`(test: TangentCase) throws {
        let problem = try Problem(test, weightDecay: 0.2)
        var bench = problem.bench()
        let gradient = bench.step().gradient
        for v in problem.directions {
            let expected = dot(gradient, v)
            for slope in [bench.hessianProduct(along: v).slope, bench.slope(along: v)] {
                #expect(abs(slope - expected) < 1e-12 * max(1, abs(expected)))
            }
            _ = bench.step()
        }
    }

    @Test(arguments: cases)
    func `weight decay adds its multiple of the direction`(test: TangentCase) throws {
        let problem = try Problem(test)
        var plain = problem.bench()
        var decayed = try Problem(test, weightDecay: 0.25).bench()
        let (one, other) = (plain.step(), decayed.step())
        #expect(one.loss == other.loss)
        #expect(
            relativeError(other.gradient, zip(one.gradient, problem.weights).map { $0 + 0.25 * $1 })
                < 1e-14)
        let v = problem.directions[0]
        let (h, hDecayed) = (
            plain.hessianProduct(along: v).product, decayed.hessianProduct(along: v).product
        )
        #expect(relativeError(hDecayed, zip(h, v).map { $0 + 0.25 * $1 }) < 1e-14)
    }

    @Test func `of linear regression the Hessian is 2 XᵀX / n`() throws {
        let test = TangentCase(
            model: "linear_regression", form: SampleForm(shape: [6], target: .numbers(1)))
        let problem = try Problem(test)
        var bench = problem.bench()
        _ = bench.step()
        let v = problem.directions[0]
        let rows = problem.samples.map { $0 + [1] }
        let along = rows.map { dot($0, v) }
        let expected = v.indices.map { index in
            2 * zip(rows, along).reduce(0) { $0 + $1.0[index] * $1.1 } / 4
        }
        #expect(relativeError(bench.hessianProduct(along: v).product, expected) < 1e-12)
    }

    @Test func `Gauss-Newton is the Hessian where the outputs are linear`() throws {
        let problem = try Problem(TangentCase(model: "softmax_regression"))
        var bench = problem.bench()
        _ = bench.step()
        let hessian = bench.hessianProduct(along: problem.directions[0]).product
        #expect(relativeError(bench.gaussNewton(along: problem.directions[0]), hessian) < 1e-12)
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
