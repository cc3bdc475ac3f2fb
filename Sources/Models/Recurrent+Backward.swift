import LinearAlgebra

extension Recurrent {
    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let rows = places.input.rows
        let work = RecurrentWorkspace(self, places)
        let memory = RecurrentMemory(self, places, work)
        let gradients = RecurrentGradients(self, places, work)
        let weights = tensors(places.weights)
        let recurrent = slots.pack(weights.recurrent.transposed, into: work.recurrent)
        slots.fill(work.zeros, with: 0)
        if places.wantsGradient { slots.fill(places.gradient, with: 0) }
        slots.fill(gradients.state(length - 1), with: 0)
        slots.fill(gradients.carried(length - 1), with: 0)
        var input: PackedFactor?
        if places.inputGradient != nil {
            input = slots.pack(weights.input.transposed, into: work.input)
        }
        var chunk = length..<length
        while chunk.lowerBound > 0 {
            chunk = self.chunk(before: chunk, rows: rows)
            for position in chunk.reversed() {
                let g = gradients.cell(position, in: chunk)
                slots.stepBackward(
                    cell, memory.cell(position, in: chunk), g, rows: rows, width: units)
                if position == 0 { break }
                let before = gradients.state(position - 1).matrix(rows: rows, columns: units)
                if cell == .gru {
                    let sums = g.recurrent.matrix(rows: rows, columns: sums)
                    slots.accumulate(sums, recurrent, into: before)
                } else {
                    let sums = g.gates.matrix(rows: rows, columns: sums)
                    slots.multiply(sums, recurrent, into: before)
                }
            }
            if places.wantsGradient {
                let gradient = tensors(places.gradient)
                addOuterSums(
                    &slots, places.input, places.output, chunk, gradients.sums(chunk),
                    gradients.recurrentSums(chunk), to: gradient)
                addColumnSums(
                    &slots, gradients.sums(chunk), gradients.recurrentSums(chunk), work.row,
                    to: gradient)
            }
            if let dx = places.inputGradient, let input {
                slots.multiply(
                    gradients.sums(chunk), input, into: positions(chunk, of: dx, width))
            }
        }
    }

    /// Adds a chunk's share of the weights' gradients: xᵀ d and hᵀ e. The inputs x are at the
    /// positions, the states h before them. The derivatives in the sums of inputs and of states are
    /// d and e.
    func addOuterSums<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ x: Matrix?, _ h: Matrix, _ chunk: Range<Int>, _ d: Matrix,
        _ e: Matrix, to gradient: Tensors
    ) {
        if let x {
            slots.outerSum(
                positions(chunk, of: x, width), d, into: gradient.input, keep: true)
        }
        // Before the first position the state is 0.
        let later = max(chunk.lowerBound, 1)..<chunk.upperBound
        if later.isEmpty { return }
        slots.outerSum(
            positions(later.lowerBound - 1..<later.upperBound - 1, of: h, units),
            part(later.lowerBound - chunk.lowerBound..<chunk.count, of: e, rows: h.rows),
            into: gradient.recurrent, keep: true)
    }

    /// Adds a chunk's share of the biases' gradients.
    func addColumnSums<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ d: Matrix, _ e: Matrix, _ row: Vector, to gradient: Tensors
    ) {
        slots.columnSums(of: d, into: row)
        slots.add(row, times: 1, to: gradient.inputBias)
        if cell == .gru { slots.columnSums(of: e, into: row) }
        slots.add(row, times: 1, to: gradient.recurrentBias)
    }
}
