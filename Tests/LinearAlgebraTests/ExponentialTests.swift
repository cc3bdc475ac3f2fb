import Foundation
import LinearAlgebra
import Testing

private func logistic(_ x: Double) -> Double {
    let e = exp(-abs(x))
    return x < 0 ? e / (1 + e) : 1 / (1 + e)
}

/// f of each number.
private func values(_ f: Activation, _ x: [Float]) -> [Float] {
    let lists = Lists([x, x.map { _ in 5 }])
    let places = lists.places
    var slots = lists.slots()
    slots.activate(f, places[0], into: places[1])
    lists.checkGuards(slots)
    return slots.values(places[1])
}

@Suite struct `Exponential functions in float` {
    // Every 9973rd float: all exponents, both signs.
    private static let floats = stride(from: UInt32(0), through: .max - 9973, by: 9973).map {
        Float(bitPattern: $0)
    }

    @Test(arguments: [Activation.tanh, .sigmoid])
    func `are those of the library to a few units in the last place`(f: Activation) {
        var worst = (error: 0.0, at: Float(0))
        for (x, y) in zip(Self.floats, values(f, Self.floats)) {
            let expected = f == .tanh ? tanh(Double(x)) : logistic(Double(x))
            if x.isNaN {
                #expect(y.isNaN)
            } else if abs(expected) < Double(Float.leastNormalMagnitude) {
                // Below the normal numbers, to the last digit that is left.
                #expect(
                    abs(Double(y) - expected) <= 2 * Double(Float.leastNonzeroMagnitude), "\(x)")
            } else {
                let error = abs(Double(y) / expected - 1)
                if !(error <= worst.error) { worst = (error, x) }
            }
        }
        #expect(worst.error < 4e-7, "\(f) at \(worst.at)")
        // The test would see a real error: rounding alone is that large.
        #expect(worst.error > 3e-8)
    }

    @Test func `are exact at zero and at infinity`() {
        let ends: [Float] = [0, .infinity, -.infinity, 1e30, -1e30]
        #expect(values(.tanh, ends) == [0, 1, -1, 1, -1])
        #expect(values(.sigmoid, ends) == [0.5, 1, 0, 1, 0])
    }

    @Test(arguments: [Activation.tanh, .sigmoid])
    func `give a number's bits wherever it stands`(f: Activation) {
        let some = Array(Self.floats.filter { abs($0) < 50 && abs($0) > 1e-3 }.prefix(999))
        let together = values(f, some)
        for size in [1, 3, 4, 9, 17] {
            #expect(values(f, Array(some.suffix(size))) == Array(together.suffix(size)))
        }
    }

    @Test func `shares of classes are those of the library over all of their range`() {
        // Two classes: the gradient's first number is the share of the first, e^-gap / (1 + e^-gap).
        for gap in stride(from: Float(0), through: 87, by: 0.37) {
            let lists = Lists<Float>([[0, gap], [0, 0], [1]])
            let places = lists.places
            var slots = lists.slots()
            _ = slots.crossEntropy(
                places[0].matrix(rows: 1, columns: 2), places[2],
                gradient: places[1].matrix(rows: 1, columns: 2))
            let share = Double(slots[places[1], 0])
            #expect(abs(share / logistic(-Double(gap)) - 1) < 4e-7, "\(gap)")
        }
    }
}
