import LinearAlgebra
import Models
import Testing

@Suite struct `Gradients` {
    @Test(arguments: shapes)
    func `are the slopes of the mean loss`(model: String) throws {
        let network = try network(model, inputs: 6, classes: 4)
        let (weights, samples, labels) = batch(1, network, rows: 5)
        var bench = Bench<Double>(network, batch: 5)
        bench.fill(weights: weights, samples: samples, labels: labels)
        let gradient = bench.step().gradient

        // Central differences: exact up to h² and rounding / h. A step across the corner of a ReLU
        // would show as an error far above the limit; the seed has none.
        let h = 1e-5
        var slopes: [Double] = []
        for index in weights.indices {
            bench.slots[bench.weights, index] = weights[index] + h
            let above = bench.evaluate().loss
            bench.slots[bench.weights, index] = weights[index] - h
            let below = bench.evaluate().loss
            bench.slots[bench.weights, index] = weights[index]
            slopes.append((above - below) / (2 * h) / 5)
        }
        #expect(relativeError(gradient, slopes) < 1e-6)
        #expect(gradient.contains { abs($0) > 1e-3 })
    }

    @Test(arguments: shapes + ["{ kind: mlp, hidden: [200] }", "{ kind: mlp, hidden: [49, 65] }"])
    func `in float are those in double`(model: String) throws {
        for rows in [1, 3, 4, 10, 32] {
            let network = try network(model, inputs: 50, classes: 10)
            let (weights, samples, labels) = batch(UInt64(rows), network, rows: rows)
            let small = weights.map { $0 / 4 }
            var wide = Bench<Double>(network, batch: rows)
            wide.fill(weights: small, samples: samples, labels: labels)
            var narrow = Bench<Float>(network, batch: rows)
            narrow.fill(weights: small, samples: samples, labels: labels)
            let (loss, gradient) = wide.step()
            let float = narrow.step()
            #expect(abs(float.loss / loss - 1) < 1e-5, "\(rows) rows")
            #expect(relativeError(float.gradient, gradient) < 1e-4, "\(rows) rows")
            #expect(narrow.evaluate().correct == wide.evaluate().correct, "\(rows) rows")
        }
    }

    @Test(arguments: shapes, [1, 3, 7])
    func `of the last, smaller batch are those of a block planned for it`(
        model: String, rows: Int
    ) throws {
        let network = try network(model, inputs: 9, classes: 3)
        let (weights, samples, labels) = batch(UInt64(rows), network, rows: 8)
        let few = (Array(samples.prefix(rows)), Array(labels.prefix(rows)))
        try compare(Double.self, network, weights, samples, labels, few)
        try compare(Float.self, network, weights, samples, labels, few)
    }

    private func compare<S: Scalar>(
        _ type: S.Type, _ network: Network, _ weights: [Double], _ samples: [[Double]],
        _ labels: [Int32], _ few: (samples: [[Double]], labels: [Int32])
    ) throws {
        // The large block has worked on a whole batch before, so that what it left is there.
        var large = Bench<S>(network, batch: 8)
        large.fill(weights: weights, samples: samples, labels: labels)
        _ = large.step()
        large.fill(weights: weights, samples: few.samples, labels: few.labels)
        var exact = Bench<S>(network, batch: few.labels.count)
        exact.fill(weights: weights, samples: few.samples, labels: few.labels)
        let (one, other) = (large.step(), exact.step())
        #expect(one.loss == other.loss)
        #expect(one.gradient == other.gradient)
        #expect(large.evaluate() == exact.evaluate())
    }

    @Test(arguments: shapes)
    func `training and evaluation see the same loss`(model: String) throws {
        let network = try network(model, inputs: 7, classes: 5)
        let (weights, samples, labels) = batch(3, network, rows: 12)
        var training = Bench<Float>(network, batch: 12)
        training.fill(weights: weights, samples: samples, labels: labels)
        var evaluation = Bench<Float>(network, batch: 12, for: .evaluation)
        evaluation.fill(weights: weights, samples: samples, labels: labels)
        let (loss, correct) = evaluation.evaluate()
        #expect(training.step().loss == loss)
        #expect((0...12).contains(correct))
    }

    @Test func `the loss is a sum, the gradient that of a mean`() throws {
        // Each sample twice: twice the loss, the same gradient.
        let network = try network("{ kind: mlp, hidden: [18] }", inputs: 4, classes: 3)
        let (weights, samples, labels) = batch(4, network, rows: 3)
        var once = Bench<Double>(network, batch: 3)
        once.fill(weights: weights, samples: samples, labels: labels)
        var twice = Bench<Double>(network, batch: 6)
        twice.fill(weights: weights, samples: samples + samples, labels: labels + labels)
        let (one, two) = (once.step(), twice.step())
        #expect(abs(two.loss - 2 * one.loss) < 1e-12)
        #expect(relativeError(two.gradient, one.gradient) < 1e-12)
    }

    @Test func `a NaN parameter shows in the loss`() throws {
        for model in shapes {
            let network = try network(model, inputs: 4, classes: 3)
            var (weights, samples, labels) = batch(5, network, rows: 2)
            weights[0] = .nan
            var bench = Bench<Float>(network, batch: 2)
            bench.fill(weights: weights, samples: samples, labels: labels)
            #expect(bench.step().loss.isNaN, "\(model)")
        }
    }
}
