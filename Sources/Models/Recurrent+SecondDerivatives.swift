import LinearAlgebra

// The letters are those of Recurrent+Tangents.swift.
extension Recurrent {
    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let rows = places.input.rows
        let work = RecurrentWorkspace(self, places)
        let pass = MovedPass(self, places, tangents, work)
        let recurrent = slots.pack(
            tensors(places.weights).recurrent.transposed, into: work.recurrent)
        let direction = slots.pack(
            tensors(tangents.weights).recurrent.transposed, into: work.recurrentDirection)
        slots.fill(work.zeros, with: 0)
        slots.fill(tangents.gradient, with: 0)
        slots.fill(work.states.even, with: 0)
        slots.fill(work.carried[length - 1], with: 0)
        let input = packInputs(&slots, places, tangents, work)
        var chunk = length..<length
        while chunk.lowerBound > 0 {
            chunk = self.chunk(before: chunk, rows: rows)
            // e Rᵀ of each position is a share of what the one before gets.
            let shares = work.stateTangents.matrix(rows: chunk.count * rows, columns: units)
            slots.multiply(pass.gradients.recurrentSums(chunk), direction, into: shares)
            var state = work.states.even
            for position in chunk.reversed() {
                let at = position - chunk.lowerBound
                let share = part(at..<at + 1, of: shares, rows: rows)
                let u = pass.cell(position, in: chunk, state: state)
                slots.stepBackwardTangent(
                    cell, pass.memory.cell(position, in: chunk),
                    along: pass.moved.cell(position, in: chunk),
                    pass.gradients.cell(position, in: chunk), along: u, rows: rows, width: units)
                if cell == .gru { slots.add(u.previous, times: 1, to: share.vector) }
                slots.accumulate(
                    (cell == .gru ? u.recurrent : u.gates).matrix(rows: rows, columns: sums),
                    recurrent, into: share)
                state = share.vector
            }
            // The chunk before overwrites the shares.
            slots.copy(state, to: work.states.even)
            addMoved(&slots, pass, chunk, input)
        }
    }

    /// What the steps of the pass share.
    private struct MovedPass {
        let layer: Recurrent
        let places: LayerPlaces
        let tangents: LayerTangents
        let work: RecurrentWorkspace
        let memory: RecurrentMemory
        let moved: RecurrentMemory
        let gradients: RecurrentGradients

        init(
            _ layer: Recurrent, _ places: LayerPlaces, _ tangents: LayerTangents,
            _ work: RecurrentWorkspace
        ) {
            (self.layer, self.places, self.tangents, self.work) = (layer, places, tangents, work)
            memory = RecurrentMemory(layer, places, work)
            moved = RecurrentMemory(layer, tangents, work)
            gradients = RecurrentGradients(layer, places, work)
        }

        /// Returns the tangents of the gradients at a position.
        func cell(_ position: Int, in chunk: Range<Int>, state: Vector) -> CellGradients {
            let rows = places.input.rows
            let (size, at) = (rows * layer.sums, position - chunk.lowerBound)
            let isLSTM = layer.cell == .lstm
            return CellGradients(
                output: layer.positions(
                    position..<position + 1, of: tangents.outputGradient, layer.units
                ).vector,
                state: state, carried: isLSTM ? work.carried[position] : work.none,
                previous: isLSTM ? work.carried[position + 1] : work.previous,
                gates: work.sums.part(at * size, count: size),
                recurrent: isLSTM ? work.none : work.recurrentSums.part(at * size, count: size))
        }
    }

    /// Wᵀ and Vᵀ, if the inputs' gradients are wanted.
    private func packInputs<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents,
        _ work: RecurrentWorkspace
    ) -> (weights: PackedFactor, direction: PackedFactor)? {
        if tangents.inputGradient == nil { return nil }
        return (
            slots.pack(tensors(places.weights).input.transposed, into: work.input),
            slots.pack(tensors(tangents.weights).input.transposed, into: work.inputDirection)
        )
    }

    /// Adds a chunk's share of the tangents of the weights' gradients, and writes those of the
    /// inputs'.
    private func addMoved<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ pass: MovedPass, _ chunk: Range<Int>,
        _ input: (weights: PackedFactor, direction: PackedFactor)?
    ) {
        let (places, tangents, work) = (pass.places, pass.tangents, pass.work)
        let rows = chunk.count * places.input.rows
        let gradient = tensors(tangents.gradient)
        let (d, e) = (pass.gradients.sums(chunk), pass.gradients.recurrentSums(chunk))
        let movedD = work.sums.matrix(rows: rows, columns: sums)
        let movedE = cell == .gru ? work.recurrentSums.matrix(rows: rows, columns: sums) : movedD
        addOuterSums(
            &slots, places.input, places.output, chunk, movedD, movedE, to: gradient)
        addOuterSums(&slots, tangents.input, tangents.output, chunk, d, e, to: gradient)
        addColumnSums(&slots, movedD, movedE, work.row, to: gradient)
        if let dx = tangents.inputGradient, let input {
            let dx = positions(chunk, of: dx, width)
            slots.multiply(movedD, input.weights, into: dx)
            slots.accumulate(d, input.direction, into: dx)
        }
    }
}
