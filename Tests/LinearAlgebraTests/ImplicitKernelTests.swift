import LinearAlgebra
import Testing

/// The fused loops of implicit differentiation beside their plain references.
@Suite struct `Loops of implicit differentiation` {
    private func check<S: Scalar>(_ type: S.Type, within tolerance: Double) {
        for size in awkwardSizes {
            var numbers = Numbers(state: UInt64(size))
            let lists = Lists<S>((0..<5).map { _ in numbers.list(size) })
            let start = lists.slots()
            let x = lists.places.map { start.values($0) }
            let place = lists.places
            var slots = lists.slots()
            slots.firstTerm(place[0], gain: place[1], into: place[2], scaled: place[3])
            var got = place.map { slots.values($0) }
            #expect(got[2] == x[0])
            #expect(isClose(got[3], zip(x[0], x[1]).map { $0 * $1 }, within: tolerance))
            lists.checkGuards(slots)

            slots = lists.slots()
            slots.nextTerm(
                minus: place[0], gain: place[1], place[2], addedTo: place[3], scaled: place[4])
            got = place.map { slots.values($0) }
            let term = zip(x[2], x[0]).map { $0 - $1 }
            #expect(isClose(got[2], term, within: tolerance))
            #expect(isClose(got[3], zip(x[3], term).map { $0 + $1 }, within: tolerance))
            #expect(isClose(got[4], zip(x[1], term).map { $0 * $1 }, within: tolerance))
            lists.checkGuards(slots)

            let product = slots.dot(place[0], place[1], place[2])
            let sum = x[0].indices.reduce(0.0) {
                $0 + Double(x[0][$1]) * Double(x[1][$1]) * Double(got[2][$1])
            }
            #expect(abs(product - sum) <= 1e-12 * Double(size + 1))
        }
    }

    @Test func `terms and products, in double precision`() { check(Double.self, within: 1e-15) }
    @Test func `terms and products, in single precision`() { check(Float.self, within: 1e-6) }

    /// One rate, by the book.
    private func tuned(
        _ rate: Double, _ h: Double, _ mean: Double, _ square: Double, _ it: TuningFactors
    ) -> (rate: Double, mean: Double, square: Double) {
        let h = h * (it.isLogarithmic ? rate * 2.302585092994046 : 1)
        guard let adam = it.adam else {
            let step = it.hyperRate * h
            let next = it.isLogarithmic ? rate * exp10(-step) : rate - step
            return (min(max(next, it.lower), it.upper), mean, square)
        }
        let m = adam.beta1 * mean + (1 - adam.beta1) * h
        let s = adam.beta2 * square + (1 - adam.beta2) * h * h
        let step = it.hyperRate * adam.mean * m / ((adam.square * s).squareRoot() + adam.epsilon)
        let next = it.isLogarithmic ? rate * exp10(-step) : rate - step
        return (min(max(next, it.lower), it.upper), m, s)
    }

    private func exp10(_ x: Double) -> Double {
        // Ten to a small power, without a library: squares of a short series.
        var (term, sum) = (1.0, 1.0)
        for k in 1..<30 {
            term *= x * 2.302585092994046 / 1024 / Double(k)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }

    private func checkTuning<S: Scalar>(
        _ type: S.Type, _ it: TuningFactors, within tolerance: Double
    ) {
        for size in awkwardSizes {
            var numbers = Numbers(state: UInt64(size))
            let rates: [S] = numbers.list(size).map { 0.5 + 0.4 * ($0 as S) }
            let lists = Lists<S>(
                [rates] + (0..<3).map { _ in numbers.list(size) }
                    + [numbers.list(size).map { abs($0 as S) }])
            let place = lists.places
            var slots = lists.slots()
            let old = place.map { slots.values($0).map { Double($0) } }
            let events = slots.tune(
                place[0], by: place[1], along: place[2],
                moments: it.adam == nil ? nil : (place[3], place[4]), it)
            let want = old[0].indices.map {
                tuned(old[0][$0], -old[1][$0] * old[2][$0], old[3][$0], old[4][$0], it)
            }
            #expect(isClose(slots.values(place[0]), want.map { S($0.rate) }, within: tolerance))
            #expect(isClose(slots.values(place[3]), want.map { S($0.mean) }, within: tolerance))
            #expect(isClose(slots.values(place[4]), want.map { S($0.square) }, within: tolerance))
            #expect(events.undefined == 0)
            #expect(events.lowerBoundHits == want.count { $0.rate == it.lower })
            #expect(events.upperBoundHits == want.count { $0.rate == it.upper })
            lists.checkGuards(slots)
        }
    }

    private static let factors = [true, false].flatMap { isLogarithmic in
        [nil, AdamFactors(beta1: 0.9, beta2: 0.99, mean: 2, square: 3, epsilon: 1e-8)].map {
            TuningFactors(
                hyperRate: 0.25, lower: 0.25, upper: 0.75, isLogarithmic: isLogarithmic, adam: $0)
        }
    }

    @Test(arguments: factors)
    func `an update of many rates`(factors: TuningFactors) {
        checkTuning(Double.self, factors, within: 1e-11)
        checkTuning(Float.self, factors, within: 2e-6)
    }

    @Test func `a hyper-rate of 0 leaves every bit, whatever the bounds`() {
        let lists = Lists<Float>([[0.1, 5, 1e-30], [1, -2, 3], [3, 2, 1]])
        var slots = lists.slots()
        for isLogarithmic in [true, false] {
            let events = slots.tune(
                lists.places[0], by: lists.places[1], along: lists.places[2], moments: nil,
                TuningFactors(
                    hyperRate: 0, lower: 0.5, upper: 1, isLogarithmic: isLogarithmic, adam: nil))
            #expect(events.lowerBoundHits + events.upperBoundHits + events.undefined == 0)
        }
        let rates = slots.values(lists.places[0])
        #expect(rates == [0.1, 5, 1e-30])
    }

    @Test func `what is not finite leaves its rate and its moments alone`() {
        let lists = Lists<Float>([
            [0.1, 0.2, 0.3, 0.4], [.nan, .infinity, 1e30, 1], [1, 1, 1, 1], [1, 1, 1, 1],
            [1, 1, 1, 1],
        ])
        var slots = lists.slots()
        let place = lists.places
        let events = slots.tune(
            place[0], by: place[1], along: place[2], moments: (place[3], place[4]),
            TuningFactors(
                hyperRate: 0.05, lower: 1e-10, upper: 1, isLogarithmic: true,
                adam: AdamFactors(beta1: 0.9, beta2: 0.999, mean: 1, square: 1, epsilon: 1e-8)))
        #expect(events.undefined == 3)
        let got = place.map { slots.values($0) }
        #expect(got[0].prefix(3) == [0.1, 0.2, 0.3] && got[0][3] != 0.4)
        #expect(got[3].prefix(3) == [1, 1, 1] && got[4].prefix(3) == [1, 1, 1])
    }
}
