import LinearAlgebra
import Testing

@Suite struct `Products of a sum with its partners` {
    /// Squares of numbers below 1e-23 and above 1e19 are nothing and infinite in single precision.
    @Test(arguments: [1e-30, 1e-20, 1, 1e15, 1e18], [1e-20, 1, 1e18])
    func `are right for tiny and huge numbers`(size: Double, partnerSize: Double) {
        let (rows, inputs, columns) = (9, 30, 57)
        var numbers = Numbers(state: 3)
        let x = numbers.list(rows * inputs, of: Float.self)
        let d = numbers.list(rows * columns, of: Float.self).map { $0 * Float(size) }
        let y = numbers.list(inputs * columns, of: Float.self).map { $0 * Float(partnerSize) }
        let lists = Lists<Float>([x, d, y, [Float](repeating: .nan, count: inputs * columns)])
        let places = lists.places
        var slots = lists.slots()
        let products = slots.outerSum(
            places[0].matrix(rows: rows, columns: inputs),
            places[1].matrix(rows: rows, columns: columns),
            into: places[3].matrix(rows: inputs, columns: columns), with: ProductVectors(places[2]))
        let separate = slots.products(of: places[3], with: ProductVectors(places[2]))
        let norm = (separate.xx * slots.dot(places[2], places[2])).squareRoot()
        #expect(separate.xx > 0 && separate.xx.isFinite)
        #expect(abs(products.xx / separate.xx - 1) < 1e-6)
        #expect(abs(products.xy - separate.xy) < 1e-6 * norm)
        #expect(products.xz == 0)
        lists.checkGuards(slots)
    }

    @Test func `of nothing are 0`() {
        let lists = Lists<Float>([[], []])
        var slots = lists.slots()
        let nothing = lists.places[0].matrix(rows: 0, columns: 0)
        let products = slots.outerSum(nothing, nothing, into: nothing, with: ProductVectors())
        #expect(products == VectorProducts())
    }
}
