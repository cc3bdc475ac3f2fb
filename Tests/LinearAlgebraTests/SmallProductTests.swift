import LinearAlgebra
import Testing

/// The sum over k of x[r][k] w[k][c], in double.
private func plainProduct<S: Scalar>(
    _ x: [S], _ w: [S], _ rows: Int, _ columns: Int, _ inner: Int
) -> [Double] {
    (0..<rows * columns).map { index in
        (0..<inner).reduce(0) {
            $0 + Double(x[index / columns * inner + $1])
                * Double(w[$1 * columns + index % columns])
        }
    }
}

private func transposed<S: Scalar>(_ w: [S], rows: Int, columns: Int) -> [S] {
    (0..<columns * rows).map { w[$0 % rows * columns + $0 / rows] }
}

/// On both sides of every tile, vector, panel and block: rows of 6, columns of 1, 4, 8, 16 and 64,
/// inner sizes of 4 and of 192.
private let sizes = [
    (1, 1, 1), (2, 3, 4), (5, 4, 3), (6, 7, 5), (7, 8, 191), (13, 9, 192), (6, 15, 193), (4, 16, 9),
    (12, 17, 385), (64, 31, 10), (65, 33, 200), (10, 63, 66), (3, 64, 100), (11, 65, 30),
    (70, 80, 50), (10, 127, 11), (10, 129, 12), (1, 1024, 256),
]

@Suite struct `Products of few rows` {
    @Test(arguments: sizes)
    func `agree with three loops, transposed or packed or added`(
        rows: Int, columns: Int, inner: Int
    ) {
        check(Float.self, rows, columns, inner)
        check(Double.self, rows, columns, inner)
    }

    private func check<S: Scalar>(_ type: S.Type, _ rows: Int, _ columns: Int, _ inner: Int) {
        var numbers = Numbers(state: UInt64(rows * columns + inner))
        let x = numbers.list(rows * inner, of: S.self)
        let w = numbers.list(inner * columns, of: S.self)
        let bias = numbers.list(columns, of: S.self)
        let before = numbers.list(rows * columns, of: S.self)
        let packed = PackedFactor.count(inner: inner, columns: columns)
        let lists = Lists([
            x, w, transposed(w, rows: inner, columns: columns), bias, before,
            [S](repeating: .nan, count: packed),
        ])
        let places = lists.places
        var slots = lists.slots()
        let input = places[0].matrix(rows: rows, columns: inner)
        let factors = [
            places[1].matrix(rows: inner, columns: columns).plain,
            places[2].matrix(rows: columns, columns: inner).transposed,
        ]
        let y = places[4].matrix(rows: rows, columns: columns)
        let product = plainProduct(x, w, rows, columns, inner)
        let tolerance = 2 * Double(inner + 1) * S.epsilon
        func expect(_ name: Comment, _ expected: [Double]) {
            let close = isClose(slots.values(places[4]), expected.map { S($0) }, within: tolerance)
            #expect(close, name)
        }
        let sum = zip(product, before).map { $0 + Double($1) }
        for factor in factors {
            slots.fill(places[4], with: .nan)
            slots.product(input, factor, into: y)
            expect("\(S.self)", product)
            slots.copy(before.span, to: places[4])
            slots.product(input, factor, into: y, keep: true)
            expect("\(S.self), added", sum)

            let whole = slots.pack(factor, into: places[5])
            slots.fill(places[4], with: .nan)
            slots.multiply(input, whole, into: y)
            expect("\(S.self), packed", product)
            slots.multiply(input, whole, bias: places[3], into: y)
            expect(
                "\(S.self), packed, with biases",
                product.enumerated().map { $1 + Double(bias[$0 % columns]) })
            slots.copy(before.span, to: places[4])
            slots.accumulate(input, whole, into: y)
            expect("\(S.self), packed, added", sum)
        }
        lists.checkGuards(slots)
    }

    @Test(arguments: sizes)
    func `outer sums are added to what is there`(inputs: Int, columns: Int, rows: Int) {
        var numbers = Numbers(state: UInt64(rows * columns + inputs))
        let x: [Float] = numbers.list(rows * inputs)
        let d: [Float] = numbers.list(rows * columns)
        let before: [Float] = numbers.list(inputs * columns)
        let lists = Lists([x, d, before])
        let places = lists.places
        var slots = lists.slots()
        slots.outerSum(
            places[0].matrix(rows: rows, columns: inputs),
            places[1].matrix(rows: rows, columns: columns),
            into: places[2].matrix(rows: inputs, columns: columns), keep: true)
        let sum = plainProduct(
            transposed(x, rows: rows, columns: inputs), d, inputs, columns, rows)
        let expected = zip(sum, before).map { Float($0 + Double($1)) }
        let close = isClose(
            slots.values(places[2]), expected, within: 2 * Double(rows + 1) * Float.epsilon)
        #expect(close)
        lists.checkGuards(slots)
    }

    @Test(arguments: [(3, 5), (10, 40), (200, 80), (256, 1024)])
    func `a row's bits depend neither on other rows nor on packing`(inner: Int, columns: Int) {
        var numbers = Numbers(state: UInt64(inner))
        let x: [Float] = numbers.list(70 * inner)
        let w: [Float] = numbers.list(inner * columns)
        let packed = PackedFactor.count(inner: inner, columns: columns)
        let lists = Lists([
            x, w, [Float](repeating: 0, count: 70 * columns),
            [Float](repeating: 0, count: packed),
        ])
        let places = lists.places
        var slots = lists.slots()
        let factor = places[1].matrix(rows: inner, columns: columns).plain
        let whole = slots.pack(factor, into: places[3])
        func rows(_ range: Range<Int>) -> [Float] {
            let y = places[2].part(0, count: range.count * columns)
            slots.multiply(
                places[0].part(range.lowerBound * inner, count: range.count * inner)
                    .matrix(rows: range.count, columns: inner), whole,
                into: y.matrix(rows: range.count, columns: columns))
            return slots.values(y)
        }
        let all = rows(0..<70)
        for range in [0..<1, 3..<5, 7..<17, 60..<70, 1..<34] {
            #expect(
                rows(range) == Array(all[range.lowerBound * columns..<range.upperBound * columns]))
        }
        for count in [1, 10, 70] {
            let y = places[2].part(0, count: count * columns)
            slots.product(
                places[0].part(0, count: count * inner).matrix(rows: count, columns: inner),
                factor, into: y.matrix(rows: count, columns: columns))
            let values = slots.values(y)
            #expect(values == Array(all[0..<count * columns]))
        }
    }
}
