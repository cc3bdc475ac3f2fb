import CKernels

/// The loops of products with one wide factor that a BLAS would pack, over raw memory. Each returns
/// false and does nothing where another way is better; see the kernels.
public protocol WideProductLoops {
    /// y ← y + x w.
    static func addProduct(
        _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool
    /// g ← g + xᵀ d.
    static func addOuterSum(
        _ x: UnsafePointer<Self>, _ d: UnsafePointer<Self>, _ g: UnsafeMutablePointer<Self>,
        rows: Int, inputs: Int, columns: Int
    ) -> Bool
    /// y ← d wᵀ, added to y if `keep`.
    static func transposedProduct(
        _ d: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Self>
    ) -> Bool
}

extension Slots {
    /// y ← y + x w: x is (rows, inner), w is (inner, columns), y is (rows, columns).
    public mutating func addProduct(_ x: Matrix, _ w: Matrix, to y: Matrix) {
        precondition(
            x.columns == w.rows && x.rows == y.rows && w.columns == y.columns,
            "(\(x.rows), \(x.columns)) x (\(w.rows), \(w.columns)) to (\(y.rows), \(y.columns))")
        let isDone = S.addProduct(
            at(x.vector), at(w.vector), at(y.vector), rows: x.rows, columns: w.columns,
            inner: w.rows)
        if !isDone { multiply(x.plain, w.plain, into: y, keep: 1) }
    }

    /// g ← g + xᵀ d: x is (rows, inputs), d is (rows, columns), g is (inputs, columns).
    public mutating func addOuterSum(_ x: Matrix, _ d: Matrix, to g: Matrix) {
        precondition(
            x.rows == d.rows && x.columns == g.rows && d.columns == g.columns,
            "(\(x.rows), \(x.columns)), (\(d.rows), \(d.columns)) to (\(g.rows), \(g.columns))")
        let isDone = S.addOuterSum(
            at(x.vector), at(d.vector), at(g.vector), rows: x.rows, inputs: x.columns,
            columns: d.columns)
        if !isDone { multiply(x.transposed, d.plain, into: g, keep: 1) }
    }

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
        if !isDone { multiply(d.plain, w.transposed, into: y, keep: keep ? 1 : 0) }
    }
}

/// Numbers of scratch for `Slots.transposedProduct` with up to so many rows.
public func transposedProductWorkspace(rows: Int, inner: Int) -> Int {
    hyperfed_transposed_product_workspace(rows, inner)
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: WideProductLoops {
    public static func addProduct(
        _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool {
        hyperfed_add_product(x, w, y, rows, columns, inner) != 0
    }

    public static func addOuterSum(
        _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>,
        rows: Int, inputs: Int, columns: Int
    ) -> Bool {
        hyperfed_add_outer_sum(x, d, g, rows, inputs, columns) != 0
    }

    public static func transposedProduct(
        _ d: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Float>
    ) -> Bool {
        hyperfed_transposed_product(d, w, y, rows, columns, inner, keep ? 1 : 0, workspace) != 0
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: WideProductLoops {
    public static func addProduct(
        _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool {
        false
    }

    public static func addOuterSum(
        _ x: UnsafePointer<Double>, _ d: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>,
        rows: Int, inputs: Int, columns: Int
    ) -> Bool {
        false
    }

    public static func transposedProduct(
        _ d: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, inner: Int, keep: Bool, _ workspace: UnsafeMutablePointer<Double>
    ) -> Bool {
        false
    }
}
