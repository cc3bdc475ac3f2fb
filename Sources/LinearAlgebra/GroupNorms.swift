import CKernels

/// The sizes of a group normalization: images stored (pixels, channels), groups of neighbouring
/// channels.
public struct GroupNormShape: Equatable, Sendable {
    /// Positions of an image.
    public let pixels: Int
    /// Numbers per position.
    public let channels: Int
    /// Into how many groups the channels are divided.
    public let groups: Int

    /// A group normalization; the groups are of one size.
    public init(pixels: Int, channels: Int, groups: Int) {
        (self.pixels, self.channels, self.groups) = (pixels, channels, groups)
        precondition(pixels >= 1 && groups >= 1 && channels % groups == 0, "\(self)")
    }

    /// Numbers in a sample.
    public var inputs: Int { pixels * channels }
    /// Numbers per sample that the derivatives need of the normalization, and their tangents of its
    /// tangent.
    public var moments: Int { 2 * groups }
    /// Numbers of scratch that each operation needs, whatever the batch.
    public var workspace: Int { hyperfed_group_norm_workspace(c) }

    var c: hyperfed_group_norm {
        hyperfed_group_norm(pixels: pixels, channels: channels, groups: groups)
    }
}

/// The loops of group normalization over raw memory. See the header of the kernels.
public protocol GroupNormLoops {
    /// y ← scale z + shift, with z of mean 0 and variance 1 in each group.
    static func groupNorm(
        _ shape: GroupNormShape, _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>,
        shift: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
        moments: UnsafeMutablePointer<Self>, batch: Int, _ workspace: UnsafeMutablePointer<Self>)
    /// The derivatives in scale, shift and x.
    static func groupNormGradient(
        _ shape: GroupNormShape, _ x: UnsafePointer<Self>, moments: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, dScale: UnsafeMutablePointer<Self>,
        dShift: UnsafeMutablePointer<Self>, dx: UnsafeMutablePointer<Self>?, batch: Int,
        _ workspace: UnsafeMutablePointer<Self>)
    /// The tangent of y.
    static func groupNormTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Self>, moments: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, xTangent: UnsafePointer<Self>?,
        scaleTangent: UnsafePointer<Self>, shiftTangent: UnsafePointer<Self>,
        _ yTangent: UnsafeMutablePointer<Self>, moved: UnsafeMutablePointer<Self>, batch: Int,
        _ workspace: UnsafeMutablePointer<Self>)
    /// The tangents of the derivatives.
    static func groupNormGradientTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Self>, moments: UnsafePointer<Self>,
        moved: UnsafePointer<Self>, scale: UnsafePointer<Self>, xTangent: UnsafePointer<Self>?,
        scaleTangent: UnsafePointer<Self>, _ dy: UnsafePointer<Self>,
        dyTangent: UnsafePointer<Self>, dScaleTangent: UnsafeMutablePointer<Self>,
        dShiftTangent: UnsafeMutablePointer<Self>, dxTangent: UnsafeMutablePointer<Self>?,
        batch: Int, _ workspace: UnsafeMutablePointer<Self>)
}

extension Slots {
    /// Places of the group normalization's parameters, and of what has their size.
    public struct ScaleAndShift: Sendable {
        let scale: Vector
        let shift: Vector

        /// The two halves of a vector.
        public init(_ both: Vector) {
            let channels = both.count / 2
            (scale, shift) = (both.part(0, count: channels), both.part(channels, count: channels))
        }
    }

    /// y ← scale z + shift: z is x with mean 0 and variance 1 (eps 1e-5) in each sample's groups.
    ///
    /// x and y are (batch, shape.inputs), moments has batch x shape.moments numbers.
    public mutating func groupNorm(
        _ shape: GroupNormShape, _ x: Matrix, _ parameters: ScaleAndShift, into y: Matrix,
        moments: Vector, workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, y)
        check(shape, parameters)
        check(shape, x.rows, moments: moments, workspace: workspace)
        S.groupNorm(
            shape, at(x.vector), scale: at(parameters.scale), shift: at(parameters.shift),
            at(y.vector), moments: at(moments), batch: x.rows, at(workspace))
    }

    /// gradient and, where wanted, dx ← the derivatives, from x, dy and the moments of `groupNorm`.
    public mutating func groupNormGradient(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, _ parameters: ScaleAndShift,
        _ dy: Matrix, into gradient: ScaleAndShift, dx: Matrix?, workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, dy)
        check(shape, x.rows, dx)
        check(shape, parameters)
        check(shape, gradient)
        check(shape, x.rows, moments: moments, workspace: workspace)
        S.groupNormGradient(
            shape, at(x.vector), moments: at(moments), scale: at(parameters.scale), at(dy.vector),
            dScale: at(gradient.scale), dShift: at(gradient.shift), dx: dx.map { at($0.vector) },
            batch: x.rows, at(workspace))
    }

    /// yTangent ← the tangent of `groupNorm`'s y where x moves along `xTangent` (nil: it doesn't) and
    /// the parameters along `direction`. `moved` has the size of the moments.
    public mutating func groupNormTangent(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, _ parameters: ScaleAndShift,
        xTangent: Matrix?, direction: ScaleAndShift, into yTangent: Matrix, moved: Vector,
        workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, yTangent)
        check(shape, x.rows, xTangent)
        check(shape, parameters)
        check(shape, direction)
        check(shape, x.rows, moments: moments, workspace: workspace)
        check(shape, x.rows, moments: moved, workspace: workspace)
        S.groupNormTangent(
            shape, at(x.vector), moments: at(moments), scale: at(parameters.scale),
            xTangent: xTangent.map { at($0.vector) }, scaleTangent: at(direction.scale),
            shiftTangent: at(direction.shift), at(yTangent.vector), moved: at(moved), batch: x.rows,
            at(workspace))
    }

    /// gradientTangent and, where wanted, dxTangent ← the tangents of what `groupNormGradient` wrote,
    /// where dy moves along `dyTangent` and all else as in `groupNormTangent`, which left `moved`.
    public mutating func groupNormGradientTangent(
        _ shape: GroupNormShape, _ x: Matrix, moments: Vector, moved: Vector,
        _ parameters: ScaleAndShift, xTangent: Matrix?, direction: ScaleAndShift, _ dy: Matrix,
        dyTangent: Matrix, into gradientTangent: ScaleAndShift, dxTangent: Matrix?,
        workspace: Vector
    ) {
        check(shape, x.rows, x)
        check(shape, x.rows, dy)
        check(shape, x.rows, dyTangent)
        check(shape, x.rows, xTangent)
        check(shape, x.rows, dxTangent)
        check(shape, parameters)
        check(shape, direction)
        check(shape, gradientTangent)
        check(shape, x.rows, moments: moments, workspace: workspace)
        check(shape, x.rows, moments: moved, workspace: workspace)
        S.groupNormGradientTangent(
            shape, at(x.vector), moments: at(moments), moved: at(moved),
            scale: at(parameters.scale), xTangent: xTangent.map { at($0.vector) },
            scaleTangent: at(direction.scale), at(dy.vector), dyTangent: at(dyTangent.vector),
            dScaleTangent: at(gradientTangent.scale), dShiftTangent: at(gradientTangent.shift),
            dxTangent: dxTangent.map { at($0.vector) }, batch: x.rows, at(workspace))
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

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: GroupNormLoops {
    public static func groupNorm(
        _ shape: GroupNormShape, _ x: UnsafePointer<Float>, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        moments: UnsafeMutablePointer<Float>, batch: Int, _ workspace: UnsafeMutablePointer<Float>
    ) {
        hyperfed_group_norm_f(shape.c, x, scale, shift, y, moments, batch, workspace)
    }

    public static func groupNormGradient(
        _ shape: GroupNormShape, _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>,
        scale: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
        dScale: UnsafeMutablePointer<Float>, dShift: UnsafeMutablePointer<Float>,
        dx: UnsafeMutablePointer<Float>?, batch: Int, _ workspace: UnsafeMutablePointer<Float>
    ) {
        hyperfed_group_norm_gradient_f(
            shape.c, x, moments, scale, dy, dScale, dShift, dx, batch, workspace)
    }

    public static func groupNormTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>,
        scale: UnsafePointer<Float>, xTangent: UnsafePointer<Float>?,
        scaleTangent: UnsafePointer<Float>, shiftTangent: UnsafePointer<Float>,
        _ yTangent: UnsafeMutablePointer<Float>, moved: UnsafeMutablePointer<Float>, batch: Int,
        _ workspace: UnsafeMutablePointer<Float>
    ) {
        hyperfed_group_norm_tangent_f(
            shape.c, x, moments, scale, xTangent, scaleTangent, shiftTangent, yTangent, moved,
            batch,
            workspace)
    }

    public static func groupNormGradientTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>,
        moved: UnsafePointer<Float>, scale: UnsafePointer<Float>,
        xTangent: UnsafePointer<Float>?, scaleTangent: UnsafePointer<Float>,
        _ dy: UnsafePointer<Float>, dyTangent: UnsafePointer<Float>,
        dScaleTangent: UnsafeMutablePointer<Float>, dShiftTangent: UnsafeMutablePointer<Float>,
        dxTangent: UnsafeMutablePointer<Float>?, batch: Int,
        _ workspace: UnsafeMutablePointer<Float>
    ) {
        hyperfed_group_norm_gradient_tangent_f(
            shape.c, x, moments, moved, scale, xTangent, scaleTangent, dy, dyTangent, dScaleTangent,
            dShiftTangent, dxTangent, batch, workspace)
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: GroupNormLoops {
    public static func groupNorm(
        _ shape: GroupNormShape, _ x: UnsafePointer<Double>, scale: UnsafePointer<Double>,
        shift: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        moments: UnsafeMutablePointer<Double>, batch: Int, _ workspace: UnsafeMutablePointer<Double>
    ) {
        hyperfed_group_norm_d(shape.c, x, scale, shift, y, moments, batch, workspace)
    }

    public static func groupNormGradient(
        _ shape: GroupNormShape, _ x: UnsafePointer<Double>, moments: UnsafePointer<Double>,
        scale: UnsafePointer<Double>, _ dy: UnsafePointer<Double>,
        dScale: UnsafeMutablePointer<Double>, dShift: UnsafeMutablePointer<Double>,
        dx: UnsafeMutablePointer<Double>?, batch: Int, _ workspace: UnsafeMutablePointer<Double>
    ) {
        hyperfed_group_norm_gradient_d(
            shape.c, x, moments, scale, dy, dScale, dShift, dx, batch, workspace)
    }

    public static func groupNormTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Double>, moments: UnsafePointer<Double>,
        scale: UnsafePointer<Double>, xTangent: UnsafePointer<Double>?,
        scaleTangent: UnsafePointer<Double>, shiftTangent: UnsafePointer<Double>,
        _ yTangent: UnsafeMutablePointer<Double>, moved: UnsafeMutablePointer<Double>, batch: Int,
        _ workspace: UnsafeMutablePointer<Double>
    ) {
        hyperfed_group_norm_tangent_d(
            shape.c, x, moments, scale, xTangent, scaleTangent, shiftTangent, yTangent, moved,
            batch,
            workspace)
    }

    public static func groupNormGradientTangent(
        _ shape: GroupNormShape, _ x: UnsafePointer<Double>, moments: UnsafePointer<Double>,
        moved: UnsafePointer<Double>, scale: UnsafePointer<Double>,
        xTangent: UnsafePointer<Double>?, scaleTangent: UnsafePointer<Double>,
        _ dy: UnsafePointer<Double>, dyTangent: UnsafePointer<Double>,
        dScaleTangent: UnsafeMutablePointer<Double>, dShiftTangent: UnsafeMutablePointer<Double>,
        dxTangent: UnsafeMutablePointer<Double>?, batch: Int,
        _ workspace: UnsafeMutablePointer<Double>
    ) {
        hyperfed_group_norm_gradient_tangent_d(
            shape.c, x, moments, moved, scale, xTangent, scaleTangent, dy, dyTangent, dScaleTangent,
            dShiftTangent, dxTangent, batch, workspace)
    }
}
