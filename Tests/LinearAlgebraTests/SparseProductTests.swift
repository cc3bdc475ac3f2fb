import LinearAlgebra
import Testing

/// The sizes, numbers and results of a pair of products, with and without the terms of zeros.
private struct Pair {
    let rows: Int
    let inner: Int
    let columns: Int
    var x: [Float]
    var w: [Float]
    var bias: [Float]
    var d: [Float]
    var partner: [Float]

    /// - Parameter share: the share of zeros in x; half of them are −0, and so are some weights.
    init(_ numbers: inout Numbers, _ rows: Int, _ inner: Int, _ columns: Int, share: Double) {
        (self.rows, self.inner, self.columns) = (rows, inner, columns)
        x = numbers.list(rows * inner)
        w = numbers.list(inner * columns)
        bias = numbers.list(columns)
        d = numbers.list(rows * columns)
        partner = numbers.list(inner * columns)
        for index in x.indices where Double(numbers.next() >> 11) < share * 0x1p53 {
            x[index] = numbers.next() % 2 == 0 ? 0 : -0.0
        }
        for index in w.indices where numbers.next() % 9 == 0 { w[index] = -0.0 }
        for index in d.indices where numbers.next() % 3 == 0 {
            d[index] = numbers.next() % 2 == 0 ? 0 : -0.0
        }
    }

    /// Bits of y, of the sum over rows and of its products, and what was left out.
    struct Results: Equatable {
        var bits: [[UInt32]]
        var products: [UInt64]
        var leftOut: [Bool]
    }

    func results(skipsZeros: Bool) -> Results {
        let unset = { [Float](repeating: .nan, count: $0) }
        let lists = Lists<Float>([
            x, w, bias, d, partner, unset(rows * columns), unset(inner * columns),
            unset(inner * columns),
        ])
        let places = lists.places
        var slots = lists.slots()
        let input = places[0].matrix(rows: rows, columns: inner)
        let slopes = places[3].matrix(rows: rows, columns: columns)
        let first = slots.affine(
            input, places[1].matrix(rows: inner, columns: columns), bias: places[2],
            into: places[5].matrix(rows: rows, columns: columns), skipsZeros: skipsZeros)
        let second = slots.outerSum(
            input, slopes, into: places[6].matrix(rows: inner, columns: columns),
            skipsZeros: skipsZeros)
        let products = slots.outerSum(
            input, slopes, into: places[7].matrix(rows: inner, columns: columns),
            with: ProductVectors(places[4], and: places[1]), skipsZeros: skipsZeros)
        lists.checkGuards(slots)
        return Results(
            bits: places[5...7].map { slots.values($0).map(\.bitPattern) },
            products: [products.xx, products.xy, products.xz].map(\.bitPattern),
            leftOut: [first, second])
    }

    /// The bits of the weights after a step along the sum over rows, w + scale xᵀ d.
    ///
    /// - Parameter skipsZeros: nil means that the sum is stored first.
    func moved(_ scale: Float, skipsZeros: Bool?) -> [UInt32] {
        let lists = Lists<Float>([x, w, d, [Float](repeating: .nan, count: inner * columns)])
        let places = lists.places
        var slots = lists.slots()
        let input = places[0].matrix(rows: rows, columns: inner)
        let slopes = places[2].matrix(rows: rows, columns: columns)
        let sum = places[3].matrix(rows: inner, columns: columns)
        if let skipsZeros {
            slots.add(
                outerSumOf: input, slopes, times: scale,
                to: places[1].matrix(rows: inner, columns: columns), through: sum,
                skipsZeros: skipsZeros)
        } else {
            slots.outerSum(input, slopes, into: sum)
            slots.add(places[3], times: scale, to: places[1])
        }
        lists.checkGuards(slots)
        return slots.values(places[1]).map(\.bitPattern)
    }

    /// Checks that both ways give the same bits, those of a step along the sum over rows too.
    ///
    /// - Parameter leavesOut: whether forward and backward products must leave zeros out; nil if
    ///   they may do either.
    func check(leavesOut: [Bool]? = nil, _ name: Comment) {
        let (dense, sparse) = (results(skipsZeros: false), results(skipsZeros: true))
        #expect(dense.leftOut == [false, false], name)
        for (one, other) in zip(dense.bits, sparse.bits) { #expect(one == other, name) }
        #expect(dense.products == sparse.products, name)
        if let leavesOut { #expect(sparse.leftOut == leavesOut, name) }
        for scale in [-0.3, 0.7, -0.0] as [Float] {
            let stored = moved(scale, skipsZeros: nil)
            #expect(moved(scale, skipsZeros: false) == stored, "\(name), step \(scale)")
            #expect(moved(scale, skipsZeros: true) == stored, "\(name), step \(scale)")
        }
    }
}

@Suite struct `Products that leave out zeros` {
    /// Both sides of a word of 64 terms, of 256 rows, of a vector, of a panel of 13 vectors.
    @Test(arguments: [
        (1, 1, 16), (3, 63, 17), (10, 64, 200), (32, 65, 31), (33, 130, 103), (64, 31, 104),
        (65, 200, 105), (100, 256, 208), (127, 257, 209), (128, 100, 417), (130, 784, 20),
        (257, 70, 24), (300, 300, 18), (2, 1000, 8), (9, 40, 9), (17, 90, 15),
    ])
    func `have the bits of all terms`(rows: Int, inner: Int, columns: Int) {
        var numbers = Numbers(state: UInt64(rows * inner + columns))
        for share in [0, 0.3, 0.5, 0.8, 0.99, 1] {
            Pair(&numbers, rows, inner, columns, share: share).check(
                leavesOut: [true, true], "\(share) zeros")
        }
    }

    @Test func `have the bits of all terms at any size`() {
        var numbers = Numbers(state: 19)
        for turn in 0..<120 {
            let (rows, inner) = (1 + Int(numbers.next() % 130), 1 + Int(numbers.next() % 150))
            let columns = 1 + Int(numbers.next() % 150)
            let share = Double(numbers.next() % 101) / 100
            Pair(&numbers, rows, inner, columns, share: share).check(
                leavesOut: columns < 8 ? [false, false] : [true, true],
                "turn \(turn): \(rows) rows, \(inner) terms, \(columns) columns, \(share) zeros")
        }
    }

    /// A sum that starts at −0 becomes 0 with the first term 0 · w that is 0.
    @Test func `keep the sign of a zero that a left out term would change`() {
        var numbers = Numbers(state: 5)
        var pair = Pair(&numbers, 4, 70, 40, share: 0.5)
        for index in 0..<70 { pair.x[70 + index] = 0 }
        pair.bias[7] = -0.0
        pair.check(leavesOut: [false, true], "a row of zeros and a bias of -0")
    }

    /// A product below the smallest number becomes −0 where its sign is negative.
    @Test func `keep the sign of sums that vanish`() {
        for seed in 0..<20 as Range<UInt64> {
            var numbers = Numbers(state: seed)
            var pair = Pair(&numbers, 6, 90, 33, share: 0.7)
            pair.bias = pair.bias.map { _ in 0 }
            for list in [\Pair.x, \Pair.w, \Pair.d] {
                pair[keyPath: list] = pair[keyPath: list].map { $0 * 1e-23 }
            }
            pair.check(leavesOut: [false, false], "seed \(seed)")
        }
    }

    /// 0 times infinity is not a number, so no such term may be left out: neither where another row
    /// needs the weight, nor where no row does.
    @Test(arguments: [Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude], [0, 1, 69])
    func `find a weight that is not finite below a zero`(value: Float, term: Int) {
        var numbers = Numbers(state: 6)
        for zeroRows in [1, 5] {
            var pair = Pair(&numbers, 5, 70, 40, share: 0.4)
            for row in 0..<zeroRows { pair.x[row * 70 + term] = 0 }
            for row in zeroRows..<5 { pair.x[row * 70 + term] = 0.5 }
            pair.w[term * 40 + 39] = value
            pair.check(
                leavesOut: [value.isFinite, true], "\(value) below zeros in \(zeroRows) of 5 rows")
            let y = pair.results(skipsZeros: true).bits[0]
            #expect(Float(bitPattern: y[39]).isNaN == !value.isFinite)
        }
    }

    @Test(arguments: [Float.infinity, .nan])
    func `find a slope that is not finite beside a zero`(value: Float) {
        var numbers = Numbers(state: 7)
        var pair = Pair(&numbers, 5, 70, 40, share: 0.4)
        pair.x[2 * 70 + 3] = 0
        pair.d[2 * 40 + 11] = value
        pair.check(leavesOut: [true, false], "\(value)")
        let sum = pair.results(skipsZeros: true).bits[1]
        #expect(Float(bitPattern: sum[3 * 40 + 11]).isNaN)
    }
}
