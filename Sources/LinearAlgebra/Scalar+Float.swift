import CBLAS
import CKernels

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: Scalar {
    public static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ n: Int) -> Double
    {
        hyperfed_dot_f(x, y, n)
    }

    public static func dots(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ z: UnsafePointer<Float>, _ n: Int
    ) -> (Double, Double, Double) {
        var products = (0.0, 0.0, 0.0)
        withUnsafeMutablePointer(to: &products) { products in
            products.withMemoryRebound(to: Double.self, capacity: 3) {
                hyperfed_dots_f(x, y, z, n, $0)
            }
        }
        return products
    }

    public static func combine(
        _ y: UnsafeMutablePointer<Float>, keep: Float, _ x: UnsafePointer<Float>, scale: Float,
        _ n: Int
    ) {
        hyperfed_combine_f(y, keep, x, scale, n)
    }

    public static func fill(_ x: UnsafeMutablePointer<Float>, with value: Float, _ n: Int) {
        x.update(repeating: value, count: n)
    }

    public static func scale(
        _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, by scale: Float, _ n: Int
    ) {
        hyperfed_scale_f(x, out, scale, n)
    }

    public static func add(
        _ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, scale: Float, _ n: Int
    ) {
        hyperfed_add_f(y, x, scale, n)
    }

    public static func difference(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
        _ n: Int
    ) -> Double {
        hyperfed_difference_f(x, y, out, n)
    }

    public static func addRow(
        _ m: UnsafeMutablePointer<Float>, _ row: UnsafePointer<Float>, rows: Int, columns: Int
    ) {
        hyperfed_add_row_f(m, row, rows, columns)
    }

    public static func columnSums(
        _ m: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        hyperfed_column_sums_f(m, out, rows, columns)
    }

    public static func narrowAffine(
        _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, rows: Int, columns: Int, inner: Int
    ) -> Bool {
        hyperfed_narrow_affine(x, w, bias, y, rows, columns, inner) != 0
    }

    public static func narrowOuterSum(
        _ d: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool {
        hyperfed_narrow_outer_sum(d, x, g, rows, columns, inner) != 0
    }

    public static func multiply(
        _ a: UnsafePointer<Float>, transposeA: Bool, leadingA: Int, _ b: UnsafePointer<Float>,
        transposeB: Bool, leadingB: Int, _ c: UnsafeMutablePointer<Float>, leadingC: Int,
        m: Int, n: Int, k: Int, scale: Float, keep: Float
    ) {
        cblas_sgemm(
            CInt(HYPERFED_ROW_MAJOR),
            CInt(transposeA ? HYPERFED_TRANSPOSE : HYPERFED_NO_TRANSPOSE),
            CInt(transposeB ? HYPERFED_TRANSPOSE : HYPERFED_NO_TRANSPOSE), CInt(m), CInt(n),
            CInt(k), scale, a, CInt(leadingA), b, CInt(leadingB), keep, c, CInt(leadingC))
    }
}
