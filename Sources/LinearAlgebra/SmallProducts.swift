import CKernels

/// The products of few rows over raw memory. See the kernel.
public protocol SmallProductLoops {
    /// y ← x w + bias, or y ← y + x w when it keeps; w as it is or the transpose of what is stored.
    /// False where another way is better.
    static func affine(
        _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>, isTransposed: Bool,
        _ bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, keep: Bool, rows: Int,
        columns: Int, inner: Int
    ) -> Bool
    /// g ← xᵀ d, or g ← g + xᵀ d; false where another way is better.
    static func outerSum(
        _ x: UnsafePointer<Self>, _ d: UnsafePointer<Self>, _ g: UnsafeMutablePointer<Self>,
        keep: Bool, rows: Int, inputs: Int, columns: Int
    ) -> Bool
    /// Packs w, (inner, columns), or the transpose of w, (columns, inner).
    static func pack(
        _ w: UnsafePointer<Self>, isTransposed: Bool, _ packed: UnsafeMutablePointer<Self>,
        columns: Int, inner: Int)
    /// y ← x w + bias, or y ← y + x w when it keeps, with a packed w.
    static func multiply(
        _ x: UnsafePointer<Self>, packed: UnsafePointer<Self>, _ bias: UnsafePointer<Self>?,
        _ y: UnsafeMutablePointer<Self>, keep: Bool, rows: Int, columns: Int, inner: Int)
}

/// A wide factor (inner, columns) that is arranged for many products with few rows.
public struct PackedFactor: Sendable {
    let place: Vector
    let inner: Int
    let columns: Int

    /// How many numbers the place of a packed factor needs.
    public static func count(inner: Int, columns: Int) -> Int {
        hyperfed_packed_count(columns, inner)
    }
}

extension Slots {
    /// y ← x w + bias, the bias added to each row.
    ///
    /// x is (rows, inner), w is (inner, columns), bias is (columns), y is (rows, columns); y overlaps
    /// none of them.
    public mutating func affine(_ x: Matrix, _ w: Matrix, bias: Vector, into y: Matrix) {
        precondition(bias.count == y.columns, "\(bias.count) biases for \(y.columns) columns")
        if isMultiplied(x, w.plain, bias, y, keep: false) { return }
        multiply(x.plain, w.plain, into: y)
        add(row: bias, toEachRowOf: y)
    }

    /// y ← x w, or y ← y + x w when it keeps; sizes as in `affine`.
    public mutating func product(
        _ x: Matrix, _ w: Factor, into y: Matrix, keep: Bool = false
    ) {
        if isMultiplied(x, w, nil, y, keep: keep) { return }
        multiply(x.plain, w, into: y, keep: keep ? 1 : 0)
    }

    private mutating func isMultiplied(
        _ x: Matrix, _ w: Factor, _ bias: Vector?, _ y: Matrix, keep: Bool
    ) -> Bool {
        precondition(
            x.columns == w.rows && x.rows == y.rows && w.columns == y.columns,
            "(\(x.rows), \(x.columns)) x (\(w.rows), \(w.columns)) into (\(y.rows), \(y.columns))")
        return S.affine(
            at(x.vector), at(w.matrix.vector), isTransposed: w.isTransposed,
            bias.map { UnsafePointer(at($0)) }, at(y.vector), keep: keep, rows: x.rows,
            columns: w.columns, inner: w.rows)
    }

    /// g ← xᵀ d, or g ← g + xᵀ d when it keeps: a sum over the rows of both.
    ///
    /// x is (rows, inputs), d is (rows, columns), g is (inputs, columns); g overlaps neither.
    public mutating func outerSum(_ x: Matrix, _ d: Matrix, into g: Matrix, keep: Bool = false) {
        precondition(
            x.rows == d.rows && x.columns == g.rows && d.columns == g.columns,
            """
            transpose of (\(x.rows), \(x.columns)) x (\(d.rows), \(d.columns)) \
            into (\(g.rows), \(g.columns))
            """)
        let isDone = S.outerSum(
            at(x.vector), at(d.vector), at(g.vector), keep: keep, rows: x.rows,
            inputs: x.columns, columns: d.columns)
        if !isDone { multiply(x.transposed, d.plain, into: g, keep: keep ? 1 : 0) }
    }

    /// Packs a factor (inner, columns) into a place of `PackedFactor.count` numbers.
    public mutating func pack(_ w: Factor, into place: Vector) -> PackedFactor {
        let needed = PackedFactor.count(inner: w.rows, columns: w.columns)
        precondition(place.count >= needed, "\(needed) packed numbers into \(place.count)")
        S.pack(
            at(w.matrix.vector), isTransposed: w.isTransposed, at(place), columns: w.columns,
            inner: w.rows)
        return PackedFactor(place: place, inner: w.rows, columns: w.columns)
    }

    /// y ← x w, the bias added to each row if there is one: x is (rows, inner), y is (rows, columns)
    /// and overlaps neither.
    public mutating func multiply(
        _ x: Matrix, _ w: PackedFactor, bias: Vector? = nil, into y: Matrix
    ) {
        precondition(
            bias.map { $0.count == y.columns } ?? true, "biases for \(y.columns) columns")
        multiply(x, w, bias.map { UnsafePointer(at($0)) }, y, keep: false)
    }

    /// y ← y + x w; sizes as in `multiply`.
    public mutating func accumulate(_ x: Matrix, _ w: PackedFactor, into y: Matrix) {
        multiply(x, w, nil, y, keep: true)
    }

    private mutating func multiply(
        _ x: Matrix, _ w: PackedFactor, _ bias: UnsafePointer<S>?, _ y: Matrix, keep: Bool
    ) {
        precondition(
            x.columns == w.inner && x.rows == y.rows && w.columns == y.columns,
            "(\(x.rows), \(x.columns)) x (\(w.inner), \(w.columns)) into (\(y.rows), \(y.columns))")
        S.multiply(
            at(x.vector), packed: at(w.place), bias, at(y.vector), keep: keep, rows: x.rows,
            columns: w.columns, inner: w.inner)
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: SmallProductLoops {
    public static func affine(
        _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, isTransposed: Bool,
        _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, keep: Bool, rows: Int,
        columns: Int, inner: Int
    ) -> Bool {
        hyperfed_affine(
            x, w, isTransposed ? 1 : 0, bias, keep ? 1 : 0, y, rows, columns, inner) != 0
    }

    public static func outerSum(
        _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>,
        keep: Bool, rows: Int, inputs: Int, columns: Int
    ) -> Bool {
        hyperfed_outer_sum(x, d, g, keep ? 1 : 0, rows, inputs, columns) != 0
    }

    public static func pack(
        _ w: UnsafePointer<Float>, isTransposed: Bool, _ packed: UnsafeMutablePointer<Float>,
        columns: Int, inner: Int
    ) {
        hyperfed_pack_f(w, isTransposed ? 1 : 0, packed, columns, inner)
    }

    public static func multiply(
        _ x: UnsafePointer<Float>, packed: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, keep: Bool, rows: Int, columns: Int, inner: Int
    ) {
        hyperfed_packed_product_f(x, packed, bias, keep ? 1 : 0, y, rows, columns, inner)
    }
}

// In double there is only the library; a packed factor is the factor itself, row-major.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: SmallProductLoops {
    public static func affine(
        _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>, isTransposed: Bool,
        _ bias: UnsafePointer<Double>?, _ y: UnsafeMutablePointer<Double>, keep: Bool, rows: Int,
        columns: Int, inner: Int
    ) -> Bool {
        false
    }

    public static func outerSum(
        _ x: UnsafePointer<Double>, _ d: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>,
        keep: Bool, rows: Int, inputs: Int, columns: Int
    ) -> Bool {
        false
    }

    public static func pack(
        _ w: UnsafePointer<Double>, isTransposed: Bool, _ packed: UnsafeMutablePointer<Double>,
        columns: Int, inner: Int
    ) {
        hyperfed_pack_d(w, isTransposed ? 1 : 0, packed, columns, inner)
    }

    public static func multiply(
        _ x: UnsafePointer<Double>, packed: UnsafePointer<Double>, _ bias: UnsafePointer<Double>?,
        _ y: UnsafeMutablePointer<Double>, keep: Bool, rows: Int, columns: Int, inner: Int
    ) {
        multiply(
            x, transposeA: false, leadingA: inner, packed, transposeB: false, leadingB: columns, y,
            leadingC: columns, m: rows, n: columns, k: inner, scale: 1, keep: keep ? 1 : 0)
        if let bias, !keep { addRow(y, bias, rows: rows, columns: columns) }
    }
}
