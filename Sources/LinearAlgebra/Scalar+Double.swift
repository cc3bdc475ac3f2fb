import CBLAS
import CKernels

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: Scalar {
    public static func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ n: Int)
        -> Double
    {
        hyperfed_dot_d(x, y, n)
    }

    public static func dots(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ z: UnsafePointer<Double>, _ n: Int
    ) -> (Double, Double, Double) {
        var products = (0.0, 0.0, 0.0)
        withUnsafeMutablePointer(to: &products) { products in
            products.withMemoryRebound(to: Double.self, capacity: 3) {
                hyperfed_dots_d(x, y, z, n, $0)
            }
        }
        return products
    }

    public static func combine(
        _ y: UnsafeMutablePointer<Double>, keep: Double, _ x: UnsafePointer<Double>, scale: Double,
        _ n: Int
    ) {
        hyperfed_combine_d(y, keep, x, scale, n)
    }

    public static func fill(_ x: UnsafeMutablePointer<Double>, with value: Double, _ n: Int) {
        x.update(repeating: value, count: n)
    }

    public static func scale(
        _ x: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, by scale: Double, _ n: Int
    ) {
        hyperfed_scale_d(x, out, scale, n)
    }

    public static func add(
        _ y: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, scale: Double, _ n: Int
    ) {
        hyperfed_add_d(y, x, scale, n)
    }

    public static func difference(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>,
        _ n: Int
    ) -> Double {
        hyperfed_difference_d(x, y, out, n)
    }

    public static func addRow(
        _ m: UnsafeMutablePointer<Double>, _ row: UnsafePointer<Double>, rows: Int, columns: Int
    ) {
        hyperfed_add_row_d(m, row, rows, columns)
    }

    public static func columnSums(
        _ m: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) {
        hyperfed_column_sums_d(m, out, rows, columns)
    }

    public static func narrowAffine(
        _ x: UnsafePointer<Double>, _ w: UnsafePointer<Double>, _ bias: UnsafePointer<Double>,
        _ y: UnsafeMutablePointer<Double>, rows: Int, columns: Int, inner: Int
    ) -> Bool {
        false
    }

    public static func narrowOuterSum(
        _ d: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool {
        false
    }

    public static func multiply(
        _ a: UnsafePointer<Double>, transposeA: Bool, leadingA: Int, _ b: UnsafePointer<Double>,
        transposeB: Bool, leadingB: Int, _ c: UnsafeMutablePointer<Double>, leadingC: Int,
        m: Int, n: Int, k: Int, scale: Double, keep: Double
    ) {
        cblas_dgemm(
            CInt(HYPERFED_ROW_MAJOR),
            CInt(transposeA ? HYPERFED_TRANSPOSE : HYPERFED_NO_TRANSPOSE),
            CInt(transposeB ? HYPERFED_TRANSPOSE : HYPERFED_NO_TRANSPOSE), CInt(m), CInt(n),
            CInt(k), scale, a, CInt(leadingA), b, CInt(leadingB), keep, c, CInt(leadingC))
    }
}
