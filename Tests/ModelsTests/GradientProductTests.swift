import LinearAlgebra
import Models
import TestSupport
import Testing

/// The products of a gradient that are taken while it is computed, against those taken afterwards. A
/// tile whose numbers were counted twice, or not, would be off by far more than rounding.
@Suite struct `Products of a gradient with its partners` {
    /// On both sides of 16 outputs, of whole vectors and of panels; images and sequences.
    private static let models: [(String, SampleForm)] =
        (shapes + [
            "{ kind: mlp, hidden: [200] }", "{ kind: mlp, hidden: [49, 65] }",
            "{ kind: mlp, hidden: [24, 256] }",
        ]).map { ($0, SampleForm(shape: [50], target: .classes(10, positions: 1))) }
        + [
            (
                "{ kind: cnn, filters: [4, 8], kernel: 3, hidden: [20] }",
                SampleForm(shape: [8, 8, 1], target: .classes(3, positions: 1))
            ),
            (
                "{ kind: char_lstm, hidden: 20, embedding: 3 }",
                SampleForm(shape: [4], vocabulary: 7, target: .classes(20, positions: 4))
            ),
            (
                "{ kind: char_gru, hidden: 9, embedding: 3 }",
                SampleForm(shape: [4], vocabulary: 7, target: .classes(4, positions: 1))
            ),
        ]

    @Test(.slow, arguments: models.indices)
    func `are those of the finished gradient`(model: Int) throws {
        let (name, form) = Self.models[model]
        let network = try network(name, form)
        for rows in [1, 2, 3, 7, 8, 9, 31, 32, 63, 64, 65, 127, 128, 130, 192, 193, 200] {
            try check(Double.self, network, form, rows, within: 1e-12)
            try check(Float.self, network, form, rows, within: 1e-6)
        }
    }

    @Test func `include the term of the weight decay`() throws {
        let (name, form) = Self.models[0]
        var network = try network(name, form)
        network.weightDecay = 0.3
        try check(Double.self, network, form, 5, within: 1e-12)
    }

    /// A gradient that leaves out the zeros of the samples is the same, to the bit, and so are the
    /// loss and the products.
    @Test(arguments: models.indices.prefix(11), [1, 32, 65, 130])
    func `do not depend on whether zeros are left out`(model: Int, rows: Int) throws {
        let (name, form) = Self.models[model]
        var numbers = Numbers(state: UInt64(rows))
        let weights = numbers.list(try network(name, form).parameterCount)
        let partner = numbers.list(weights.count)
        let samples = (0..<rows).map { _ in
            numbers.list(50).map { numbers.next() % 3 == 0 ? $0 : 0 }
        }
        func results(leavesOut: Bool) throws -> [[UInt64]] {
            var network = try network(name, form)
            network.samplesHaveManyZeros = leavesOut
            var bench = Bench<Float>(network, batch: rows)
            bench.fill(
                weights: weights, samples: samples,
                targets: samples.indices.map { [Double($0 % 3)] })
            let partners = partner.map { Float($0) }
            bench.slots.copy(partners.span, to: bench.direction)
            let (loss, gradient) = bench.step()
            let (_, products) = network.gradient(
                &bench.slots, bench.places, rows: rows, at: bench.weights, into: bench.gradient,
                with: ProductVectors(bench.direction))
            let again = bench.slots.values(bench.gradient)
            let (tested, hits) = network.evaluate(
                &bench.slots, bench.places, rows: rows, at: bench.weights)
            return [
                gradient.map { UInt64($0.bitPattern) }, again.map { UInt64($0.bitPattern) },
                [loss, products.xx, products.xy, tested, Double(hits)].map(\.bitPattern),
            ]
        }
        #expect(try results(leavesOut: true) == results(leavesOut: false), "\(name)")
    }

    /// A step that does not store its gradient moves each weight to the same bits.
    @Test(arguments: models.indices, [1, 32, 65, 193])
    func `and of a step do not depend on whether a gradient is stored`(
        model: Int, rows: Int
    ) throws {
        let (name, form) = Self.models[model]
        for (decay, leavesOut) in [(0, false), (0, true), (0.01, false)] {
            var network = try network(name, form)
            (network.weightDecay, network.samplesHaveManyZeros) = (decay, leavesOut)
            func moved(stores: Bool) -> [UInt32] {
                var numbers = Numbers(state: UInt64(rows))
                var bench = Bench<Float>(network, batch: rows)
                let below = form.vocabulary == nil ? nil : UInt64(7)
                bench.fill(
                    weights: numbers.list(network.parameterCount).map { $0 / 4 },
                    samples: (0..<rows).map { _ in
                        (0..<network.inputs).map { _ in
                            Double(numbers.next() % (below ?? 3)) * (below == nil ? 0.4 : 1)
                        }
                    },
                    targets: (0..<rows).map { _ in
                        (0..<network.targets).map { _ in Double(numbers.next() % 3) }
                    })
                if stores {
                    _ = bench.step()
                    bench.slots.add(bench.gradient, times: -0.05, to: bench.weights)
                } else {
                    _ = network.descend(
                        &bench.slots, bench.places, rows: rows, at: bench.weights, times: -0.05,
                        through: bench.gradient)
                }
                return bench.slots.values(bench.weights).map(\.bitPattern)
            }
            #expect(moved(stores: false) == moved(stores: true), "\(name), decay \(decay)")
        }
    }

    private func check<S: Scalar>(
        _ type: S.Type, _ network: Network, _ form: SampleForm, _ rows: Int,
        within tolerance: Double
    ) throws {
        var numbers = Numbers(state: UInt64(rows))
        var bench = Bench<S>(network, batch: rows)
        let below = form.vocabulary == nil ? nil : UInt64(7)
        let samples = (0..<rows).map { _ in
            below.map { limit in (0..<network.inputs).map { _ in Double(numbers.next() % limit) } }
                ?? numbers.list(network.inputs)
        }
        let targets = (0..<rows).map { _ in
            (0..<network.targets).map { _ in Double(numbers.next() % 3) }
        }
        bench.fill(
            weights: numbers.list(network.parameterCount).map { $0 / 4 }, samples: samples,
            targets: targets)
        let (loss, gradient) = bench.step()
        let others = [numbers.list(network.parameterCount), numbers.list(network.parameterCount)]
        for (place, list) in zip([bench.direction, bench.product], others) {
            let list = list.map { S($0) }
            bench.slots.copy(list.span, to: place)
        }
        func product(_ x: [S], _ y: [Double]) -> Double {
            zip(x, y).reduce(0) { $0 + Double($1.0) * $1.1 }
        }
        let square = product(gradient, gradient.map { Double($0) })
        for count in 0...2 {
            let partners = ProductVectors(
                count > 0 ? bench.direction : nil, and: count > 1 ? bench.product : nil)
            bench.slots.fill(bench.gradient, with: .nan)
            let (sum, products) = network.gradient(
                &bench.slots, bench.places, rows: rows, at: bench.weights, into: bench.gradient,
                with: partners)
            let again = bench.slots.values(bench.gradient)
            #expect(sum == loss && again == gradient, "\(S.self), \(rows) rows, \(count) partners")
            let found = [products.xx, products.xy, products.xz]
            let expected =
                [square] + (0..<2).map { $0 < count ? product(gradient, others[$0]) : 0 }
            let norms = [square] + others.map { (square * dot($0, $0)).squareRoot() }
            for index in 0..<3 {
                #expect(
                    abs(found[index] - expected[index]) <= tolerance * norms[index],
                    "\(S.self), \(rows) rows, \(count) partners, product \(index)")
            }
        }
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
