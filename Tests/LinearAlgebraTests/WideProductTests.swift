import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Products with a wide factor` {
    // Rows on both sides of those that the kernels take, of a vector and of four; columns and inner
    // sizes on both sides of a tile, of a vector and of a block of 192.
    @Test(
        .slow,
        arguments: [1, 3, 4, 10, 15, 17, 33, 64, 70, 128, 193],
        [(1, 1), (7, 5), (8, 16), (13, 17), (16, 200), (33, 24), (48, 193), (200, 400)])
    func `agree with three loops, alone and added`(rows: Int, sizes: (inputs: Int, outputs: Int)) {
        check(Float.self, rows, sizes.inputs, sizes.outputs)
        check(Double.self, rows, sizes.inputs, sizes.outputs)
    }

    private func check<S: Scalar>(_ type: S.Type, _ rows: Int, _ inputs: Int, _ outputs: Int) {
        var numbers = Numbers(state: UInt64(rows * 1000 + inputs * outputs))
        let x = numbers.list(rows * inputs, of: S.self)
        let w = numbers.list(inputs * outputs, of: S.self)
        let d = numbers.list(rows * outputs, of: S.self)
        // Scratch holds anything.
        let scratch = [S](
            repeating: .nan, count: transposedProductWorkspace(rows: rows, inner: outputs))
        let lists = Lists([x, w, d, scratch])
        let places = lists.places
        var slots = lists.slots()
        let image = places[0].matrix(rows: rows, columns: inputs)
        let weights = places[1].matrix(rows: inputs, columns: outputs)
        let slopes = places[2].matrix(rows: rows, columns: outputs)
        let name: Comment = "\(S.self) \(rows) x \(inputs) x \(outputs)"
        let tolerance = 4 * Double(rows + inputs + outputs) * S.epsilon

        var (product, back) = (d.map { Double($0) }, [Double](repeating: 0, count: x.count))
        var sums = w.map { Double($0) }
        for index in 0..<rows * inputs * outputs {
            let (r, i, o) = (index / (inputs * outputs), index / outputs % inputs, index % outputs)
            product[r * outputs + o] += Double(x[r * inputs + i]) * Double(w[i * outputs + o])
            back[r * inputs + i] += Double(d[r * outputs + o]) * Double(w[i * outputs + o])
            sums[i * outputs + o] += Double(x[r * inputs + i]) * Double(d[r * outputs + o])
        }

        slots.product(image, weights.plain, into: slopes, keep: true)
        #expect(isClose(slots.values(places[2]), product.map { S($0) }, within: tolerance), name)
        slots.copy(d.span, to: places[2])
        slots.outerSum(image, slopes, into: weights, keep: true)
        #expect(isClose(slots.values(places[1]), sums.map { S($0) }, within: tolerance), name)
        slots.copy(w.span, to: places[1])

        slots.fill(places[0], with: .nan)
        for times in [1.0, 2] {
            slots.transposedProduct(
                slopes, weights, into: image, keep: times > 1, workspace: places[3])
            let expected = back.map { S(times * $0) }
            #expect(isClose(slots.values(places[0]), expected, within: tolerance), name)
        }
        lists.checkGuards(slots)
    }
}
