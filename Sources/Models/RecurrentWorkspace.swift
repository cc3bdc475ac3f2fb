import LinearAlgebra

/// A recurrent layer's scratch for one pass over a batch.
struct RecurrentWorkspace {
    /// Two places of (batch, units), taken in turn.
    struct Pair {
        let even: Vector
        let odd: Vector

        subscript(position: Int) -> Vector { position % 2 == 0 ? even : odd }
    }

    /// Packed weights, and a packed direction.
    let input: Vector
    let recurrent: Vector
    let inputDirection: Vector
    let recurrentDirection: Vector
    /// Sums, or the gradients in them, of the positions of a chunk.
    let sums: Vector
    /// A GRU's other sums; empty in an LSTM.
    let recurrentSums: Vector
    /// (batch, units) for each position of a chunk.
    let states: Pair
    let stateTangents: Vector
    let carried: Pair
    let previous: Vector
    /// The state before the first position: the pass fills it.
    let zeros: Vector
    /// Vectors of one row of sums each.
    let bias: Vector
    let row: Vector
    /// An empty vector, for layers that have no such numbers.
    let none: Vector
    /// How many numbers there are.
    let count: Int

    init(_ layer: Recurrent, _ places: LayerPlaces) {
        self.init(layer, rows: places.input.rows, start: places.workspace.start)
        precondition(count <= places.workspace.count, "\(count) of \(places.workspace.count)")
    }

    init(_ layer: Recurrent, rows: Int, start: Int) {
        var layout = BlockLayout()
        func place(_ count: Int) -> Vector {
            let place = layout.vector(count)
            return Vector(start: start + place.start, count: count)
        }
        func packed(_ width: Int) -> Vector {
            place(
                max(
                    PackedFactor.count(inner: width, columns: layer.sums),
                    PackedFactor.count(inner: layer.sums, columns: width)))
        }
        let size = rows * layer.units
        // Of a chunk with at most this number of rows.
        let most = min(127 + rows, layer.length * rows)
        (input, recurrent) = (packed(layer.width), packed(layer.units))
        (inputDirection, recurrentDirection) = (packed(layer.width), packed(layer.units))
        sums = place(most * layer.sums)
        recurrentSums = place(layer.cell == .gru ? most * layer.sums : 0)
        states = Pair(even: place(size), odd: place(size))
        stateTangents = place(most * layer.units)
        carried = Pair(even: place(size), odd: place(size))
        (previous, zeros) = (place(size), place(size))
        (bias, row) = (place(layer.sums), place(layer.sums))
        none = Vector(start: start, count: 0)
        count = layout.count
    }
}
