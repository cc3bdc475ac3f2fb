import CKernels

/// The loop of products with the transpose of a wide factor, over raw memory.
public protocol TransposedProductLoops {
    /// y ← d wᵀ, added to y if `keep`; false where another way is better. See the kernel.
    static func transposedProduct(
        _ d: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Self>
    ) -> Bool
}

extension Slots {
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
        let isDone = S.transposedProduct(
            at(d.vector), at(w.vector), at(y.vector), rows: d.rows, columns: w.rows,
            inner: w.columns, keep: keep, at(workspace))
        if !isDone { product(d, w.transposed, into: y, keep: keep) }
    }
}

/// Numbers of scratch for `Slots.transposedProduct` with up to so many rows.
public func transposedProductWorkspace(rows: Int, inner: Int) -> Int {
    hyperfed_transposed_product_workspace(rows, inner)
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: TransposedProductLoops {
    public static func transposedProduct(
        _ d: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Float>
    ) -> Bool {
        hyperfed_transposed_product(d, w, y, rows, columns, inner, keep ? 1 : 0, workspace) != 0
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: TransposedProductLoops {
    public static func transposedProduct(
        _ d: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Double>
    ) -> Bool {
        false
    }
}
