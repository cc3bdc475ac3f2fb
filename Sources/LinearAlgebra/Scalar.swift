/// A floating-point type that models compute in: `Float` in runs, `Double` in the tests that
/// compare derivatives with float64 references.
///
/// The requirements are the loops of this room over raw memory. They live in concrete functions,
/// because a generic loop that isn't specialised was measured 400 times slower; other rooms call
/// the methods of `Slots`, which check bounds once before the loop.
public protocol Scalar:
    BinaryFloatingPoint, Sendable, ActivationLoops, LossLoops, OptimizerLoops, YogiLoops,
    ConvolutionLoops,
    PoolLoops, GroupNormLoops, RecurrentLoops, SmallProductLoops, TransposedProductLoops,
    ParameterRateLoops, TangentLoops, HypergradientLoops, ImplicitDifferentiationLoops, TowerLoops,
    SelfAdaptiveRateLoops, VectorProductLoops, CorrectionLoops
{
    /// The sum of x[i] y[i], in double precision over fixed lanes.
    static func dot(_ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ n: Int) -> Double
    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨x, z⟩ in one pass.
    static func dots(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ z: UnsafePointer<Self>, _ n: Int
    ) -> (Double, Double, Double)
    /// y ← keep y + scale x.
    static func combine(
        _ y: UnsafeMutablePointer<Self>, keep: Self, _ x: UnsafePointer<Self>, scale: Self,
        _ n: Int)
    /// Sets each number.
    static func fill(_ x: UnsafeMutablePointer<Self>, with value: Self, _ n: Int)
    /// out ← scale x.
    static func scale(
        _ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, by scale: Self, _ n: Int)
    /// y ← y + scale x.
    static func add(
        _ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, scale: Self, _ n: Int)
    /// out ← x − y; returns ‖out‖².
    static func difference(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
        _ n: Int
    ) -> Double
    /// Adds a row to each row of a matrix.
    static func addRow(
        _ m: UnsafeMutablePointer<Self>, _ row: UnsafePointer<Self>, rows: Int, columns: Int)
    /// out ← the sums of a matrix's columns.
    static func columnSums(
        _ m: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
    /// y ← x wᵀ + bias for few columns; false where another way is better. See the kernel.
    static func narrowAffine(
        _ x: UnsafePointer<Self>, _ w: UnsafePointer<Self>, _ bias: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, inner: Int
    ) -> Bool
    /// g ← dᵀ x for few columns of d; false where another way is better. See the kernel.
    static func narrowOuterSum(
        _ d: UnsafePointer<Self>, _ x: UnsafePointer<Self>, _ g: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, inner: Int
    ) -> Bool
    /// c ← scale a b + keep c, row-major, either factor transposed.
    static func multiply(
        _ a: UnsafePointer<Self>, transposeA: Bool, leadingA: Int, _ b: UnsafePointer<Self>,
        transposeB: Bool, leadingB: Int, _ c: UnsafeMutablePointer<Self>, leadingC: Int,
        m: Int, n: Int, k: Int, scale: Self, keep: Self)
}
