import LinearAlgebra
import Testing

@Suite struct `Vector operations` {
    @Test(arguments: awkwardSizes)
    func `agree with plain loops`(size: Int) {
        check(Float.self, size)
        check(Double.self, size)
    }

    private func check<S: Scalar>(_ type: S.Type, _ size: Int) {
        var numbers = Numbers(state: UInt64(size))
        let x = numbers.list(size, of: S.self)
        let y = numbers.list(size, of: S.self)
        let z = numbers.list(size, of: S.self)
        products(x, y, z)
        updates(x, y)
        differences(x, y)
    }

    private func plainDot<S: Scalar>(_ x: [S], _ y: [S]) -> Double {
        zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private func products<S: Scalar>(_ x: [S], _ y: [S], _ z: [S]) {
        let lists = Lists([x, y, z])
        let places = lists.places
        let slots = lists.slots()
        let tolerance = 1e-12 * Double(x.count + 1)
        #expect(abs(slots.dot(places[0], places[1]) - plainDot(x, y)) <= tolerance)
        let (xx, xy, xz) = slots.dots(of: places[0], with: places[1], and: places[2])
        #expect(abs(xx - plainDot(x, x)) <= tolerance)
        #expect(abs(xy - plainDot(x, y)) <= tolerance)
        #expect(abs(xz - plainDot(x, z)) <= tolerance)
        // Also with one vector twice, as a first step without a movement uses it.
        #expect(slots.dots(of: places[0], with: places[0], and: places[0]).xz == xx)
    }

    private func updates<S: Scalar>(_ x: [S], _ y: [S]) {
        let lists = Lists([x, y])
        let places = lists.places
        var slots = lists.slots()
        slots.add(places[0], times: 0.25, to: places[1])
        // A factor that is a power of two: exact with and without fused multiply-add.
        #expect(slots.values(places[1]) == zip(x, y).map { $1 + 0.25 * $0 })
        slots.copy(y.span, to: places[1])
        slots.combine(places[1], times: 0.3, with: places[0], times: -1.7)
        let expected = zip(x, y).map { 0.3 * $1 - 1.7 * $0 }
        #expect(isClose(slots.values(places[1]), expected, within: 4 * S.epsilon))
        slots.copy(places[0], to: places[1])
        #expect(slots.values(places[1]) == x)
        slots.fill(places[1], with: -2)
        #expect(slots.values(places[1]) == x.map { _ in -2 })
        #expect(slots.values(places[0]) == x)
        lists.checkGuards(slots)
    }

    private func differences<S: Scalar>(_ x: [S], _ y: [S]) {
        let lists = Lists([x])
        let places = lists.places
        let slots = lists.slots()
        var out = [S](repeating: 77, count: x.count)
        var span = out.mutableSpan
        let square = slots.subtract(y.span, from: places[0], into: &span)
        let expected = zip(x, y).map { $0 - $1 }
        #expect(out == expected)
        #expect(abs(square - plainDot(expected, expected)) <= 1e-12 * Double(x.count + 1))
        span = out.mutableSpan
        slots.write(places[0], times: -3, into: &span)
        #expect(out == x.map { -3 * $0 })
    }

    @Test func `sums are in double precision, also of floats`() {
        // In float, 1e8 + 1 is 1e8: the ones would vanish.
        let big: [Float] = [1e4] + [Float](repeating: 1, count: 999)
        let lists = Lists([big])
        let places = lists.places
        let slots = lists.slots()
        #expect(slots.dot(places[0], places[0]) == 1e8 + 999)
        #expect(slots.dots(of: places[0], with: places[0], and: places[0]).xy == 1e8 + 999)
        var out = big
        var span = out.mutableSpan
        let zeros = [Float](repeating: 0, count: 1000)
        #expect(slots.subtract(zeros.span, from: places[0], into: &span) == 1e8 + 999)
    }

    @Test func `squares beyond the range of floats do not overflow`() {
        let lists = Lists([[Float](repeating: 1e30, count: 20)])
        let places = lists.places
        let slots = lists.slots()
        let square = slots.dot(places[0], places[0])
        #expect(abs(square / 2e61 - 1) < 1e-6)
    }

    @Test func `one NaN shows in every product, wherever it stands`() {
        for size in [1, 7, 8, 15, 16, 17, 33] {
            for index in 0..<size {
                var x = [Float](repeating: 1, count: size)
                x[index] = .nan
                let lists = Lists([x, x.map { _ in 1 }])
                let places = lists.places
                let slots = lists.slots()
                #expect(slots.dot(places[0], places[1]).isNaN, "\(index) of \(size)")
                #expect(slots.dots(of: places[1], with: places[0], and: places[1]).xy.isNaN)
                var out = x
                var span = out.mutableSpan
                let start = [Float](repeating: 0, count: size)
                #expect(slots.subtract(start.span, from: places[0], into: &span).isNaN)
            }
        }
    }
}
