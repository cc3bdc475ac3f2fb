import LinearAlgebra
import Testing

@Suite struct `Matrix operations` {
    private static let shapes: [(rows: Int, columns: Int)] = [
        (0, 5), (1, 1), (1, 17), (3, 7), (5, 8), (4, 33), (2, 500), (17, 3),
    ]

    @Test(arguments: shapes)
    func `rows and columns agree with plain loops`(rows: Int, columns: Int) {
        check(Float.self, rows, columns)
        check(Double.self, rows, columns)
    }

    private func check<S: Scalar>(_ type: S.Type, _ rows: Int, _ columns: Int) {
        var numbers = Numbers(state: UInt64(rows * 1000 + columns))
        let m = numbers.list(rows * columns, of: S.self)
        let row = numbers.list(columns, of: S.self)
        let lists = Lists([m, row])
        let places = lists.places
        var slots = lists.slots()
        let matrix = places[0].matrix(rows: rows, columns: columns)
        slots.add(row: places[1], toEachRowOf: matrix)
        let raised = m.indices.map { m[$0] + row[$0 % columns] }
        #expect(slots.values(places[0]) == raised)

        slots.columnSums(of: matrix, into: places[1])
        var sums = row.map { _ in S(0) }
        for (index, value) in raised.enumerated() { sums[index % columns] += value }
        #expect(isClose(slots.values(places[1]), sums, within: 20 * S.epsilon))
        lists.checkGuards(slots)
    }

    @Test(arguments: awkwardSizes)
    func `relu and its derivative agree with plain loops`(size: Int) {
        checkReLU(Float.self, size)
        checkReLU(Double.self, size)
    }

    private func checkReLU<S: Scalar>(_ type: S.Type, _ size: Int) {
        var numbers = Numbers(state: UInt64(size))
        var x = numbers.list(size, of: S.self)
        for index in stride(from: 0, to: size, by: 5) { x[index] = 0 }
        let dy = numbers.list(size, of: S.self)
        let lists = Lists([x, dy, x, x])
        let places = lists.places
        var slots = lists.slots()
        let matrices = places.map { $0.matrix(rows: 1, columns: size) }
        slots.activate(.relu, matrices[0].vector, into: matrices[2].vector)
        #expect(slots.values(places[2]) == x.map { max($0, 0) })
        slots.slope(
            .relu, at: matrices[2].vector, times: matrices[1].vector, into: matrices[3].vector)
        #expect(slots.values(places[3]) == zip(x, dy).map { $0 > 0 ? $1 : 0 })
        lists.checkGuards(slots)
    }

    @Test func `relu keeps a NaN: a diverged model must not look healthy`() {
        for index in [0, 7, 8, 15, 16] {
            var x = [Float](repeating: -1, count: 17)
            x[index] = .nan
            let lists = Lists([x, x])
            let places = lists.places
            var slots = lists.slots()
            slots.activate(.relu, places[0], into: places[1])
            let y = slots.values(places[1])
            #expect(y[index].isNaN, "\(index)")
            #expect(y.filter { $0.isNaN }.count == 1)
        }
    }

    @Test(arguments: [(1, 1, 1), (2, 3, 4), (5, 16, 7), (10, 10, 33), (33, 17, 65), (1, 200, 50)])
    func `products agree with three loops, whichever factor is transposed`(m: Int, n: Int, k: Int) {
        for isFirst in [false, true] {
            for isSecond in [false, true] {
                checkProduct(Float.self, m, n, k, isFirst, isSecond)
                checkProduct(Double.self, m, n, k, isFirst, isSecond)
            }
        }
    }

    private func checkProduct<S: Scalar>(
        _ type: S.Type, _ m: Int, _ n: Int, _ k: Int, _ isFirst: Bool, _ isSecond: Bool
    ) {
        var numbers = Numbers(state: UInt64(m * 31 + n * 7 + k))
        let a = numbers.list(m * k, of: S.self)
        let b = numbers.list(k * n, of: S.self)
        let c = numbers.list(m * n, of: S.self)
        let lists = Lists([a, b, c])
        let places = lists.places
        var slots = lists.slots()
        let first = places[0].matrix(rows: isFirst ? k : m, columns: isFirst ? m : k)
        let second = places[1].matrix(rows: isSecond ? n : k, columns: isSecond ? k : n)
        let out = places[2].matrix(rows: m, columns: n)
        let name: Comment = "\(S.self), transposed: \(isFirst) \(isSecond)"

        var product = [Double](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for l in 0..<k {
                    product[i * n + j] +=
                        Double(a[isFirst ? l * m + i : i * k + l])
                        * Double(b[isSecond ? j * k + l : l * n + j])
                }
            }
        }
        let left = isFirst ? first.transposed : first.plain
        let right = isSecond ? second.transposed : second.plain
        slots.multiply(left, right, into: out, scale: 2, keep: 0.5)
        let scaled = zip(product, c).map { S(2 * $0 + 0.5 * Double($1)) }
        #expect(isClose(slots.values(places[2]), scaled, within: 2 * Double(k) * S.epsilon), name)

        // Without keep, what was there (also a NaN) is forgotten.
        slots.fill(places[2], with: .nan)
        slots.multiply(left, right, into: out)
        let plain = product.map { S($0) }
        #expect(isClose(slots.values(places[2]), plain, within: Double(k) * S.epsilon), name)
        lists.checkGuards(slots)
    }

    // Widths on both sides of a vector, of three vectors and of the last panel; inner sizes on both
    // sides of a block of 192; and one beyond what the small product takes.
    @Test(arguments: [
        (1, 1, 1), (4, 7, 3), (7, 8, 5), (8, 9, 17), (9, 16, 192), (32, 24, 193), (33, 47, 200),
        (17, 48, 400), (3, 49, 385), (10, 65, 784), (10, 200, 64), (2, 400, 1000),
    ])
    func `dense products agree with three loops`(rows: Int, columns: Int, inner: Int) {
        checkDense(Float.self, rows, columns, inner)
        checkDense(Double.self, rows, columns, inner)
    }

    private func checkDense<S: Scalar>(_ type: S.Type, _ rows: Int, _ columns: Int, _ inner: Int) {
        var numbers = Numbers(state: UInt64(rows * columns + inner))
        let x = numbers.list(rows * inner, of: S.self)
        let w = numbers.list(inner * columns, of: S.self)
        let bias = numbers.list(columns, of: S.self)
        let y = [S](repeating: .nan, count: rows * columns)
        let lists = Lists([x, w, bias, y])
        let places = lists.places
        var slots = lists.slots()
        slots.affine(
            places[0].matrix(rows: rows, columns: inner),
            places[1].matrix(rows: inner, columns: columns), bias: places[2],
            into: places[3].matrix(rows: rows, columns: columns))
        let expected = (0..<rows * columns).map { index -> S in
            let (row, column) = (index / columns, index % columns)
            return S(
                (0..<inner).reduce(Double(bias[column])) {
                    $0 + Double(x[row * inner + $1]) * Double(w[$1 * columns + column])
                })
        }
        let tolerance = 2 * Double(inner) * S.epsilon
        #expect(isClose(slots.values(places[3]), expected, within: tolerance), "\(S.self)")

        // xᵀ y, a sum over the rows: (inner, columns), in the place of w.
        slots.fill(places[1], with: .nan)
        slots.copy(expected.span, to: places[3])
        slots.outerSum(
            places[0].matrix(rows: rows, columns: inner),
            places[3].matrix(rows: rows, columns: columns),
            into: places[1].matrix(rows: inner, columns: columns))
        let sums = (0..<inner * columns).map { index -> S in
            let (row, column) = (index / columns, index % columns)
            return S(
                (0..<rows).reduce(0) {
                    $0 + Double(x[$1 * inner + row]) * Double(expected[$1 * columns + column])
                })
        }
        let close = isClose(slots.values(places[1]), sums, within: 4 * Double(rows) * S.epsilon)
        #expect(close, "\(S.self)")
        lists.checkGuards(slots)
    }
}
