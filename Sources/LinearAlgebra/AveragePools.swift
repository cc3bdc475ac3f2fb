import CKernels

/// The sizes of average pooling over windows that touch and do not overlap, channel by channel, of
/// images stored (height, width, channels). Rows and columns that fill no window are left out.
public struct AveragePoolShape: Equatable, Sendable {
    /// Height, width and channels of the input image.
    public let height: Int, width: Int, channels: Int
    /// Height and width of a window.
    public let rows: Int, columns: Int

    /// Makes the sizes of a pooling; a window is not larger than the image.
    public init(height: Int, width: Int, channels: Int, rows: Int, columns: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
        (self.rows, self.columns) = (rows, columns)
        precondition(
            min(channels, rows, columns) >= 1 && height >= rows && width >= columns, "\(self)")
    }

    /// How many numbers a sample has.
    public var inputs: Int { height * width * channels }
    /// How many numbers a sample's output has.
    public var outputs: Int { (height / rows) * (width / columns) * channels }
}

extension VectorBlock {
    /// Computes y ← the mean of each window of x. The function is linear, so it is its own tangent.
    ///
    /// x is (batch, shape.inputs), y is (batch, shape.outputs).
    public mutating func averagePool(_ shape: AveragePoolShape, _ x: Matrix, into y: Matrix) {
        check(shape, x, y)
        hyperfed_average_pool(
            S.isDouble, at(x.vector), at(y.vector), x.rows, shape.height, shape.width,
            shape.channels, shape.rows, shape.columns)
    }

    /// Computes dx ← each window's part of dy, dy / (rows x columns), and 0 where there is no
    /// window.
    public mutating func averageUnpool(_ shape: AveragePoolShape, _ dy: Matrix, into dx: Matrix) {
        check(shape, dx, dy)
        hyperfed_average_unpool(
            S.isDouble, at(dy.vector), at(dx.vector), dx.rows, shape.height, shape.width,
            shape.channels, shape.rows, shape.columns)
    }

    private func check(_ shape: AveragePoolShape, _ x: Matrix, _ y: Matrix) {
        precondition(
            x.columns == shape.inputs && y.columns == shape.outputs && x.rows == y.rows,
            "(\(x.rows), \(x.columns)) into (\(y.rows), \(y.columns)): \(shape)")
    }
}
