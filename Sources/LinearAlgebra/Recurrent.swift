import CKernels

/// The step of a recurrent layer from one position to the next, between its products.
public enum RecurrentCell: String, Sendable, CaseIterable {
    /// i, f, o = σ(a_i), σ(a_f), σ(a_o), g = tanh(a_g); c ← f c + i g; h = o tanh(c). The sums are
    /// a = W_ih x + b_ih + W_hh h + b_hh, in the order i, f, g, o (Hochreiter, Schmidhuber 1997;
    /// Gers et al. 2000).
    case lstm
    /// r, z = σ(a_r + b_r), σ(a_z + b_z), n = tanh(a_n + r b_n); h ← (1 − z) n + z h. The sums are
    /// a = W_ih x + b_ih and b = W_hh h + b_hh, in the order r, z, n (Cho et al. 2014). The reset
    /// gate is behind the product, as in PyTorch and cuDNN.
    case gru

    /// How many blocks of rows the weights have, one for each gate.
    public var gates: Int { self == .lstm ? 4 : 3 }
}

/// Where the numbers of one position are, or their tangents; all (rows, width) but for the sums.
public struct CellPlaces: Sendable {
    /// (rows, gates x width): the sums a, and after the step the gates' values.
    public var gates: Vector
    /// A GRU's sums b, (rows, gates x width); empty in an LSTM, whose products meet in `gates`.
    public var recurrent: Vector
    /// An LSTM's c after the step; a GRU's b_n.
    public var carried: Vector
    /// An LSTM's c before the step; a GRU's h before it.
    public var previous: Vector
    /// The state h after the step.
    public var output: Vector

    /// Makes the vectors of one position.
    public init(
        gates: Vector, recurrent: Vector, carried: Vector, previous: Vector, output: Vector
    ) {
        (self.gates, self.recurrent, self.carried) = (gates, recurrent, carried)
        (self.previous, self.output) = (previous, output)
    }
}

/// Where the loss's derivatives in the numbers of one position are, or their tangents.
public struct CellGradients: Sendable {
    /// The derivative in h that comes from the layer above.
    public var output: Vector
    /// In h: before the step backward what comes from later positions, after it all of it.
    public var state: Vector
    /// In an LSTM's c, likewise; empty in a GRU.
    public var carried: Vector
    /// In `CellPlaces.previous`; in a GRU without what comes through the product.
    public var previous: Vector
    /// The derivatives in the sums a.
    public var gates: Vector
    /// In a GRU's sums b; empty in an LSTM.
    public var recurrent: Vector

    /// Makes the derivatives of one position.
    public init(
        output: Vector, state: Vector, carried: Vector, previous: Vector, gates: Vector,
        recurrent: Vector
    ) {
        (self.output, self.state, self.carried) = (output, state, carried)
        (self.previous, self.gates, self.recurrent) = (previous, gates, recurrent)
    }
}

extension VectorBlock {
    /// Computes one step: the gates, `carried` and the output, from the sums and `previous`.
    public mutating func step(_ cell: RecurrentCell, _ places: CellPlaces, rows: Int, width: Int) {
        check(cell, places, rows, width)
        var p = places.inC(rows, width)
        switch cell {
        case .lstm: hyperfed_lstm(S.isDouble, base, &p)
        case .gru: hyperfed_gru(S.isDouble, base, &p)
        }
    }

    /// Computes the tangent of a step, after the step. `tangents` has the tangents of the sums and
    /// of `previous` on entry, and those of the gates, of `carried` and of the output on return.
    public mutating func stepTangent(
        _ cell: RecurrentCell, _ places: CellPlaces, along tangents: CellPlaces, rows: Int,
        width: Int
    ) {
        check(cell, places, rows, width, isDone: true)
        check(cell, tangents, rows, width)
        var (p, t) = (places.inC(rows, width), tangents.inC(rows, width))
        switch cell {
        case .lstm: hyperfed_lstm_tangent(S.isDouble, base, &p, &t)
        case .gru: hyperfed_gru_tangent(S.isDouble, base, &p, &t)
        }
    }

    /// Computes a step backward, after the step itself. It starts from the derivatives in the
    /// output, the state and `carried`, and computes those in `previous` and in the sums. Then
    /// state and `carried` are complete.
    public mutating func stepBackward(
        _ cell: RecurrentCell, _ places: CellPlaces, _ gradients: CellGradients, rows: Int,
        width: Int
    ) {
        check(cell, places, rows, width, isDone: true)
        check(cell, gradients, rows, width)
        var (p, g) = (places.inC(rows, width), gradients.inC)
        switch cell {
        case .lstm: hyperfed_lstm_backward(S.isDouble, base, &p, &g)
        case .gru: hyperfed_gru_backward(S.isDouble, base, &p, &g)
        }
    }

    /// Computes the tangent of `stepBackward`, after that and after `stepTangent`. It reads the
    /// complete state and `carried` of `gradients`.
    public mutating func stepBackwardTangent(
        _ cell: RecurrentCell, _ places: CellPlaces, along tangents: CellPlaces,
        _ gradients: CellGradients, along gradientTangents: CellGradients, rows: Int, width: Int
    ) {
        check(cell, places, rows, width, isDone: true)
        check(cell, tangents, rows, width, isDone: true)
        check(cell, gradients, rows, width, isDone: true)
        check(cell, gradientTangents, rows, width)
        var (p, t) = (places.inC(rows, width), tangents.inC(rows, width))
        var (g, u) = (gradients.inC, gradientTangents.inC)
        switch cell {
        case .lstm: hyperfed_lstm_backward_tangent(S.isDouble, base, &p, &t, &g, &u)
        case .gru: hyperfed_gru_backward_tangent(S.isDouble, base, &p, &t, &g, &u)
        }
    }

    /// Copies the table's row of each symbol to row (position, sample) of out. Symbols are
    /// (samples, length) whole numbers, the table is (vocabulary, width), out is (length x samples,
    /// width).
    public mutating func embed(_ symbols: Matrix, _ table: Matrix, into out: Matrix) {
        check(symbols, below: table.rows)
        checkRows(symbols, out, table)
        hyperfed_embed(
            S.isDouble, at(symbols.vector), at(table.vector), at(out.vector), symbols.rows,
            symbols.columns, table.columns)
    }

    /// gradient ← the derivative in the table, from d, that in the embedded symbols.
    public mutating func embedBackward(_ symbols: Matrix, _ d: Matrix, into gradient: Matrix) {
        check(symbols, below: gradient.rows)
        checkRows(symbols, d, gradient)
        hyperfed_embed_backward(
            S.isDouble, at(symbols.vector), at(d.vector), at(gradient.vector), symbols.rows,
            symbols.columns, gradient.columns, gradient.rows)
    }

    private func checkRows(_ symbols: Matrix, _ rows: Matrix, _ table: Matrix) {
        precondition(
            rows.rows == symbols.vector.count && rows.columns == table.columns,
            "(\(rows.rows), \(rows.columns)) for \(symbols.vector.count) rows of \(table.columns)")
    }

    private func check(_ symbols: Matrix, below vocabulary: Int) {
        if let index = firstOutside(symbols.vector, below: vocabulary) {
            preconditionFailure("symbol \(self[symbols.vector, index]) of \(vocabulary)")
        }
    }

    private func check(_ place: Vector, _ count: Int) {
        precondition(place.count == count, "\(place.count) numbers at a position, not \(count)")
        _ = at(place)
    }

    /// - Parameter isDone: after the step, when a GRU's sums b are not needed any more.
    private func check(
        _ cell: RecurrentCell, _ places: CellPlaces, _ rows: Int, _ width: Int,
        isDone: Bool = false
    ) {
        let size = rows * width
        check(places.carried, size)
        check(places.previous, size)
        check(places.output, size)
        check(places.gates, size * cell.gates)
        if cell == .gru && !isDone { check(places.recurrent, size * cell.gates) }
    }

    private func check(
        _ cell: RecurrentCell, _ places: CellGradients, _ rows: Int, _ width: Int,
        isDone: Bool = false
    ) {
        let size = rows * width
        check(places.state, size)
        if cell == .lstm { check(places.carried, size) }
        if isDone { return }
        check(places.output, size)
        check(places.previous, size)
        check(places.gates, size * cell.gates)
        if cell == .gru { check(places.recurrent, size * cell.gates) }
    }
}

extension CellPlaces {
    fileprivate func inC(_ rows: Int, _ width: Int) -> hyperfed_cell {
        hyperfed_cell(
            rows: rows, width: width, gates: gates.start, recurrent: recurrent.start,
            carried: carried.start, previous: previous.start, output: output.start)
    }
}

extension CellGradients {
    fileprivate var inC: hyperfed_cell_gradient {
        hyperfed_cell_gradient(
            output: output.start, state: state.start, carried: carried.start,
            previous: previous.start, gates: gates.start, recurrent: recurrent.start)
    }
}
