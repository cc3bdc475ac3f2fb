import LinearAlgebra
import Testing

/// The loops of hypergradient rules against the plain ones, for all lengths around their lanes, with
/// rates that run into bounds and numbers that are not finite.
@Suite struct `Loops of hypergradients` {
    /// A block with four vectors of numbers between −1 and 1; the first between 0 and 1.
    private struct World<S: Scalar>: ~Copyable {
        var slots: VectorBlock<S>
        let vectors: [Vector]
        let start: [[Double]]

        init(_ count: Int) {
            var layout = BlockLayout()
            vectors = (0..<4).map { _ in layout.vector(count) }
            slots = VectorBlock(layout)
            var state: UInt64 = 7
            var start = (0..<4).map { vector in
                (0..<count).map { _ -> Double in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let number = Double(S(Double(state >> 40) / 0x1p24))
                    return vector == 0 ? number : 2 * number - 1
                }
            }
            if count > 3 {
                start[1][count - 1] = 0
                start[2][count - 2] = .nan
                start[1][count - 3] = .infinity
            }
            self.start = start
            for (vector, numbers) in zip(vectors, start) {
                for (index, number) in numbers.enumerated() { slots[vector, index] = S(number) }
            }
        }

        func values(_ vector: Int) -> [Double] { slots.values(vectors[vector]).map { Double($0) } }
    }

    private struct Expected {
        var rates: [Double]
        var sum = 0.0
        /// The sum of the magnitudes of what `sum` adds up: the scale of its rounding.
        var magnitude = 0.0
        var low = 0
        var high = 0
        var undefined = 0

        mutating func add(_ term: Double) {
            sum += term
            magnitude += abs(term)
        }

        mutating func hold(_ proposed: Double, at index: Int, isFinite: Bool) {
            if !isFinite || !proposed.isFinite {
                undefined += 1
            } else if proposed < 0.1 {
                (rates[index], low) = (0.1, low + 1)
            } else if proposed > 0.9 {
                (rates[index], high) = (0.9, high + 1)
            } else {
                rates[index] = proposed
            }
        }
    }

    private func check<S: Scalar>(
        _ got: [Double], _ want: [Double], _ type: S.Type, _ name: Comment, scale: Double = 1
    ) {
        let tolerance = type == Float.self ? 2e-6 : 1e-14
        let isClose = zip(got, want).allSatisfy { x, y in
            abs(x - y) <= tolerance * max(scale, abs(y)) || x == y || x.isNaN && y.isNaN
        }
        #expect(got.count == want.count && isClose, name)
    }

    private func limits<S: Scalar>(_ type: S.Type) -> RateLimits<S> {
        RateLimits(lower: 0.1, upper: 0.9)
    }

    private func compare<S: Scalar>(
        _ rates: [Double], _ tally: RateTally, _ expected: Expected, _ type: S.Type, _ name: Comment
    ) {
        check(rates, expected.rates, type, name)
        let scale = expected.magnitude.isFinite ? max(expected.magnitude, 1) : 1
        check([tally.sums.0], [expected.sum], type, name, scale: scale)
        #expect(
            [tally.lowerBoundHits, tally.upperBoundHits, tally.undefined]
                == [expected.low, expected.high, expected.undefined], name)
    }

    @Test(arguments: Array(0...33) + [100])
    func `are the plain ones`(count: Int) {
        products(count, Float.self)
        products(count, Double.self)
        for multiplies in [false, true] {
            moves(count, multiplies: multiplies, Float.self)
            moves(count, multiplies: multiplies, Double.self)
        }
        gains(count, Float.self)
        gains(count, Double.self)
        for least in [nil, 0.9] {
            metaDescent(count, least: least, Float.self)
            metaDescent(count, least: least, Double.self)
        }
    }

    private func products<S: Scalar>(_ count: Int, _ type: S.Type) {
        var world = World<S>(count)
        let (x, y) = (world.start[0], world.start[3])
        let (first, last) = (world.vectors[0], world.vectors[3])
        let (xx, xy, yy) = world.slots.products(first, last)
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        check([xx, xy, yy], [dot(x, x), dot(x, y), dot(y, y)], Double.self, "\(count)")
        let (w, g, old) = (world.vectors[3], world.vectors[0], world.vectors[1])
        world.slots.fill(old, with: 0.5)
        let again = world.slots.distances(w, before: old, g, before: w)
        let moved = y.map { $0 - 0.5 }
        let bent = zip(x, y).map { $0 - $1 }
        check(
            [again.moved, again.bent, again.along],
            [dot(moved, moved), dot(bent, bent), dot(moved, x)], Double.self, "\(count)")
        #expect(world.values(1) == y)
    }

    private func moves<S: Scalar>(_ count: Int, multiplies: Bool, _ type: S.Type) {
        var world = World<S>(count)
        let v = world.vectors
        var expected = Expected(rates: world.start[0])
        for index in 0..<count {
            let product = world.start[1][index] * world.start[2][index]
            let rate = expected.rates[index]
            expected.add(product)
            let sign: Double = product > 0 ? 1 : product < 0 ? -1 : 0
            expected.hold(
                multiplies ? rate * (1 + 0.3 * sign) : rate + 0.3 * product, at: index,
                isFinite: product.isFinite)
        }
        let tally = world.slots.moveRates(
            v[0], by: v[1], v[2], hyperRate: 0.3, multiplies: multiplies, limits: limits(type))
        compare(world.values(0), tally, expected, type, "\(count), multiplies: \(multiplies)")
    }

    private func gains<S: Scalar>(_ count: Int, _ type: S.Type) {
        var world = World<S>(count)
        let v = world.vectors
        for index in 0..<count { world.slots[v[3], index] = S(abs(world.start[3][index])) }
        var expected = Expected(rates: world.start[0])
        var means = world.start[3].map { abs($0) }
        for index in 0..<count {
            let (g, before) = (world.start[1][index], world.start[2][index])
            expected.add(g * before)
            let mean = 0.9 * means[index] + 0.1 * g * g
            if mean.isFinite { means[index] = mean }
            let factor = 1 + 0.5 * (mean > 0 ? g * before / mean : 0)
            expected.hold(
                expected.rates[index] * (factor < 0.6 ? 0.6 : factor), at: index,
                isFinite: mean.isFinite)
        }
        let tally = world.slots.localGains(
            v[0], squares: v[3], v[1], before: v[2],
            GainFactors(keep: 0.9, add: 0.1, hyperRate: 0.5, least: 0.6), limits: limits(type))
        compare(world.values(0), tally, expected, type, "\(count)")
        check(world.values(3), means, type, "\(count)")
    }

    private func metaDescent<S: Scalar>(_ count: Int, least: Double?, _ type: S.Type) {
        var world = World<S>(count)
        let v = world.vectors
        var expected = Expected(rates: world.start[0])
        var tangents = world.start[2]
        var (square, moved) = (0.0, 0.0)
        for index in 0..<count {
            let (g, curved) = (world.start[1][index], world.start[3][index])
            let (rate, product) = (expected.rates[index], g * tangents[index])
            expected.add(rate == 0 ? 0 : product / rate)
            let linear = 1 + 0.3 * product
            let factor = least.map { linear < $0 ? $0 : linear } ?? exponential(0.3 * product)
            expected.hold(rate * factor, at: index, isFinite: true)
            let next = expected.rates[index]
            tangents[index] = 0.8 * tangents[index] + next * (g - 0.8 * curved)
            square += tangents[index] * tangents[index]
            moved += next * g * next * g
        }
        let tally = world.slots.metaDescent(
            v[0], tangents: v[2], v[1], curved: v[3],
            MetaDescentFactors(hyperRate: 0.3, least: least, memory: 0.8), limits: limits(type))
        compare(world.values(0), tally, expected, type, "\(count), least: \(least ?? .nan)")
        check(world.values(2), tangents, type, "\(count)")
        check([tally.sums.1, tally.sums.2], [square, moved], type, "\(count)")
    }

    private func exponential(_ x: Double) -> Double {
        guard x.isFinite else { return x > 0 ? .infinity : x < 0 ? 0 : .nan }
        return (1...20).reduce((1.0, 1.0)) {
            let term = $0.1 * x / Double($1)
            return ($0.0 + term, term)
        }.0
    }
}
