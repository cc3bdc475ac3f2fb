import CKernels

/// A wide factor (inner, columns) that is arranged for many products with few rows.
public struct PackedFactor: Sendable {
    let place: Vector
    let inner: Int
    let columns: Int

    /// Returns how many numbers the place of a packed factor needs.
    public static func count(inner: Int, columns: Int) -> Int {
        hyperfed_packed_count(columns, inner)
    }
}

extension VectorBlock {
    /// y ← x w + bias, the bias added to each row.
    ///
    /// x is (rows, inner), w is (inner, columns), bias is (columns), y is (rows, columns); y
    /// overlaps none of them.
    ///
    /// - Parameter skipsZeros: whether to leave out the terms with a 0 in x if that changes no bit
    ///   of the result. It saves time if many numbers of x are 0.
    /// - Returns: whether terms were left out. They are not in double, for few columns, where a
    ///   number of w or y is not finite, and where the sign of a 0 in y could change.
    @discardableResult
    public mutating func affine(
        _ x: Matrix, _ w: Matrix, bias: Vector, into y: Matrix, skipsZeros: Bool = false
    ) -> Bool {
        precondition(bias.count == y.columns, "\(bias.count) biases for \(y.columns) columns")
        checkSizes(x, w.plain, y)
        if skipsZeros
            && hyperfed_sparse_affine(
                S.isDouble, at(x.vector), at(w.vector), at(bias), at(y.vector), x.rows, w.columns,
                w.rows)
        {
            return true
        }
        if isMultiplied(x, w.plain, bias, y, keep: false) { return false }
        multiply(x.plain, w.plain, into: y)
        add(row: bias, toEachRowOf: y)
        return false
    }

    /// y ← x w, or y ← y + x w when it keeps; sizes as in `affine`.
    public mutating func product(
        _ x: Matrix, _ w: Factor, into y: Matrix, keep: Bool = false
    ) {
        if isMultiplied(x, w, nil, y, keep: keep) { return }
        multiply(x.plain, w, into: y, keep: keep ? 1 : 0)
    }

    /// y ← x w + bias, or y ← y + x w when it keeps, by the kernel for few rows.
    ///
    /// - Returns: false, and no result, in double and without terms.
    mutating func isMultiplied(
        _ x: Matrix, _ w: Factor, _ bias: Vector?, _ y: Matrix, keep: Bool
    ) -> Bool {
        checkSizes(x, w, y)
        return hyperfed_affine(
            S.isDouble, at(x.vector), at(w.matrix.vector), w.isTransposed, bias.map { at($0) },
            keep, at(y.vector), x.rows, w.columns, w.rows)
    }

    private func checkSizes(_ x: Matrix, _ w: Factor, _ y: Matrix) {
        precondition(
            x.columns == w.rows && x.rows == y.rows && w.columns == y.columns,
            "(\(x.rows), \(x.columns)) x (\(w.rows), \(w.columns)) into (\(y.rows), \(y.columns))")
    }

    /// g ← xᵀ d, or g ← g + xᵀ d when it keeps: a sum over the rows of both.
    ///
    /// x is (rows, inputs), d is (rows, columns), g is (inputs, columns); g overlaps neither.
    ///
    /// - Parameter skipsZeros: whether to leave out the terms with a 0 in x, as in `affine`. It
    ///   makes no difference when it keeps.
    /// - Returns: whether terms were left out.
    @discardableResult
    public mutating func outerSum(
        _ x: Matrix, _ d: Matrix, into g: Matrix, keep: Bool = false, skipsZeros: Bool = false
    ) -> Bool {
        precondition(
            x.rows == d.rows && x.columns == g.rows && d.columns == g.columns,
            """
            transpose of (\(x.rows), \(x.columns)) x (\(d.rows), \(d.columns)) \
            into (\(g.rows), \(g.columns))
            """)
        if skipsZeros && !keep && isSparseSum(x, d, g) { return true }
        let isDone = hyperfed_outer_sum(
            S.isDouble, at(x.vector), at(d.vector), at(g.vector), keep, x.rows, x.columns,
            d.columns)
        if !isDone { multiply(x.transposed, d.plain, into: g, keep: keep ? 1 : 0) }
        return false
    }

    /// w ← w + scale xᵀ d, with the bits of `outerSum` into g and `add(g, times: scale, to: w)`.
    /// Where it can, it does not store xᵀ d.
    ///
    /// x is (rows, inputs), d is (rows, columns), w and g are (inputs, columns); none overlaps
    /// another one.
    ///
    /// - Parameters:
    ///   - g: has any content afterwards.
    ///   - skipsZeros: whether to leave out the terms with a 0 in x, as in `affine`.
    /// - Returns: whether xᵀ d was not stored.
    @discardableResult
    public mutating func add(
        outerSumOf x: Matrix, _ d: Matrix, times scale: S, to w: Matrix, through g: Matrix,
        skipsZeros: Bool = false
    ) -> Bool {
        precondition(
            x.rows == d.rows && x.columns == w.rows && d.columns == w.columns
                && g.rows == w.rows && g.columns == w.columns,
            """
            transpose of (\(x.rows), \(x.columns)) x (\(d.rows), \(d.columns)) \
            to (\(w.rows), \(w.columns)) through (\(g.rows), \(g.columns))
            """)
        let isDone =
            skipsZeros
            ? hyperfed_sparse_descent(
                S.isDouble, at(x.vector), at(d.vector), Double(scale), at(w.vector), x.rows,
                x.columns, d.columns)
            : hyperfed_outer_sum_descent(
                S.isDouble, at(x.vector), at(d.vector), Double(scale), at(w.vector), x.rows,
                x.columns, d.columns)
        if isDone { return true }
        outerSum(x, d, into: g, skipsZeros: skipsZeros)
        add(g.vector, times: scale, to: w.vector)
        return false
    }

    /// g ← xᵀ d without the terms with a 0 in x; sizes are checked.
    ///
    /// - Returns: false, and no result, if the dense product must compute it.
    mutating func isSparseSum(_ x: Matrix, _ d: Matrix, _ g: Matrix) -> Bool {
        hyperfed_sparse_outer_sum(
            S.isDouble, at(x.vector), at(d.vector), at(g.vector), x.rows, x.columns, d.columns)
    }

    /// Packs a factor (inner, columns) into a place of `PackedFactor.count` numbers.
    public mutating func pack(_ w: Factor, into place: Vector) -> PackedFactor {
        let needed = PackedFactor.count(inner: w.rows, columns: w.columns)
        precondition(place.count >= needed, "\(needed) packed numbers into \(place.count)")
        hyperfed_pack(
            S.isDouble, at(w.matrix.vector), w.isTransposed, at(place), w.columns, w.rows)
        return PackedFactor(place: place, inner: w.rows, columns: w.columns)
    }

    /// y ← x w, the bias added to each row if there is one: x is (rows, inner), y is (rows,
    /// columns) and overlaps neither.
    public mutating func multiply(
        _ x: Matrix, _ w: PackedFactor, bias: Vector? = nil, into y: Matrix
    ) {
        precondition(
            bias.map { $0.count == y.columns } ?? true, "biases for \(y.columns) columns")
        multiply(x, w, bias, y, keep: false)
    }

    /// y ← y + x w; sizes as in `multiply`.
    public mutating func accumulate(_ x: Matrix, _ w: PackedFactor, into y: Matrix) {
        multiply(x, w, nil, y, keep: true)
    }

    private mutating func multiply(
        _ x: Matrix, _ w: PackedFactor, _ bias: Vector?, _ y: Matrix, keep: Bool
    ) {
        precondition(
            x.columns == w.inner && x.rows == y.rows && w.columns == y.columns,
            "(\(x.rows), \(x.columns)) x (\(w.inner), \(w.columns)) into (\(y.rows), \(y.columns))")
        if S.isDouble {
            // There is only the plain product in double; a packed factor is the factor itself.
            let factor = w.place.matrix(rows: w.inner, columns: w.columns).plain
            multiply(x.plain, factor, into: y, keep: keep ? 1 : 0)
            if let bias, !keep { add(row: bias, toEachRowOf: y) }
        } else {
            hyperfed_packed_product(
                at(x.vector), at(w.place), bias.map { at($0) }, keep, at(y.vector), x.rows,
                w.columns, w.inner)
        }
    }
}
