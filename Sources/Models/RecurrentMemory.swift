import LinearAlgebra

/// What a recurrent layer keeps of each position for a batch: the gates and what `CellPlaces` calls
/// carried, or their tangents. Where only losses are wanted, that of a few positions.
struct RecurrentMemory {
    private let layer: Recurrent
    private let rows: Int
    /// The stored numbers; empty if no pass needs them.
    private let memory: Vector
    private let output: Matrix
    private let work: RecurrentWorkspace

    /// Numbers per sample and position: gates and carried; for second derivatives also the
    /// gradients of `RecurrentGradients`.
    static func count(_ layer: Recurrent, for use: Network.Use) -> Int {
        switch use {
        case .evaluation: 0
        case .training: layer.sums + layer.units
        case .tangents:
            layer.sums + layer.units + RecurrentGradients.count(layer)
        }
    }

    /// Makes the memory of the values of the forward pass.
    init(_ layer: Recurrent, _ places: LayerPlaces, _ work: RecurrentWorkspace) {
        (self.layer, self.work) = (layer, work)
        (memory, output, rows) = (places.memory, places.output, places.output.rows)
    }

    /// Makes the memory of their tangents.
    init(_ layer: Recurrent, _ tangents: LayerTangents, _ work: RecurrentWorkspace) {
        (self.layer, self.work) = (layer, work)
        (memory, output, rows) = (tangents.memory, tangents.output, tangents.output.rows)
    }

    /// Returns the gates of some positions, one after the other.
    func gates(_ chunk: Range<Int>) -> Vector {
        let size = rows * layer.sums
        return memory.count == 0
            ? work.sums.part(0, count: chunk.count * size)
            : memory.part(chunk.lowerBound * size, count: chunk.count * size)
    }

    private func carried(_ position: Int) -> Vector {
        let size = rows * layer.units
        return memory.count == 0
            ? work.carried.even
            : memory.part(layer.length * rows * layer.sums + position * size, count: size)
    }

    /// h before a position, (batch, units).
    func state(before position: Int) -> Matrix {
        position == 0
            ? work.zeros.matrix(rows: rows, columns: layer.units)
            : layer.positions(position - 1..<position, of: output, layer.units)
    }

    /// Returns the places of a position, in the chunk that is worked on.
    func cell(_ position: Int, in chunk: Range<Int>) -> CellPlaces {
        let (size, at) = (rows * layer.sums, position - chunk.lowerBound)
        let previous: Vector =
            switch layer.cell {
            case .lstm: position == 0 ? work.zeros : carried(position - 1)
            case .gru: state(before: position).vector
            }
        return CellPlaces(
            gates: gates(chunk).part(at * size, count: size),
            recurrent: layer.cell == .gru
                ? work.recurrentSums.part(at * size, count: size) : work.none,
            carried: carried(position), previous: previous,
            output: layer.positions(position..<position + 1, of: output, layer.units).vector)
    }
}

/// The loss's derivatives in what a recurrent layer computes at each position. For second
/// derivatives those of all positions are kept, otherwise those of a few.
struct RecurrentGradients {
    private let layer: Recurrent
    private let rows: Int
    private let output: Matrix
    private let work: RecurrentWorkspace
    /// The stored numbers; empty if no pass needs them.
    private let kept: Vector

    /// Numbers that are kept per sample and position: sums, and an LSTM's carried or a GRU's other
    /// sums; the state.
    static func count(_ layer: Recurrent) -> Int {
        layer.cell == .lstm ? layer.sums + 2 * layer.units : 2 * layer.sums + layer.units
    }

    init(_ layer: Recurrent, _ places: LayerPlaces, _ work: RecurrentWorkspace) {
        (self.layer, self.work) = (layer, work)
        (output, rows) = (places.outputGradient, places.output.rows)
        let positions = layer.length * rows
        let first = RecurrentMemory.count(layer, for: .training) * positions
        kept =
            places.use == .tangents
            ? places.memory.part(first, count: Self.count(layer) * positions) : work.none
    }

    /// Returns the derivatives in the sums a, at some positions.
    func sums(_ chunk: Range<Int>) -> Matrix {
        let size = rows * layer.sums
        let place =
            kept.count == 0
            ? work.sums.part(0, count: chunk.count * size)
            : kept.part(chunk.lowerBound * size, count: chunk.count * size)
        return place.matrix(rows: chunk.count * rows, columns: layer.sums)
    }

    /// Returns the derivatives in the sums that the previous state is added to: a GRU's b, an
    /// LSTM's a.
    func recurrentSums(_ chunk: Range<Int>) -> Matrix {
        guard layer.cell == .gru else { return sums(chunk) }
        let size = rows * layer.sums
        let first = layer.length * rows * (layer.sums + layer.units)
        let place =
            kept.count == 0
            ? work.recurrentSums.part(0, count: chunk.count * size)
            : kept.part(first + chunk.lowerBound * size, count: chunk.count * size)
        return place.matrix(rows: chunk.count * rows, columns: layer.sums)
    }

    /// Returns the derivative in h after a position.
    func state(_ position: Int) -> Vector {
        pick(position, layer.length * rows * layer.sums, work.states)
    }

    /// Returns the derivative in an LSTM's c after a position.
    func carried(_ position: Int) -> Vector {
        guard layer.cell == .lstm else { return work.none }
        return pick(position, layer.length * rows * (layer.sums + layer.units), work.carried)
    }

    private func pick(_ position: Int, _ first: Int, _ pair: RecurrentWorkspace.Pair) -> Vector {
        // Before the first position there is nothing that anybody needs.
        if position < 0 { return work.previous }
        let size = rows * layer.units
        return kept.count == 0
            ? pair[position] : kept.part(first + position * size, count: size)
    }

    /// Returns the places of a position, in the chunk that is worked on.
    func cell(_ position: Int, in chunk: Range<Int>) -> CellGradients {
        let (size, at) = (rows * layer.sums, position - chunk.lowerBound)
        return CellGradients(
            output: layer.positions(position..<position + 1, of: output, layer.units).vector,
            state: state(position), carried: carried(position),
            previous: layer.cell == .lstm ? carried(position - 1) : state(position - 1),
            gates: sums(chunk).vector.part(at * size, count: size),
            recurrent: layer.cell == .gru
                ? recurrentSums(chunk).vector.part(at * size, count: size) : work.none)
    }
}
