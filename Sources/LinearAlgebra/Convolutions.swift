import CKernels

/// The sizes of a convolution over images stored (height, width, channels). A last window that
/// would stand out of the image with its zeros is left out.
public struct ConvolutionShape: Equatable, Sendable {
    /// Height, width and channels of the input image.
    public let height: Int, width: Int, channels: Int
    /// How many channels the output has.
    public let filters: Int
    /// Height and width of a filter.
    public let kernel: Int
    /// Rows (and columns) of zeros before the input, and after it.
    public let before: Int, after: Int
    /// How many rows (and columns) are between the windows of neighbouring outputs.
    public let stride: Int

    /// A convolution; the kernel fits into the image with its border.
    public init(
        height: Int, width: Int, channels: Int, filters: Int, kernel: Int, before: Int, after: Int,
        stride: Int = 1
    ) {
        (self.height, self.width, self.channels) = (height, width, channels)
        (self.filters, self.kernel, self.before, self.after) = (filters, kernel, before, after)
        self.stride = stride
        precondition(
            min(height, width, channels, filters, kernel, stride) >= 1 && before >= 0
                && after >= 0 && min(height, width) + before + after >= kernel, "\(self)")
    }

    /// Height of the output.
    public var outputHeight: Int { (height + before + after - kernel) / stride + 1 }
    /// Width of the output.
    public var outputWidth: Int { (width + before + after - kernel) / stride + 1 }
    /// How many numbers a sample has.
    public var inputs: Int { height * width * channels }
    /// How many numbers a sample's output has.
    public var outputs: Int { outputHeight * outputWidth * filters }
    /// Numbers in all filters, stored (filters, kernel, kernel, channels).
    public var weights: Int { filters * kernel * kernel * channels }
    /// Numbers of scratch that each of the products needs, whatever the batch.
    public var workspace: Int { hyperfed_convolution_workspace(c) }

    var c: hyperfed_convolution {
        hyperfed_convolution(
            height: height, width: width, channels: channels, filters: filters, kernel: kernel,
            above: before, below: after, stride: stride)
    }
}

extension VectorBlock {
    /// y ← x * k + bias, the cross-correlation of each sample with each filter; with `keep`, y ← y
    /// + x * k, without the bias.
    ///
    /// x is (batch, shape.inputs), k has shape.weights numbers, bias shape.filters or is nil for
    /// zeros, y is (batch, shape.outputs). A sample's y does not depend on the others, to the bit.
    public mutating func convolve(
        _ shape: ConvolutionShape, _ x: Matrix, _ k: Vector, bias: Vector? = nil, into y: Matrix,
        keep: Bool = false, workspace: Vector
    ) {
        check(shape, x, k, y, workspace)
        precondition((bias?.count ?? shape.filters) == shape.filters, "one bias per filter")
        hyperfed_convolve(
            S.isDouble, shape.c, at(x.vector), at(k), bias.map { at($0) }, at(y.vector), x.rows,
            keep, at(workspace))
    }

    /// dk ← the derivative in k of Σ dy (x * k); with `keep`, added to dk. Much faster where most
    /// of dy is 0, as it is below max-pooling.
    public mutating func convolveKernelGradient(
        _ shape: ConvolutionShape, _ x: Matrix, _ dy: Matrix, into dk: Vector, keep: Bool = false,
        workspace: Vector
    ) {
        check(shape, x, dk, dy, workspace)
        hyperfed_convolve_kernel_gradient(
            S.isDouble, shape.c, at(x.vector), at(dy.vector), at(dk), x.rows, keep, at(workspace))
    }

    /// dx ← the derivative in x of Σ dy (x * k); with `keep`, added to dx. Much faster where most
    /// of dy is 0.
    public mutating func convolveInputGradient(
        _ shape: ConvolutionShape, _ dy: Matrix, _ k: Vector, into dx: Matrix, keep: Bool = false,
        workspace: Vector
    ) {
        check(shape, dx, k, dy, workspace)
        hyperfed_convolve_input_gradient(
            S.isDouble, shape.c, at(dy.vector), at(k), at(dx.vector), dx.rows, keep, at(workspace))
    }

    private func check(
        _ shape: ConvolutionShape, _ x: Matrix, _ k: Vector, _ y: Matrix, _ workspace: Vector
    ) {
        precondition(
            x.columns == shape.inputs && y.columns == shape.outputs && x.rows == y.rows
                && k.count == shape.weights && workspace.count >= shape.workspace,
            """
            (\(x.rows), \(x.columns)) with \(k.count) weights and \(workspace.count) of scratch \
            into (\(y.rows), \(y.columns)): \(shape)
            """)
    }
}
