import CKernels

/// The sizes of a group normalization: images stored (pixels, channels), groups of neighbouring
/// channels.
public struct GroupNormShape: Equatable, Sendable {
    /// How many positions an image has.
    public let pixels: Int
    /// How many numbers each position has.
    public let channels: Int
    /// Into how many groups the channels are divided.
    public let groups: Int
    /// Whether a ReLU follows, in the same pass over the numbers.
    public let rectifies: Bool

    /// A group normalization; the groups are of one size.
    public init(pixels: Int, channels: Int, groups: Int, rectifies: Bool = false) {
        (self.pixels, self.channels, self.groups) = (pixels, channels, groups)
        self.rectifies = rectifies
        precondition(pixels >= 1 && groups >= 1 && channels % groups == 0, "\(self)")
    }

    /// How many numbers a sample has.
    public var inputs: Int { pixels * channels }
    /// Numbers per sample that the derivatives need of the normalization, and their tangents of its
    /// tangent.
    public var moments: Int { 2 * groups }
    /// Numbers of scratch that each operation needs, whatever the batch.
    public var workspace: Int { hyperfed_group_norm_workspace(c) }

    var c: hyperfed_group_norm_shape {
        hyperfed_group_norm_shape(
            pixels: pixels, channels: channels, groups: groups, rectifies: rectifies)
    }
}

extension VectorBlock {
    /// Places of the group normalization's parameters, and of what has their size.
    public struct ScaleAndShift: Sendable {
        let scale: Vector
        let shift: Vector

        /// Takes the first half of a vector as scales and the second half as shifts.
        public init(_ both: Vector) {
            let channels = both.count / 2
            (scale, shift) = (both.part(0, count: channels), both.part(channels, count: channels))
        }
    }

    /// y ← scale z + shift + added: z is x with mean 0 and variance 1 (eps 1e-5) in each sample's
    /// groups. If the shape rectifies, negative numbers of y become 0.
    ///
    /// x, y and `added` are (batch, shape.inputs), moments has batch x shape.moments numbers. Nil
    /// for `added` means zeros.
    public mutating func groupNorm(
        _ shape: GroupNormShape, _ x: Matrix, _ parameters: ScaleAndShift, adding added: Matrix?,
        into y: Matrix, moments: Vector, workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, added)
        check(shape, x.rows, y)
        check(shape, parameters)
        check(shape, x.rows, moments: moments, workspace: workspace)
        hyperfed_group_norm(
            S.isDouble, shape.c, at(x.vector), at(parameters.scale), at(parameters.shift),
            added.map { at($0.vector) }, at(y.vector), at(moments), x.rows, at(workspace))
    }

    /// gradient and, where wanted, dx and dadded ← the derivatives, from x, dy, and the y and
    /// moments of `groupNorm`.
    public mutating func groupNormGradient(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, _ parameters: ScaleAndShift,
        y: Matrix, _ dy: Matrix, into gradient: ScaleAndShift, dx: Matrix?, dadded: Matrix?,
        workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, y)
        check(shape, x.rows, dy)
        check(shape, x.rows, dx)
        check(shape, x.rows, dadded)
        check(shape, parameters)
        check(shape, gradient)
        check(shape, x.rows, moments: moments, workspace: workspace)
        hyperfed_group_norm_gradient(
            S.isDouble, shape.c, at(x.vector), at(moments), at(parameters.scale), at(y.vector),
            at(dy.vector), at(gradient.scale), at(gradient.shift), dx.map { at($0.vector) },
            dadded.map { at($0.vector) }, x.rows, at(workspace))
    }

    /// yTangent ← the tangent of `groupNorm`'s y. There x moves along `xTangent`, `added` along
    /// `addedTangent` and the parameters along `direction`; nil means no move. `moved` has the size
    /// of the moments.
    public mutating func groupNormTangent(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, _ parameters: ScaleAndShift,
        y: Matrix, xTangent: Matrix?, direction: ScaleAndShift, addedTangent: Matrix?,
        into yTangent: Matrix, moved: Vector, workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, y)
        check(shape, x.rows, yTangent)
        check(shape, x.rows, xTangent)
        check(shape, x.rows, addedTangent)
        check(shape, parameters)
        check(shape, direction)
        check(shape, x.rows, moments: moments, workspace: workspace)
        check(shape, x.rows, moments: moved, workspace: workspace)
        hyperfed_group_norm_tangent(
            S.isDouble, shape.c, at(x.vector), at(moments), at(parameters.scale), at(y.vector),
            xTangent.map { at($0.vector) }, at(direction.scale), at(direction.shift),
            addedTangent.map { at($0.vector) }, at(yTangent.vector), at(moved), x.rows,
            at(workspace))
    }

    /// gradientTangent and, where wanted, dxTangent and daddedTangent ← the tangents of what
    /// `groupNormGradient` wrote. There dy moves along `dyTangent`, and all else as in
    /// `groupNormTangent`, which left `moved`.
    public mutating func groupNormGradientTangent(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, moved: Vector,
        _ parameters: ScaleAndShift, y: Matrix, xTangent: Matrix?, direction: ScaleAndShift,
        _ dy: Matrix, dyTangent: Matrix, into gradientTangent: ScaleAndShift, dxTangent: Matrix?,
        daddedTangent: Matrix?, workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, y)
        check(shape, x.rows, dy)
        check(shape, x.rows, dyTangent)
        check(shape, x.rows, xTangent)
        check(shape, x.rows, dxTangent)
        check(shape, x.rows, daddedTangent)
        check(shape, parameters)
        check(shape, direction)
        check(shape, gradientTangent)
        check(shape, x.rows, moments: moments, workspace: workspace)
        check(shape, x.rows, moments: moved, workspace: workspace)
        hyperfed_group_norm_gradient_tangent(
            S.isDouble, shape.c, at(x.vector), at(moments), at(moved), at(parameters.scale),
            at(y.vector), xTangent.map { at($0.vector) }, at(direction.scale), at(dy.vector),
            at(dyTangent.vector), at(gradientTangent.scale), at(gradientTangent.shift),
            dxTangent.map { at($0.vector) }, daddedTangent.map { at($0.vector) }, x.rows,
            at(workspace))
    }

    // One at a time: arrays of them would be allocated in each step.
    private func check(_ shape: GroupNormShape, _ batch: Int, _ image: Matrix?) {
        guard let image else { return }
        precondition(
            image.rows == batch && image.columns == shape.inputs,
            "(\(image.rows), \(image.columns)), not (\(batch), \(shape.inputs))")
    }

    private func check(_ shape: GroupNormShape, _ parameters: ScaleAndShift) {
        precondition(
            parameters.scale.count == shape.channels && parameters.shift.count == shape.channels,
            "\(parameters.scale.count) and \(parameters.shift.count) numbers for"
                + " \(shape.channels) channels")
    }

    private func check(
        _ shape: GroupNormShape, _ batch: Int, moments: Vector, workspace: Vector
    ) {
        precondition(
            moments.count >= batch * shape.moments && workspace.count >= shape.workspace,
            "\(moments.count) moments and \(workspace.count) numbers of scratch")
    }
}
