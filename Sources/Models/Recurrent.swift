import LinearAlgebra
import RandomStreams

/// One layer of an LSTM or a GRU over a whole sequence. The input is (length, batch, width). The
/// output is the states (length, batch, units), position after position. The state before the first
/// is 0.
///
/// The step from one position to the next is `RecurrentCell`'s. Names, shapes, the order of the
/// gates and the two biases are PyTorch's. Derivatives are those of the whole sequence
/// (backpropagation through time, cut off at its beginning).
///
/// Weights are stored as their transposes, (width, gates x units) and (units, gates x units). They
/// are packed once per pass, since each position multiplies by them again. Some work does not
/// depend on the previous position: the products with the inputs and with a tangent's direction,
/// and the sums for the gradients. This work is done for several positions at once, as many as fit
/// into the caches.
struct Recurrent: Layer {
    let cell: RecurrentCell
    /// How many positions a sample has.
    let length: Int
    /// Numbers per position on the way in.
    let width: Int
    /// How many numbers the state has.
    let units: Int

    var inputs: Int { length * width }
    var outputs: Int { length * units }
    /// How many columns the weights have as stored.
    var sums: Int { cell.gates * units }

    var parameters: [ParameterView] {
        var start = 0
        func place(_ count: Int) -> Vector {
            defer { start += count }
            return Vector(start: start, count: count)
        }
        func weight(_ name: String, _ columns: Int) -> ParameterView {
            ParameterView(
                name: name, shape: [sums, columns], place: place(sums * columns),
                axes: [.init(sums, stride: 1), .init(columns, stride: sums)])
        }
        return [
            weight("weight_ih_l0", width), weight("weight_hh_l0", units),
            ParameterView(name: "bias_ih_l0", shape: [sums], place: place(sums)),
            ParameterView(name: "bias_hh_l0", shape: [sums], place: place(sums)),
        ]
    }

    /// Draws weights and biases uniformly in ±1/√units, as PyTorch does.
    func initialize(_ weights: inout [Float], key: RandomKey) {
        let bound = 1 / Double(units).squareRoot()
        var stream = key.stream()
        for view in parameters {
            for index in 0..<view.place.count {
                weights[view.stored(index)] = Float((2 * stream.uniform() - 1) * bound)
            }
        }
    }

    /// The layer's tensors as stored, or those of a gradient or a direction.
    struct Tensors {
        /// The weights of the inputs, stored (width, sums).
        let input: Matrix
        /// The weights of the state, stored (units, sums).
        let recurrent: Matrix
        let inputBias: Vector
        let recurrentBias: Vector
    }

    func tensors(_ flat: Vector) -> Tensors {
        let (first, second) = (width * sums, units * sums)
        return Tensors(
            input: flat.part(0, count: first).matrix(rows: width, columns: sums),
            recurrent: flat.part(first, count: second).matrix(rows: units, columns: sums),
            inputBias: flat.part(first + second, count: sums),
            recurrentBias: flat.part(first + second + sums, count: sums))
    }

    func retainedCount(batch: Int, for use: Network.Use) -> Int {
        RecurrentMemory.count(self, for: use) * length * batch
    }

    func workspace(batch: Int) -> Int { RecurrentWorkspace(self, rows: batch, start: 0).count }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let rows = places.input.rows
        let work = RecurrentWorkspace(self, places)
        let memory = RecurrentMemory(self, places, work)
        let weights = tensors(places.weights)
        let input = slots.pack(weights.input.plain, into: work.input)
        let recurrent = slots.pack(weights.recurrent.plain, into: work.recurrent)
        let bias = inputBias(&slots, weights, into: work.bias)
        slots.fill(work.zeros, with: 0)
        var chunk = 0..<0
        while chunk.upperBound < length {
            chunk = self.chunk(after: chunk, rows: rows)
            slots.multiply(
                positions(chunk, of: places.input, width), input, bias: bias,
                into: memory.gates(chunk).matrix(rows: chunk.count * rows, columns: sums))
            for position in chunk {
                let p = memory.cell(position, in: chunk)
                let state = memory.state(before: position)
                if cell == .gru {
                    slots.multiply(
                        state, recurrent, bias: weights.recurrentBias,
                        into: p.recurrent.matrix(rows: rows, columns: sums))
                } else if position > 0 {
                    slots.accumulate(
                        state, recurrent, into: p.gates.matrix(rows: rows, columns: sums))
                }
                slots.step(cell, p, rows: rows, width: units)
            }
        }
    }

    /// Returns what is added to the products with the inputs: an LSTM's biases meet there.
    func inputBias<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ tensors: Tensors, into sum: Vector
    ) -> Vector {
        guard cell == .lstm else { return tensors.inputBias }
        slots.copy(tensors.inputBias, to: sum)
        slots.add(tensors.recurrentBias, times: 1, to: sum)
        return sum
    }

    // Positions are computed in groups of 128 rows or a little more. This is enough for full speed
    // in the sums over rows, and the values of a group stay in the caches.

    func chunkLength(rows: Int) -> Int { min(length, (127 + max(rows, 1)) / max(rows, 1)) }

    func chunk(after last: Range<Int>, rows: Int) -> Range<Int> {
        let first = last.upperBound
        return first..<min(first + chunkLength(rows: rows), length)
    }

    func chunk(before next: Range<Int>, rows: Int) -> Range<Int> {
        let end = next.lowerBound
        return max(0, end - chunkLength(rows: rows))..<end
    }

    /// Returns some positions of a sequence, (positions x batch, width).
    func positions(_ range: Range<Int>, of sequence: Matrix, _ width: Int) -> Matrix {
        let all = sequence.vector.matrix(rows: length * sequence.rows, columns: width)
        return part(range, of: all, rows: sequence.rows)
    }

    /// Returns some positions of a (positions x rows, ..) matrix.
    func part(_ range: Range<Int>, of matrix: Matrix, rows: Int) -> Matrix {
        let count = rows * matrix.columns
        return matrix.vector.part(range.lowerBound * count, count: range.count * count)
            .matrix(rows: range.count * rows, columns: matrix.columns)
    }
}
