import CKernels

extension VectorBlock {
    /// y ← d wᵀ, or with `keep` y ← y + d wᵀ: d is (rows, inner), w is (columns, inner), y is
    /// (rows, columns).
    ///
    /// - Parameter workspace: `transposedProductWorkspace(rows:inner:)` numbers of scratch.
    public mutating func transposedProduct(
        _ d: Matrix, _ w: Matrix, into y: Matrix, keep: Bool = false, workspace: Vector
    ) {
        precondition(
            d.columns == w.columns && d.rows == y.rows && w.rows == y.columns
                && workspace.count >= transposedProductWorkspace(rows: d.rows, inner: w.columns),
            """
            (\(d.rows), \(d.columns)) x transpose of (\(w.rows), \(w.columns)) \
            into (\(y.rows), \(y.columns)) with \(workspace.count) of scratch
            """)
        let isDone = hyperfed_transposed_product(
            S.isDouble, at(d.vector), at(w.vector), at(y.vector), d.rows, w.rows, w.columns, keep,
            at(workspace))
        if !isDone { product(d, w.transposed, into: y, keep: keep) }
    }
}

/// Returns how many numbers of scratch `VectorBlock.transposedProduct` needs for at most `rows`
/// rows.
public func transposedProductWorkspace(rows: Int, inner: Int) -> Int {
    hyperfed_transposed_product_workspace(rows, inner)
}
