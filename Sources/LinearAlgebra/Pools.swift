import CKernels

/// The sizes of max-pooling over windows that touch and do not overlap, channel by channel, of
/// images stored (height, width, channels). Rows and columns that fill no window are left out.
public struct PoolShape: Equatable, Sendable {
    /// Height, width and channels of the input image.
    public let height: Int, width: Int, channels: Int
    /// Height and width of a window.
    public let size: Int

    /// Makes the sizes of a pooling; a window is not larger than the image.
    public init(height: Int, width: Int, channels: Int, size: Int) {
        (self.height, self.width, self.channels, self.size) = (height, width, channels, size)
        precondition(channels >= 1 && size >= 1 && min(height, width) >= size, "\(self)")
    }

    /// How many numbers a sample has.
    public var inputs: Int { height * width * channels }
    /// How many numbers a sample's output has.
    public var outputs: Int { (height / size) * (width / size) * channels }
}

extension VectorBlock {
    /// Computes y ← the largest number of each window of x, the first of equals; a NaN counts as
    /// the largest. Computes which ← its position in the window, row by row from 0.
    ///
    /// x is (batch, shape.inputs). y is (batch, shape.outputs), and `which` has as many numbers as
    /// y.
    public mutating func maxPool(_ shape: PoolShape, _ x: Matrix, into y: Matrix, which: Vector) {
        check(shape, x, y, which)
        hyperfed_max_pool(
            S.isDouble, at(x.vector), at(y.vector), at(which), x.rows, shape.height, shape.width,
            shape.channels, shape.size)
    }

    /// y ← the numbers of x at the places that `maxPool` chose: the tangent forward.
    public mutating func pool(_ shape: PoolShape, _ x: Matrix, at which: Vector, into y: Matrix) {
        check(shape, x, y, which)
        hyperfed_pool_at(
            S.isDouble, at(x.vector), at(which), at(y.vector), x.rows, shape.height, shape.width,
            shape.channels, shape.size)
    }

    /// dx ← dy at the places that `maxPool` chose, 0 elsewhere: the derivative backward.
    public mutating func unpool(_ shape: PoolShape, _ dy: Matrix, at which: Vector, into dx: Matrix)
    {
        check(shape, dx, dy, which)
        hyperfed_unpool(
            S.isDouble, at(dy.vector), at(which), at(dx.vector), dx.rows, shape.height,
            shape.width, shape.channels, shape.size)
    }

    private func check(_ shape: PoolShape, _ x: Matrix, _ y: Matrix, _ which: Vector) {
        precondition(
            x.columns == shape.inputs && y.columns == shape.outputs && x.rows == y.rows
                && which.count == y.vector.count,
            "(\(x.rows), \(x.columns)) into (\(y.rows), \(y.columns)), \(which.count): \(shape)")
    }
}
