import LinearAlgebra
import Testing

@Suite struct `Average pooling` {
    @Test(arguments: [(2, 2), (3, 2), (5, 7), (1, 1), (4, 7)])
    func `takes the mean of a window and leaves out what fills none`(rows: Int, columns: Int) {
        check(Float.self, rows, columns)
        check(Double.self, rows, columns)
    }

    private func check<S: Scalar>(_ type: S.Type, _ rows: Int, _ columns: Int) {
        let shape = AveragePoolShape(
            height: 5, width: 7, channels: 3, rows: rows, columns: columns)
        let batch = 2
        var numbers = Numbers(state: UInt64(rows * 10 + columns))
        let x = numbers.list(batch * shape.inputs, of: S.self)
        let dy = numbers.list(batch * shape.outputs, of: S.self)
        let lists = Lists([x, dy, dy, x])
        var slots = lists.slots()
        let inputs = [0, 3].map { lists.places[$0].matrix(rows: batch, columns: shape.inputs) }
        let outputs = [1, 2].map { lists.places[$0].matrix(rows: batch, columns: shape.outputs) }
        slots.averagePool(shape, inputs[0], into: outputs[1])
        slots.averageUnpool(shape, outputs[0], into: inputs[1])
        let (height, width) = (5 / rows, 7 / columns)
        var expected = (
            y: [S](repeating: 0, count: dy.count), dx: [S](repeating: 0, count: x.count)
        )
        for at in x.indices {
            let (pixel, channel) = (at / 3, at % 3)
            let (n, row, column) = (pixel / 35, pixel / 7 % 5, pixel % 7)
            guard row < height * rows, column < width * columns else { continue }
            let result = ((n * height + row / rows) * width + column / columns) * 3 + channel
            expected.y[result] += x[at] / S(rows * columns)
            expected.dx[at] = dy[result] / S(rows * columns)
        }
        let tolerance = 40 * S.epsilon
        #expect(isClose(slots.values(lists.places[2]), expected.y, within: tolerance))
        #expect(isClose(slots.values(lists.places[3]), expected.dx, within: tolerance))
        lists.checkGuards(slots)
    }
}

@Suite struct `Max-pooling` {
    // Sizes that the windows fill, and others; windows of the usual size, and others.
    private static let shapes = [
        PoolShape(height: 4, width: 4, channels: 1, size: 2),
        PoolShape(height: 5, width: 7, channels: 3, size: 2),
        PoolShape(height: 6, width: 2, channels: 17, size: 2),
        PoolShape(height: 7, width: 9, channels: 32, size: 3),
        PoolShape(height: 3, width: 3, channels: 5, size: 3),
        PoolShape(height: 3, width: 4, channels: 16, size: 1),
    ]

    @Test(arguments: shapes)
    func `takes the largest of a window, and its derivatives go there`(shape: PoolShape) {
        for batch in [1, 3] {
            check(Float.self, shape, batch)
            check(Double.self, shape, batch)
        }
    }

    private func check<S: Scalar>(_ type: S.Type, _ shape: PoolShape, _ batch: Int) {
        var numbers = Numbers(state: UInt64(shape.inputs + batch))
        // Few values, so that many windows have equals.
        let x = (0..<batch * shape.inputs).map { _ in S(Int(numbers.next() % 4)) - 2 }
        let moved = numbers.list(x.count, of: S.self)
        let dy = numbers.list(batch * shape.outputs, of: S.self)
        let lists = Lists([x, moved, dy, dy, dy, dy, x])
        let places = lists.places
        var slots = lists.slots()
        let inputs = [0, 1, 6].map { places[$0].matrix(rows: batch, columns: shape.inputs) }
        let outputs = [2, 3, 4].map { places[$0].matrix(rows: batch, columns: shape.outputs) }
        slots.maxPool(shape, inputs[0], into: outputs[1], which: places[5])
        slots.pool(shape, inputs[1], at: places[5], into: outputs[2])
        slots.fill(places[6], with: .nan)
        slots.unpool(shape, outputs[0], at: places[5], into: inputs[2])

        let (height, width) = (shape.height / shape.size, shape.width / shape.size)
        var expected = (y: [S](), moved: [S](), dx: [S](repeating: 0, count: x.count))
        for index in dy.indices {
            let (pixel, channel) = (index / shape.channels, index % shape.channels)
            let (n, o, p) = (pixel / (height * width), pixel / width % height, pixel % width)
            let window = (0..<shape.size * shape.size).map { place in
                let row = n * shape.height + o * shape.size + place / shape.size
                let column = p * shape.size + place % shape.size
                return (row * shape.width + column) * shape.channels + channel
            }
            let most = window.map { x[$0] }.max()
            let largest = window.first { x[$0] == most } ?? 0
            expected.y.append(x[largest])
            expected.moved.append(moved[largest])
            expected.dx[largest] = dy[index]
        }
        #expect(slots.values(places[3]) == expected.y, "\(S.self) \(batch)")
        #expect(slots.values(places[4]) == expected.moved, "\(S.self) \(batch)")
        #expect(slots.values(places[6]) == expected.dx, "\(S.self) \(batch)")
        lists.checkGuards(slots)
    }

    @Test(arguments: 0..<4)
    func `keeps a NaN: a diverged model must not look healthy`(place: Int) {
        let shape = PoolShape(height: 2, width: 2, channels: 17, size: 2)
        for channel in 0..<17 {
            var x = [Float](repeating: 1, count: 68)
            x[place * 17 + channel] = .nan
            let lists = Lists([
                x, [Float](repeating: 0, count: 17), [Float](repeating: 0, count: 17),
            ])
            let places = lists.places
            var slots = lists.slots()
            slots.maxPool(
                shape, places[0].matrix(rows: 1, columns: 68),
                into: places[1].matrix(rows: 1, columns: 17), which: places[2])
            let y = slots.values(places[1])
            #expect(y[channel].isNaN && y.filter { $0.isNaN }.count == 1)
        }
    }
}
