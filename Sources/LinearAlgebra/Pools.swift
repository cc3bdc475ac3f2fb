import CKernels

/// The sizes of max-pooling over windows that touch and do not overlap, channel by channel, of
/// images stored (height, width, channels). Rows and columns that fill no window are left out.
public struct PoolShape: Equatable, Sendable {
    /// Of the input.
    public let height: Int, width: Int, channels: Int
    /// Height and width of a window.
    public let size: Int

    /// A pooling.
    public init(height: Int, width: Int, channels: Int, size: Int) {
        (self.height, self.width, self.channels, self.size) = (height, width, channels, size)
        precondition(channels >= 1 && size >= 1 && min(height, width) >= size, "\(self)")
    }

    /// Numbers in a sample.
    public var inputs: Int { height * width * channels }
    /// Numbers in a sample's output.
    public var outputs: Int { (height / size) * (width / size) * channels }
}

/// The loops of max-pooling over raw memory.
public protocol PoolLoops {
    /// y ← the largest number of each window; which ← its place in the window.
    static func maxPool(
        _ shape: PoolShape, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
        _ which: UnsafeMutablePointer<Self>, batch: Int)
    /// y ← the numbers of x at those places.
    static func pool(
        _ shape: PoolShape, _ x: UnsafePointer<Self>, at which: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>, batch: Int)
    /// dx ← dy at those places, 0 elsewhere.
    static func unpool(
        _ shape: PoolShape, _ dy: UnsafePointer<Self>, at which: UnsafePointer<Self>,
        _ dx: UnsafeMutablePointer<Self>, batch: Int)
}

extension Slots {
    /// y ← the largest number of each window of x, the first of equals (a NaN counts as the largest);
    /// which ← its place in the window, row by row from 0.
    ///
    /// x is (batch, shape.inputs), y is (batch, shape.outputs), which has as many numbers as y.
    public mutating func maxPool(_ shape: PoolShape, _ x: Matrix, into y: Matrix, which: Vector) {
        check(shape, x, y, which)
        S.maxPool(shape, at(x.vector), at(y.vector), at(which), batch: x.rows)
    }

    /// y ← the numbers of x at the places that `maxPool` chose: the tangent forward.
    public mutating func pool(_ shape: PoolShape, _ x: Matrix, at which: Vector, into y: Matrix) {
        check(shape, x, y, which)
        S.pool(shape, at(x.vector), at: at(which), at(y.vector), batch: x.rows)
    }

    /// dx ← dy at the places that `maxPool` chose, 0 elsewhere: the derivative backward.
    public mutating func unpool(_ shape: PoolShape, _ dy: Matrix, at which: Vector, into dx: Matrix)
    {
        check(shape, dx, dy, which)
        S.unpool(shape, at(dy.vector), at: at(which), at(dx.vector), batch: dx.rows)
    }

    private func check(_ shape: PoolShape, _ x: Matrix, _ y: Matrix, _ which: Vector) {
        precondition(
            x.columns == shape.inputs && y.columns == shape.outputs && x.rows == y.rows
                && which.count == y.vector.count,
            "(\(x.rows), \(x.columns)) into (\(y.rows), \(y.columns)), \(which.count): \(shape)")
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: PoolLoops {
    public static func maxPool(
        _ shape: PoolShape, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        _ which: UnsafeMutablePointer<Float>, batch: Int
    ) {
        hyperfed_max_pool_f(
            x, y, which, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }

    public static func pool(
        _ shape: PoolShape, _ x: UnsafePointer<Float>, at which: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, batch: Int
    ) {
        hyperfed_pool_at_f(
            x, which, y, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }

    public static func unpool(
        _ shape: PoolShape, _ dy: UnsafePointer<Float>, at which: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>, batch: Int
    ) {
        hyperfed_unpool_f(
            dy, which, dx, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: PoolLoops {
    public static func maxPool(
        _ shape: PoolShape, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        _ which: UnsafeMutablePointer<Double>, batch: Int
    ) {
        hyperfed_max_pool_d(
            x, y, which, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }

    public static func pool(
        _ shape: PoolShape, _ x: UnsafePointer<Double>, at which: UnsafePointer<Double>,
        _ y: UnsafeMutablePointer<Double>, batch: Int
    ) {
        hyperfed_pool_at_d(
            x, which, y, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }

    public static func unpool(
        _ shape: PoolShape, _ dy: UnsafePointer<Double>, at which: UnsafePointer<Double>,
        _ dx: UnsafeMutablePointer<Double>, batch: Int
    ) {
        hyperfed_unpool_d(
            dy, which, dx, batch, shape.height, shape.width, shape.channels,
            shape.size)
    }
}
