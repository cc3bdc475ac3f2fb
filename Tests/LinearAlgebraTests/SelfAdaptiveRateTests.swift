import Glibc
import LinearAlgebra
import Testing

/// The pass of rates that γ makes against the plain formulas, for all lengths around its lanes and
/// chunks, with γ that run into bounds, numbers that are not finite, and squares that a float can't
/// hold.
@Suite struct `Rates that γ makes` {
    /// What the gradients of a world are like.
    enum Trouble: CaseIterable, Sendable { case none, bounds, notFinite, tiny, zero }

    struct Case: Sendable, CustomTestStringConvertible {
        let count: Int
        let trouble: Trouble
        let isBounded: Bool
        var testDescription: String { "\(count) \(trouble) \(isBounded ? "sigmoid" : "exp")" }
    }

    static let cases = [1, 15, 16, 37, 1023, 1024, 1040, 2500].flatMap { count in
        Trouble.allCases.flatMap { trouble in
            [true, false].map { Case(count: count, trouble: trouble, isBounded: $0) }
        }
    }

    private struct World<S: Scalar>: ~Copyable {
        var slots: VectorBlock<S>
        let g: Vector
        let after: Vector
        let gamma: Vector
        let rates: Vector
        let w: Vector
        var how = SelfAdaptiveRates()

        init(_ it: Case) {
            var layout = BlockLayout()
            (g, after) = (layout.vector(it.count), layout.vector(it.count))
            (gamma, rates, w) = (
                layout.vector(it.count), layout.vector(it.count), layout.vector(it.count)
            )
            slots = VectorBlock(layout)
            how.hyperRate = it.trouble == .bounds ? 30 : 0.5
            how.largest = it.isBounded ? 0.5 : 0
            how.startGamma = 0.25
            // A rate of its own: not quite what the formula gives.
            how.startRate = (it.isBounded ? 0.5 / (1 + exp(-0.25)) : exp(0.25)) * (1 + 1e-6)
            (how.lower, how.upper) = (-3, 1)
            var state: UInt64 = 5
            func next() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 40) / 0x1p23 - 1
            }
            let scale = it.trouble == .tiny ? 1e-18 : it.trouble == .zero ? 0 : 1
            for index in 0..<it.count {
                slots[g, index] = S(scale * next())
                slots[after, index] = S(next())
                slots[gamma, index] = index % 5 == 0 ? 0.25 : S(next() - 1)
                slots[w, index] = S(next())
            }
            if it.trouble == .notFinite {
                slots[g, it.count / 2] = .infinity
                slots[after, it.count - 1] = .nan
            }
            slots.setRates(rates, of: gamma, how)
        }

        func values(_ vector: Vector) -> [Double] { slots.values(vector).map { Double($0) } }

        func rate(of gamma: Double) -> Double {
            if gamma == how.startGamma { return how.startRate }
            return how.largest > 0 ? how.largest / (1 + exp(-gamma)) : exp(gamma)
        }
    }

    private func isClose(_ x: [Double], _ y: [Double], _ tolerance: Double) -> Bool {
        x.count == y.count
            && zip(x, y).allSatisfy { x, y in
                abs(x - y) <= tolerance * max(abs(y), 1e-30) || x == y || x.isNaN && y.isNaN
            }
    }

    private func compare<S: Scalar>(_ type: S.Type, _ it: Case, _ tolerance: Double) {
        var world = World<S>(it)
        let (g, after, w) = (
            world.values(world.g), world.values(world.after), world.values(world.w)
        )
        var (gamma, rates) = (world.values(world.gamma), world.values(world.rates))
        #expect(isClose(rates, gamma.map { world.rate(of: $0) }, tolerance), "rates of γ")
        var want = SelfAdaptiveSummary()
        var magnitude = 0.0
        for index in g.indices {
            let byRate = -after[index] * g[index]
            let slope =
                it.isBounded ? rates[index] * (1 - rates[index] / 0.5) : rates[index]
            let byGamma = byRate * slope
            guard byGamma.isFinite else {
                want.undefined += 1
                continue
            }
            want.rateSlope += byRate
            want.slope += byGamma
            want.slopeSquares += byGamma * byGamma
            magnitude += abs(byGamma)
            let stepped = gamma[index] - world.how.hyperRate * byGamma
            if stepped < -3 { want.lowerBoundHits += 1 }
            if stepped > 1 { want.upperBoundHits += 1 }
            gamma[index] = min(max(stepped, -3), 1)
        }
        rates = gamma.map { world.rate(of: $0) }
        let gotMagnitude = world.slots.slopeMagnitude(
            rates: world.rates, gradient: world.g, after: world.after, world.how)
        let got = world.slots.selfAdapt(
            gamma: world.gamma, rates: world.rates, gradient: world.g, after: world.after,
            moving: world.w, world.how)
        #expect(isClose([gotMagnitude], [magnitude], tolerance))
        #expect(isClose([got.slopeSquares], [want.slopeSquares], tolerance))
        #expect(abs(got.slope - want.slope) <= tolerance * magnitude)
        #expect(abs(got.rateSlope - want.rateSlope) <= tolerance * Double(it.count))
        #expect(got.lowerBoundHits == want.lowerBoundHits)
        #expect(got.upperBoundHits == want.upperBoundHits)
        #expect(got.undefined == want.undefined)
        #expect(
            zip(world.values(world.gamma), gamma).allSatisfy {
                abs($0 - $1) <= 10 * tolerance
            })
        let set = world.values(world.rates)
        #expect(isClose(set, rates, 10 * tolerance))
        #expect(
            isClose([got.rates.sum], [set.reduce(0, +)], tolerance)
                && isClose([got.rates.smallest], [set.min() ?? 0], tolerance)
                && isClose([got.rates.largest], [set.max() ?? 0], tolerance))
        let moved = zip(zip(w, set), g).map { $0.0 - $0.1 * $1 }
        let isMoved = zip(world.values(world.w), moved).allSatisfy {
            abs($0 - $1) <= tolerance || $0 == $1 || $0.isNaN && $1.isNaN
        }
        #expect(isMoved)
    }

    @Test(arguments: cases)
    func `a pass is that of the formulas`(it: Case) {
        compare(Float.self, it, 2e-6)
        compare(Double.self, it, 1e-12)
    }

    @Test(arguments: cases)
    func `without weights it is the same but for these`(it: Case) {
        var one = World<Float>(it)
        var other = World<Float>(it)
        let w = other.values(other.w)
        let moved = one.slots.selfAdapt(
            gamma: one.gamma, rates: one.rates, gradient: one.g, after: one.after,
            moving: one.w, one.how)
        let kept = other.slots.selfAdapt(
            gamma: other.gamma, rates: other.rates, gradient: other.g, after: other.after,
            moving: nil, other.how)
        let (rates, same) = (one.values(one.rates), other.values(other.rates))
        let left = other.values(other.w)
        #expect(moved == kept && rates == same && left == w)
    }

    /// κ = 0 is plain gradient descent, bit for bit.
    @Test(arguments: cases)
    func `γ that stay at their start leave the plain step`(it: Case) {
        var one = World<Float>(it)
        var other = World<Float>(it)
        one.how.hyperRate = 0
        one.slots.fill(one.gamma, with: 0.25)
        let rate = Float(one.how.startRate)
        one.slots.fill(one.rates, with: rate)
        _ = one.slots.selfAdapt(
            gamma: one.gamma, rates: one.rates, gradient: one.g, after: one.after,
            moving: one.w, one.how)
        other.slots.add(other.g, times: -rate, to: other.w)
        let (moved, plain) = (one.slots.values(one.w), other.slots.values(other.w))
        #expect(zip(moved, plain).allSatisfy { $0.bitPattern == $1.bitPattern })
    }
}
