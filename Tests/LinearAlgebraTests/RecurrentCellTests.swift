import Foundation
import LinearAlgebra
import Testing

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// What a step starts from, or a direction in it.
private struct Start {
    var sums: [Double]
    var recurrent: [Double]
    var previous: [Double]
    /// The loss's derivatives in the output, in the state and in the carried.
    var output: [Double]
    var state: [Double]
    var carried: [Double]

    init(_ numbers: inout Numbers, _ cell: RecurrentCell, _ size: Int) {
        sums = numbers.list(size * cell.gates)
        recurrent = cell == .gru ? numbers.list(size * cell.gates) : []
        (previous, output, state) = (numbers.list(size), numbers.list(size), numbers.list(size))
        carried = cell == .lstm ? numbers.list(size) : []
    }

    func moved(_ distance: Double, along direction: Start) -> Start {
        func move(_ x: [Double], _ d: [Double]) -> [Double] {
            zip(x, d).map { $0 + distance * $1 }
        }
        var moved = self
        moved.sums = move(sums, direction.sums)
        moved.recurrent = move(recurrent, direction.recurrent)
        moved.previous = move(previous, direction.previous)
        moved.output = move(output, direction.output)
        moved.state = move(state, direction.state)
        moved.carried = move(carried, direction.carried)
        return moved
    }
}

/// What came out: gates, carried, output, of the step; then of the step backward what is in the
/// state, the carried, the previous, the sums and the recurrent sums.
private typealias Outcome = (step: [[Double]], backward: [[Double]])

/// A step and a step backward, and the tangents of both along a direction.
private func run<S: Scalar>(
    _ type: S.Type, _ cell: RecurrentCell, rows: Int, width: Int, _ start: Start,
    along direction: Start
) -> (values: Outcome, tangents: Outcome) {
    let size = rows * width
    func lists(_ s: Start) -> [[S]] {
        let empty = [S](repeating: .nan, count: size)
        let sums = [S](repeating: .nan, count: size * cell.gates)
        let isLSTM = cell == .lstm
        return [
            s.sums.map { S($0) }, s.recurrent.map { S($0) }, empty, s.previous.map { S($0) }, empty,
            s.output.map { S($0) }, s.state.map { S($0) }, s.carried.map { S($0) }, empty, sums,
            isLSTM ? [] : sums,
        ]
    }
    let block = Lists(lists(start) + lists(direction))
    var slots = block.slots()
    func cellPlaces(_ first: Int) -> (CellPlaces, CellGradients) {
        let p = Array(block.places[first..<first + 11])
        return (
            CellPlaces(
                gates: p[0], recurrent: p[1], carried: p[2], previous: p[3], output: p[4]),
            CellGradients(
                output: p[5], state: p[6], carried: p[7], previous: p[8], gates: p[9],
                recurrent: p[10])
        )
    }
    let (places, gradients) = cellPlaces(0)
    let (tangents, gradientTangents) = cellPlaces(11)
    slots.step(cell, places, rows: rows, width: width)
    slots.stepTangent(cell, places, along: tangents, rows: rows, width: width)
    slots.stepBackward(cell, places, gradients, rows: rows, width: width)
    slots.stepBackwardTangent(
        cell, places, along: tangents, gradients, along: gradientTangents, rows: rows,
        width: width)
    block.checkGuards(slots)
    func read(_ first: Int, _ indices: [Int]) -> [[Double]] {
        indices.map { index in slots.values(block.places[first + index]).map { Double($0) } }
    }
    return (
        (read(0, [0, 2, 4]), read(0, [6, 7, 8, 9, 10])),
        (read(11, [0, 2, 4]), read(11, [6, 7, 8, 9, 10]))
    )
}

@Suite struct `Recurrent cells` {
    private static let sizes = [(1, 1), (2, 3), (3, 8), (1, 17), (5, 33), (7, 100)]

    @Test(arguments: RecurrentCell.allCases, sizes)
    func `step as plain loops do`(cell: RecurrentCell, size: (rows: Int, width: Int)) {
        var numbers = Numbers(state: UInt64(size.width))
        let start = Start(&numbers, cell, size.rows * size.width)
        let (rows, width) = size
        var (carried, output): ([Double], [Double]) = ([], [])
        for row in 0..<rows {
            for unit in 0..<width {
                func sum(_ gate: Int, of list: [Double]) -> Double {
                    list[(row * cell.gates + gate) * width + unit]
                }
                let previous = start.previous[row * width + unit]
                if cell == .lstm {
                    let c =
                        logistic(sum(1, of: start.sums)) * previous
                        + logistic(sum(0, of: start.sums)) * tanh(sum(2, of: start.sums))
                    carried.append(c)
                    output.append(logistic(sum(3, of: start.sums)) * tanh(c))
                } else {
                    let u = sum(2, of: start.recurrent)
                    let r = logistic(sum(0, of: start.sums) + sum(0, of: start.recurrent))
                    let z = logistic(sum(1, of: start.sums) + sum(1, of: start.recurrent))
                    carried.append(u)
                    output.append(
                        (1 - z) * tanh(sum(2, of: start.sums) + r * u) + z * previous)
                }
            }
        }
        let wide = run(Double.self, cell, rows: rows, width: width, start, along: start)
        #expect(isClose(wide.values.step[1], carried, within: 1e-14))
        #expect(isClose(wide.values.step[2], output, within: 1e-14))
        let narrow = run(Float.self, cell, rows: rows, width: width, start, along: start)
        // 32 roundings of numbers of about 1: three activations lie on the longest way to an
        // output.
        #expect(isClose(narrow.values.step[1], carried, within: 0x1p-19))
        #expect(isClose(narrow.values.step[2], output, within: 0x1p-19))
    }

    @Test(arguments: RecurrentCell.allCases, sizes)
    func `the step backward is the transpose of the tangent`(
        cell: RecurrentCell, size: (rows: Int, width: Int)
    ) {
        var numbers = Numbers(state: UInt64(size.width + 100))
        let start = Start(&numbers, cell, size.rows * size.width)
        let direction = Start(&numbers, cell, size.rows * size.width)
        func dot(_ x: [Double], _ y: [Double]) -> Double {
            zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let (values, tangents) = run(
            Double.self, cell, rows: size.rows, width: size.width, start, along: direction)
        let forward =
            dot(start.output, tangents.step[2]) + dot(start.state, tangents.step[2])
            + (cell == .lstm ? dot(start.carried, tangents.step[1]) : 0)
        let backward =
            dot(values.backward[2], direction.previous) + dot(values.backward[3], direction.sums)
            + dot(values.backward[4], direction.recurrent)
        #expect(abs(forward - backward) < 1e-12 * max(1, abs(forward)))
    }

    @Test(arguments: RecurrentCell.allCases, sizes)
    func `tangents are slopes, in float as in double`(
        cell: RecurrentCell, size: (rows: Int, width: Int)
    ) {
        var numbers = Numbers(state: UInt64(size.width + 200))
        let start = Start(&numbers, cell, size.rows * size.width)
        let direction = Start(&numbers, cell, size.rows * size.width)
        let (rows, width) = size
        func at(_ distance: Double) -> Outcome {
            run(
                Double.self, cell, rows: rows, width: width,
                start.moved(distance, along: direction), along: direction
            ).values
        }
        let h = 1e-5
        let (above, below) = (at(h), at(-h))
        func slopes(_ one: [[Double]], _ other: [[Double]]) -> [[Double]] {
            zip(one, other).map { zip($0, $1).map { ($0 - $1) / (2 * h) } }
        }
        let exact = run(Double.self, cell, rows: rows, width: width, start, along: direction)
        let narrow = run(Float.self, cell, rows: rows, width: width, start, along: direction)
        let pairs = [
            (exact.tangents.step, slopes(above.step, below.step), narrow.tangents.step),
            (
                exact.tangents.backward, slopes(above.backward, below.backward),
                narrow.tangents.backward
            ),
        ]
        for (tangents, slopes, float) in pairs {
            for index in tangents.indices {
                #expect(isClose(tangents[index], slopes[index], within: 1e-8), "\(index)")
                #expect(isClose(float[index], tangents[index], within: 3e-6), "\(index)")
            }
        }
    }
}

@Suite struct `Embeddings` {
    @Test func `look rows up position by position, and sum backward by symbol`() {
        let symbols: [Float] = [2, 0, 2, 1, 1, 2]
        let table: [Float] = [1, 2, 3, 4, 5, 6]
        let lists = Lists([symbols, table, [Float](repeating: .nan, count: 12), table])
        let places = lists.places
        var slots = lists.slots()
        // Two samples of three symbols.
        let sequences = places[0].matrix(rows: 2, columns: 3)
        let out = places[2].matrix(rows: 6, columns: 2)
        slots.embed(sequences, places[1].matrix(rows: 3, columns: 2), into: out)
        #expect(slots.values(places[2]) == [5, 6, 3, 4, 1, 2, 3, 4, 5, 6, 5, 6])
        let d: [Float] = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60]
        slots.copy(d.span, to: places[2])
        slots.embedBackward(sequences, out, into: places[3].matrix(rows: 3, columns: 2))
        // Symbol 0 stands at the second position of the first sample, and so on.
        #expect(slots.values(places[3]) == [3, 30, 6, 60, 12, 120])
        lists.checkGuards(slots)
    }
}
