import LinearAlgebra

// W and U are the weights of inputs and states, V and R those of the direction. The gradients in
// the sums of inputs and of states are d and e, which are equal in an LSTM. Tangents have a dot:
//
//     sums' tangents  ẋ W + x V,  ḣ U + h R
//     of dW, dU       ẋᵀ d + xᵀ ḋ,  ḣᵀ e + hᵀ ė
//     of dx, dh       ḋ Wᵀ + d Vᵀ,  ė Uᵀ + e Rᵀ
//
// Only ḣ U and ė Uᵀ wait for the position before.
extension Recurrent {
    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let rows = places.input.rows
        let work = RecurrentWorkspace(self, places)
        let memory = RecurrentMemory(self, places, work)
        let moved = RecurrentMemory(self, tangents, work)
        let direction = tensors(tangents.weights)
        let recurrent = slots.pack(
            tensors(places.weights).recurrent.plain, into: work.recurrent)
        let bias = inputBias(&slots, direction, into: work.bias)
        slots.fill(work.zeros, with: 0)
        let packed = packDirection(&slots, places, tangents, work)
        var chunk = 0..<0
        while chunk.upperBound < length {
            chunk = self.chunk(after: chunk, rows: rows)
            moveSums(&slots, places, tangents, chunk, packed, bias, work)
            for position in chunk {
                let t = moved.cell(position, in: chunk)
                if position > 0 {
                    slots.accumulate(
                        moved.state(before: position), recurrent,
                        into: (cell == .gru ? t.recurrent : t.gates)
                            .matrix(rows: rows, columns: sums))
                }
                slots.stepTangent(
                    cell, memory.cell(position, in: chunk), along: t, rows: rows, width: units)
            }
        }
    }

    /// W, if the inputs move, V and R.
    private struct Packed {
        var input: PackedFactor?
        let inputDirection: PackedFactor
        let recurrentDirection: PackedFactor
    }

    private func packDirection<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents,
        _ work: RecurrentWorkspace
    ) -> Packed {
        let (weights, direction) = (tensors(places.weights), tensors(tangents.weights))
        var packed = Packed(
            inputDirection: slots.pack(direction.input.plain, into: work.inputDirection),
            recurrentDirection: slots.pack(
                direction.recurrent.plain, into: work.recurrentDirection))
        if tangents.input != nil {
            packed.input = slots.pack(weights.input.plain, into: work.input)
        }
        return packed
    }

    /// Computes the tangents of the sums at some positions, without the term ḣ U.
    private func moveSums<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents,
        _ chunk: Range<Int>, _ packed: Packed, _ bias: Vector, _ work: RecurrentWorkspace
    ) {
        let rows = places.input.rows
        let direction = tensors(tangents.weights)
        let a = RecurrentMemory(self, tangents, work).gates(chunk)
            .matrix(rows: chunk.count * rows, columns: sums)
        slots.multiply(
            positions(chunk, of: places.input, width), packed.inputDirection, bias: bias, into: a)
        if let x = tangents.input, let input = packed.input {
            slots.accumulate(positions(chunk, of: x, width), input, into: a)
        }
        let later = max(chunk.lowerBound, 1)..<chunk.upperBound
        let states = positions(
            max(later.lowerBound, 1) - 1..<later.upperBound - 1, of: places.output, units)
        let from = later.lowerBound - chunk.lowerBound
        if cell == .lstm {
            slots.accumulate(
                states, packed.recurrentDirection,
                into: part(from..<chunk.count, of: a, rows: rows))
            return
        }
        let b = work.recurrentSums.matrix(rows: chunk.count * rows, columns: sums)
        slots.multiply(
            states, packed.recurrentDirection, bias: direction.recurrentBias,
            into: part(from..<chunk.count, of: b, rows: rows))
        // Before the first position the state is 0.
        let first = part(0..<from, of: b, rows: rows)
        slots.fill(first.vector, with: 0)
        slots.add(row: direction.recurrentBias, toEachRowOf: first)
    }
}
