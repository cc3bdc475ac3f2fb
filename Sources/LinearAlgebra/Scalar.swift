/// The type of the numbers of a model: `Float` in runs, `Double` in the tests that compare
/// derivatives with float64 references.
///
/// The loops over vectors are kernels in C, each for both types: a generic loop in Swift that isn't
/// specialised was measured 400 times slower. A kernel reads the type from its first argument,
/// `isDouble`. Its scalar arguments are doubles and are rounded to the type of the numbers. So each
/// operation of `VectorBlock` is written once, and only this file and `CKernels` treat the types
/// differently.
public protocol Scalar: BinaryFloatingPoint, Sendable {
    /// Whether this type is `Double`: the kernels then read and write 8 bytes for a number, else 4.
    static var isDouble: Bool { get }
    /// This number in double precision, without an error.
    var inDouble: Double { get }
}

extension Float: Scalar {
    /// False: kernels work in single precision.
    public static var isDouble: Bool { false }
    /// This number in double precision, without an error.
    public var inDouble: Double { Double(self) }
}

extension Double: Scalar {
    /// True: kernels work in double precision.
    public static var isDouble: Bool { true }
    /// This number itself, since it is a double.
    public var inDouble: Double { self }
}

/// Runs a kernel that writes three sums and returns them; a sum that it leaves alone is 0.
func threeSums(_ kernel: (UnsafeMutablePointer<Double>) -> Void) -> (Double, Double, Double) {
    var sums = (0.0, 0.0, 0.0)
    withUnsafeMutableBytes(of: &sums) {
        if let sums = $0.bindMemory(to: Double.self).baseAddress { kernel(sums) }
    }
    return sums
}
