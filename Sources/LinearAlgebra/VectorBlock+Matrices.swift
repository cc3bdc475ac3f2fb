import CKernels

/// A factor of a matrix product: a matrix as stored, or its transpose.
public struct Factor: Sendable {
    let matrix: Matrix
    let isTransposed: Bool

    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }
}

extension Matrix {
    /// This matrix as stored, as a factor of a product.
    public var plain: Factor { Factor(matrix: self, isTransposed: false) }
    /// The transpose of this matrix as a factor; nothing is moved.
    public var transposed: Factor { Factor(matrix: self, isTransposed: true) }
}

extension VectorBlock {
    /// c ← scale a b + keep c, in plain loops: for products in double, which only tests need.
    ///
    /// a is (m, k), b is (k, n), c is (m, n); c overlaps neither.
    public mutating func multiply(
        _ a: Factor, _ b: Factor, into c: Matrix, scale: S = 1, keep: S = 0
    ) {
        precondition(
            a.columns == b.rows && a.rows == c.rows && b.columns == c.columns,
            """
            product (\(a.rows), \(a.columns)) x (\(b.rows), \(b.columns)) \
            into (\(c.rows), \(c.columns))
            """)
        let (x, y) = (a.matrix.columns, b.matrix.columns)
        hyperfed_plain_product(
            S.isDouble, at(a.matrix.vector), a.isTransposed ? 1 : x, a.isTransposed ? x : 1,
            at(b.matrix.vector), b.isTransposed ? 1 : y, b.isTransposed ? y : 1, at(c.vector),
            c.rows, c.columns, a.columns, scale.inDouble, keep.inDouble)
    }

    /// y ← x wᵀ + bias, the bias added to each row; meant for few columns.
    ///
    /// x is (rows, inner), w is (columns, inner), bias is (columns), y is (rows, columns); y
    /// overlaps none of them.
    public mutating func narrowAffine(_ x: Matrix, _ w: Matrix, bias: Vector, into y: Matrix) {
        precondition(
            x.columns == w.columns && x.rows == y.rows && w.rows == y.columns
                && bias.count == y.columns,
            """
            (\(x.rows), \(x.columns)) x transpose of (\(w.rows), \(w.columns)) + \(bias.count) \
            into (\(y.rows), \(y.columns))
            """)
        let isDone = hyperfed_narrow_affine(
            S.isDouble, at(x.vector), at(w.vector), at(bias), at(y.vector), x.rows, w.rows,
            w.columns)
        if isDone || isMultiplied(x, w.transposed, bias, y, keep: false) { return }
        multiply(x.plain, w.transposed, into: y)
        add(row: bias, toEachRowOf: y)
    }

    /// g ← dᵀ x, a sum over the rows of both; meant for few columns of d.
    ///
    /// d is (rows, columns), x is (rows, inner), g is (columns, inner); g overlaps neither.
    public mutating func narrowOuterSum(_ d: Matrix, _ x: Matrix, into g: Matrix) {
        precondition(
            x.rows == d.rows && d.columns == g.rows && x.columns == g.columns,
            """
            transpose of (\(d.rows), \(d.columns)) x (\(x.rows), \(x.columns)) \
            into (\(g.rows), \(g.columns))
            """)
        let isDone = hyperfed_narrow_outer_sum(
            S.isDouble, at(d.vector), at(x.vector), at(g.vector), x.rows, d.columns, x.columns)
        if !isDone { outerSum(d, x, into: g) }
    }

    /// Adds a row to each row of a matrix: m is (rows, columns), row is (columns).
    public mutating func add(row: Vector, toEachRowOf m: Matrix) {
        precondition(row.count == m.columns, "row of \(row.count) to \(m.columns) columns")
        hyperfed_add_row(S.isDouble, at(m.vector), at(row), m.rows, m.columns)
    }

    /// out ← the sums over the rows of m: m is (rows, columns), out is (columns).
    public mutating func columnSums(of m: Matrix, into out: Vector) {
        precondition(out.count == m.columns, "sums of \(m.columns) columns into \(out.count)")
        hyperfed_column_sums(S.isDouble, at(m.vector), at(out), m.rows, m.columns)
    }
}
