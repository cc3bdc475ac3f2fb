import LinearAlgebra
import TestSupport
import Testing

/// What a number of dy looks like: all there, or as max-pooling and a ReLU leave it.
private enum Density: Int, CaseIterable {
    case full = 1
    case pooled = 4
    case stopped = 9
    case empty = 1_000_000
}

@Suite struct `Convolutions` {
    // Vectors have 8 or 16 numbers: channels on both sides of them.
    private static let channels = [1, 3, 5, 16, 17, 32]

    @Test(.slow, arguments: channels, [1, 3, 5])
    func `agree with plain loops`(channels: Int, kernel: Int) {
        for (index, filters) in [1, 3, 5, 16, 17, 32, 70].enumerated() {
            for isPadded in [false, true] {
                let batch = 1 + (index + channels) % 5
                check(Float.self, shape(7, 6, channels, filters, kernel, isPadded), batch)
                check(Double.self, shape(5, 7, channels, filters, kernel, isPadded), batch)
            }
        }
    }

    @Test(arguments: [2, 4])
    func `with an even kernel have a row more below than above`(kernel: Int) {
        check(Float.self, shape(6, 9, 3, 20, kernel, true), 2)
        check(Double.self, shape(6, 9, 3, 20, kernel, true), 2)
        check(Float.self, shape(4, 4, 40, 4, kernel, false), 2)
    }

    @Test(.slow) func `may be as large as the image, and long rows of a kernel are cut`() {
        check(Float.self, shape(5, 5, 3, 4, 5, false), 3)
        check(Float.self, shape(3, 4, 70, 66, 3, true), 2)
        check(Float.self, shape(28, 28, 1, 32, 5, true), 2)
        check(Float.self, shape(14, 14, 32, 64, 5, true), 1)
    }

    /// Windows that end inside the image and beyond, kernels smaller than the stride, and more zeros
    /// than a kernel has rows.
    @Test(arguments: [1, 2, 3, 5], [0, 1, 2, 4])
    func `have any stride and any padding`(stride: Int, zeros: Int) {
        for (kernel, channels, filters) in [
            (1, 3, 5), (2, 16, 17), (3, 1, 33), (3, 16, 16), (3, 32, 3), (5, 2, 9),
        ] where 7 + 2 * zeros >= kernel {
            for (before, after) in [(zeros, zeros), (zeros, max(0, zeros - 1))] {
                let shape = ConvolutionShape(
                    height: 7, width: 10, channels: channels, filters: filters, kernel: kernel,
                    before: before, after: after, stride: stride)
                check(Float.self, shape, 2)
                check(Double.self, shape, 1)
            }
        }
    }

    @Test func `with "same" and a stride keep every stride-th window of stride 1`() {
        let shape = { (stride: Int) in
            ConvolutionShape(
                height: 7, width: 8, channels: 3, filters: 4, kernel: 3, before: 1, after: 1,
                stride: stride)
        }
        var numbers = Numbers(state: 5)
        let x = numbers.list(shape(1).inputs, of: Float.self)
        let k = numbers.list(shape(1).weights, of: Float.self)
        func outputs(_ shape: ConvolutionShape) -> [Float] {
            let lists = Lists([
                x, k, [Float](repeating: 0, count: shape.outputs),
                [Float](repeating: 0, count: shape.workspace),
            ])
            var slots = lists.slots()
            slots.convolve(
                shape, lists.places[0].matrix(rows: 1, columns: shape.inputs), lists.places[1],
                into: lists.places[2].matrix(rows: 1, columns: shape.outputs),
                workspace: lists.places[3])
            return slots.values(lists.places[2])
        }
        let (all, some) = (outputs(shape(1)), outputs(shape(2)))
        #expect(shape(2).outputHeight == 4 && shape(2).outputWidth == 4)
        for o in 0..<4 {
            for p in 0..<4 {
                for f in 0..<4 {
                    #expect(some[(o * 4 + p) * 4 + f] == all[(2 * o * 8 + 2 * p) * 4 + f])
                }
            }
        }
    }

    private func shape(
        _ height: Int, _ width: Int, _ channels: Int, _ filters: Int, _ kernel: Int,
        _ isPadded: Bool
    ) -> ConvolutionShape {
        ConvolutionShape(
            height: height, width: width, channels: channels, filters: filters, kernel: kernel,
            before: isPadded ? (kernel - 1) / 2 : 0, after: isPadded ? kernel / 2 : 0)
    }

    private func check<S: Scalar>(_ type: S.Type, _ shape: ConvolutionShape, _ batch: Int) {
        for density in Density.allCases { check(type, shape, batch, density) }
    }

    private func check<S: Scalar>(
        _ type: S.Type, _ shape: ConvolutionShape, _ batch: Int, _ density: Density
    ) {
        var numbers = Numbers(state: UInt64(shape.weights * 31 + density.rawValue))
        let x = numbers.list(batch * shape.inputs, of: S.self)
        let k = numbers.list(shape.weights, of: S.self)
        let bias = numbers.list(shape.filters, of: S.self)
        let dy = numbers.list(batch * shape.outputs, of: S.self).map {
            numbers.next() % UInt64(density.rawValue) == 0 ? $0 : 0
        }
        // Scratch holds anything.
        let workspace = [S](repeating: .nan, count: shape.workspace)
        let lists = Lists([x, k, bias, dy, dy, k, x, workspace])
        let places = lists.places
        var slots = lists.slots()
        let (xs, ys) = (
            places[0].matrix(rows: batch, columns: shape.inputs),
            places[3].matrix(rows: batch, columns: shape.outputs)
        )
        let (out, dx) = (
            places[4].matrix(rows: batch, columns: shape.outputs),
            places[6].matrix(rows: batch, columns: shape.inputs)
        )
        let reference = Reference(shape, x, k, bias, dy, batch)
        let name: Comment = "\(S.self) \(shape) batch \(batch), \(density)"
        let tolerance = 4 * Double(batch * shape.outputs + shape.weights).squareRoot() * S.epsilon
        for (keep, times) in [(false, 1.0), (true, 2.0)] {
            slots.convolve(
                shape, xs, places[1], bias: keep ? nil : places[2], into: out, keep: keep,
                workspace: places[7])
            slots.convolveKernelGradient(
                shape, xs, ys, into: places[5], keep: keep, workspace: places[7])
            slots.convolveInputGradient(
                shape, ys, places[1], into: dx, keep: keep, workspace: places[7])
            let y = zip(reference.y, reference.biases).map { S(times * $0 + $1) }
            #expect(isClose(slots.values(places[4]), y, within: tolerance), name)
            let dk = reference.dk.map { S(times * $0) }
            #expect(isClose(slots.values(places[5]), dk, within: tolerance), name)
            let dx = reference.dx.map { S(times * $0) }
            #expect(isClose(slots.values(places[6]), dx, within: tolerance), name)
        }
        lists.checkGuards(slots)
    }

    @Test(arguments: channels)
    func `of a sample do not depend on the others, to the bit`(channels: Int) {
        for filters in [3, 16, 33, 64] {
            let shape = shape(9, 7, channels, filters, 3, true)
            var numbers = Numbers(state: UInt64(channels + filters))
            let x = numbers.list(5 * shape.inputs, of: Float.self)
            let k = numbers.list(shape.weights, of: Float.self)
            let y = [Float](repeating: .nan, count: 5 * shape.outputs)
            let lists = Lists([x, k, y, [Float](repeating: 0, count: shape.workspace)])
            let places = lists.places
            var slots = lists.slots()
            let (xs, ys) = (
                places[0].matrix(rows: 5, columns: shape.inputs),
                places[2].matrix(rows: 5, columns: shape.outputs)
            )
            slots.convolve(shape, xs, places[1], into: ys, workspace: places[3])
            let together = slots.values(places[2])
            for sample in 0..<5 {
                slots.convolve(
                    shape,
                    places[0].part(sample * shape.inputs, count: shape.inputs).matrix(
                        rows: 1, columns: shape.inputs), places[1], into: ys.prefix(rows: 1),
                    workspace: places[3])
                let alone = slots.values(places[2].part(0, count: shape.outputs))
                let same = Array(together[sample * shape.outputs..<(sample + 1) * shape.outputs])
                #expect(alone == same, "\(shape), sample \(sample)")
            }
        }
    }
}

/// The three products by the book, in double.
private struct Reference {
    /// Without the bias.
    var y: [Double]
    /// The bias at each place of y.
    var biases: [Double]
    var dk: [Double]
    var dx: [Double]

    init<S: Scalar>(
        _ shape: ConvolutionShape, _ x: [S], _ k: [S], _ bias: [S], _ dy: [S], _ batch: Int
    ) {
        let (height, width) = (shape.outputHeight, shape.outputWidth)
        y = [Double](repeating: 0, count: batch * shape.outputs)
        dk = [Double](repeating: 0, count: shape.weights)
        dx = [Double](repeating: 0, count: batch * shape.inputs)
        biases = y.indices.map { Double(bias[$0 % shape.filters]) }
        for pixel in 0..<batch * height * width {
            let (n, o, p) = (pixel / (height * width), pixel / width % height, pixel % width)
            for tap in 0..<shape.kernel * shape.kernel {
                let row = o * shape.stride + tap / shape.kernel - shape.before
                let column = p * shape.stride + tap % shape.kernel - shape.before
                guard row >= 0, row < shape.height, column >= 0, column < shape.width else {
                    continue
                }
                let image = ((n * shape.height + row) * shape.width + column) * shape.channels
                for f in 0..<shape.filters {
                    let out = pixel * shape.filters + f
                    let weight = (f * shape.kernel * shape.kernel + tap) * shape.channels
                    let slope = Double(dy[out])
                    for c in 0..<shape.channels {
                        y[out] += Double(k[weight + c]) * Double(x[image + c])
                        dk[weight + c] += slope * Double(x[image + c])
                        dx[image + c] += slope * Double(k[weight + c])
                    }
                }
            }
        }
    }
}
