import LinearAlgebra
import TestSupport
import Testing

/// What `compute` gives with the kernels for AVX2 and with those for AVX-512.
private func bothWidths(_ compute: () -> [Float]) -> (narrow: [UInt32], wide: [UInt32]) {
    let before = VectorWidth.isWide
    defer { VectorWidth.isWide = before }
    VectorWidth.isWide = false
    let narrow = compute()
    VectorWidth.isWide = true
    return (narrow.map(\.bitPattern), compute().map(\.bitPattern))
}

// Serialized: the width belongs to the process. Other tests get the same bits with either.
@Suite(.serialized, .enabled(if: VectorWidth.hasWide, "this processor has no AVX-512"))
struct `Kernels for AVX2 and for AVX-512 give the same bits` {
    /// On both sides of every vector, tile, panel and block.
    private static let sizes = [
        (1, 1, 1), (2, 3, 4), (5, 4, 3), (7, 8, 191), (13, 9, 192), (6, 15, 193), (4, 16, 9),
        (12, 17, 385), (64, 31, 10), (65, 33, 200), (3, 64, 100), (11, 65, 30), (70, 80, 50),
        (10, 200, 784), (200, 24, 33), (1, 1024, 256), (33, 10, 7), (20, 10, 15), (9, 62, 40),
    ]

    @Test(arguments: sizes)
    func `in products`(rows: Int, columns: Int, inner: Int) {
        var numbers = Numbers(state: UInt64(rows * columns + inner))
        let x: [Float] = numbers.list(rows * inner)
        let w: [Float] = numbers.list(inner * columns)
        let bias: [Float] = numbers.list(columns)
        let lists = Lists([
            x, w, bias, [Float](repeating: 0, count: rows * columns),
            [Float](
                repeating: 0, count: transposedProductWorkspace(rows: rows, inner: inner)),
            [Float](
                repeating: 0, count: PackedFactor.count(inner: inner, columns: columns)),
        ])
        let places = lists.places
        let (input, y) = (
            places[0].matrix(rows: rows, columns: inner),
            places[3].matrix(rows: rows, columns: columns)
        )
        let factor = places[1].matrix(rows: inner, columns: columns)
        let sideways = places[1].matrix(rows: columns, columns: inner)
        let results = bothWidths {
            var slots = lists.slots()
            var all: [Float] = []
            slots.affine(input, factor, bias: places[2], into: y)
            all += slots.values(places[3])
            slots.product(input, sideways.transposed, into: y, keep: true)
            all += slots.values(places[3])
            slots.narrowAffine(input, sideways, bias: places[2], into: y)
            all += slots.values(places[3])
            for keep in [false, true] {
                slots.transposedProduct(
                    input, sideways, into: y, keep: keep, workspace: places[4])
                all += slots.values(places[3])
            }
            let packed = slots.pack(factor.plain, into: places[5])
            slots.multiply(input, packed, bias: places[2], into: y)
            return all + slots.values(places[3])
        }
        #expect(results.narrow == results.wide)
    }

    @Test(arguments: sizes)
    func `in sums over rows and their products`(inputs: Int, columns: Int, rows: Int) {
        var numbers = Numbers(state: UInt64(rows * columns + inputs))
        let x: [Float] = numbers.list(rows * inputs).map { $0 < -0.2 ? 0 : $0 }
        let d: [Float] = numbers.list(rows * columns)
        let other: [Float] = numbers.list(inputs * columns)
        let third: [Float] = numbers.list(inputs * columns)
        let lists = Lists([x, d, other, third, other])
        let places = lists.places
        let (xs, ds) = (
            places[0].matrix(rows: rows, columns: inputs),
            places[1].matrix(rows: rows, columns: columns)
        )
        let g = places[4].matrix(rows: inputs, columns: columns)
        let results = bothWidths {
            var slots = lists.slots()
            var all: [Float] = []
            for skipsZeros in [false, true] {
                for partners in [
                    ProductVectors(), ProductVectors(places[2]),
                    ProductVectors(places[2], and: places[3]),
                ] {
                    let products = slots.outerSum(
                        xs, ds, into: g, with: partners, skipsZeros: skipsZeros)
                    all += slots.values(places[4])
                    for sum in [products.xx, products.xy, products.xz] {
                        all += [
                            Float(bitPattern: UInt32(truncatingIfNeeded: sum.bitPattern)),
                            Float(bitPattern: UInt32(truncatingIfNeeded: sum.bitPattern >> 32)),
                        ]
                    }
                }
            }
            slots.outerSum(xs, ds, into: g, keep: true)
            all += slots.values(places[4])
            slots.narrowOuterSum(xs, ds, into: g)
            return all + slots.values(places[4])
        }
        #expect(results.narrow == results.wide)
    }

    /// A share of dy is not zero: the products then leave zeros out, or not.
    @Test(arguments: [1, 3, 4, 17, 32], [1, 9])
    func `in convolutions`(channels: Int, density: Int) {
        for (kernel, filters, stride) in [
            (1, 8, 1), (3, 5, 1), (3, 33, 1), (5, 16, 1), (5, 64, 1), (4, 9, 1), (3, 16, 2),
            (1, 33, 2), (2, 7, 3),
        ] {
            let shape = ConvolutionShape(
                height: 9, width: 8, channels: channels, filters: filters, kernel: kernel,
                before: (kernel - 1) / 2, after: kernel / 2, stride: stride)
            let batch = 3
            var numbers = Numbers(state: UInt64(shape.weights * 31 + density))
            let x: [Float] = numbers.list(batch * shape.inputs)
            let k: [Float] = numbers.list(shape.weights)
            let bias: [Float] = numbers.list(filters)
            let dy: [Float] = numbers.list(batch * shape.outputs).map {
                numbers.next() % UInt64(density) == 0 ? $0 : 0
            }
            let lists = Lists([
                x, k, bias, dy, dy, k, x, [Float](repeating: 0, count: shape.workspace),
            ])
            let places = lists.places
            let (xs, ys) = (
                places[0].matrix(rows: batch, columns: shape.inputs),
                places[3].matrix(rows: batch, columns: shape.outputs)
            )
            let results = bothWidths {
                var slots = lists.slots()
                slots.convolve(
                    shape, xs, places[1], bias: places[2],
                    into: places[4].matrix(rows: batch, columns: shape.outputs), keep: false,
                    workspace: places[7])
                slots.convolveKernelGradient(
                    shape, xs, ys, into: places[5], keep: false, workspace: places[7])
                slots.convolveInputGradient(
                    shape, ys, places[1],
                    into: places[6].matrix(rows: batch, columns: shape.inputs), keep: false,
                    workspace: places[7])
                return slots.values(places[4]) + slots.values(places[5]) + slots.values(places[6])
            }
            #expect(results.narrow == results.wide, "\(shape)")
        }
    }

    @Test(arguments: [(1, 1), (6, 2), (16, 2), (17, 1), (32, 4), (64, 2)], [false, true])
    func `in group normalization and average pooling`(
        channels: (count: Int, groups: Int), rectifies: Bool
    ) {
        let shape = GroupNormShape(
            pixels: 35, channels: channels.count, groups: channels.groups, rectifies: rectifies)
        let pool = AveragePoolShape(
            height: 5, width: 7, channels: channels.count, rows: 2, columns: 3)
        let batch = 3
        var numbers = Numbers(state: UInt64(channels.count))
        let images: [[Float]] = (0..<10).map { _ in numbers.list(batch * shape.inputs) }
        let pairs: [[Float]] = (0..<4).map { _ in numbers.list(2 * channels.count) }
        let moments: [[Float]] = (0..<2).map { _ in numbers.list(batch * shape.moments) }
        let lists = Lists(
            images + pairs + moments + [
                [Float](repeating: 0, count: shape.workspace), numbers.list(batch * pool.outputs),
            ])
        let image = lists.places.prefix(10).map { $0.matrix(rows: batch, columns: shape.inputs) }
        let pair = lists.places[10..<14].map { VectorBlock<Float>.ScaleAndShift($0) }
        let (moment, moved, work) = (lists.places[14], lists.places[15], lists.places[16])
        let pooled = lists.places[17].matrix(rows: batch, columns: pool.outputs)
        let results = bothWidths {
            var slots = lists.slots()
            slots.groupNorm(
                shape, image[0], pair[0], adding: image[1], into: image[2], moments: moment,
                workspace: work)
            slots.groupNormGradient(
                shape, image[0], moments: moment, pair[0], y: image[2], image[3], into: pair[1],
                dx: image[4], dadded: image[5], workspace: work)
            slots.groupNormTangent(
                shape, image[0], moments: moment, pair[0], y: image[2], xTangent: image[6],
                direction: pair[2], addedTangent: nil, into: image[7], moved: moved,
                workspace: work)
            slots.groupNormGradientTangent(
                shape, image[0], moments: moment, moved: moved, pair[0], y: image[2],
                xTangent: image[6], direction: pair[2], image[3], dyTangent: image[7],
                into: pair[3], dxTangent: image[8], daddedTangent: image[9], workspace: work)
            slots.averagePool(pool, image[8], into: pooled)
            slots.averageUnpool(pool, pooled, into: image[6])
            return lists.places.flatMap { slots.values($0) }
        }
        #expect(results.narrow == results.wide)
    }

    @Test(arguments: [1, 7, 8, 9, 16, 33, 1000])
    func `in loops over vectors`(count: Int) {
        var numbers = Numbers(state: UInt64(count))
        let (x, y): ([Float], [Float]) = (numbers.list(count), numbers.list(count))
        let lists = Lists([x, y])
        let places = lists.places
        let results = bothWidths {
            var slots = lists.slots()
            slots.combine(places[0], times: 0.3, with: places[1], times: 0.7)
            let dot = slots.dot(places[0], places[1])
            return slots.values(places[0]) + [
                Float(bitPattern: UInt32(truncatingIfNeeded: dot.bitPattern)),
                Float(bitPattern: UInt32(truncatingIfNeeded: dot.bitPattern >> 32)),
            ]
        }
        #expect(results.narrow == results.wide)
    }
    @Test(arguments: [1, 7, 8, 9, 16, 33, 1000], [ShortFloat.fp16, .bf16])
    func `in conversions to 16 bits and back`(count: Int, form: ShortFloat) {
        var numbers = Numbers(state: UInt64(count))
        // Numbers of all sizes, also those below and above the range of half precision.
        let x = (numbers.list(count) as [Float]).enumerated().map { index, number in
            number * Float(sign: .plus, exponent: index % 40 - 28, significand: 1)
        }
        let results = bothWidths {
            var bytes = [UInt8](repeating: 0, count: 2 * count)
            var back = [Float](repeating: 0, count: count)
            var byteSpan = bytes.mutableSpan
            byteSpan.pack(x.span, as: form)
            var backSpan = back.mutableSpan
            backSpan.unpack(byteSpan.span, from: form)
            return back
        }
        #expect(results.narrow == results.wide)
    }
}
