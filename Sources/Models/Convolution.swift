import LinearAlgebra
import RandomStreams

/// y = x * K + b: at each position of the image, the products with each filter (cross-correlation
/// with the stride s).
///
/// - x is (height, width, channels); y is (output height, output width, filters).
/// - K is (filters, channels, kernel, kernel) as users see it; b is (filters), or left out.
///
///     y[o, p, f] = b[f] + Σ_{i, j, c} K[f, c, i, j] x[s o + i, s p + j, c],   zeros around x
///
/// Backward, with dy = ∂loss/∂y: dK from x and dy, db = the sums of dy over places and samples, dx
/// from dy and K. All three are linear in both factors, so that tangents are two products each.
///
/// K is stored (filters, kernel, kernel, channels): what a row of a filter meets in the image is
/// contiguous then.
struct Convolution: Layer {
    let shape: ConvolutionShape
    let initialization: Initialization
    var hasBias = true

    var inputs: Int { shape.inputs }
    var outputs: Int { shape.outputs }

    var parameters: [ParameterView] {
        let (kernel, channels) = (shape.kernel, shape.channels)
        let weight = ParameterView(
            name: "weight", shape: [shape.filters, channels, kernel, kernel],
            place: Vector(start: 0, count: shape.weights),
            axes: [
                .init(shape.filters, stride: kernel * kernel * channels),
                .init(channels, stride: 1), .init(kernel, stride: kernel * channels),
                .init(kernel, stride: channels),
            ])
        guard hasBias else { return [weight] }
        let bias = ParameterView(
            name: "bias", shape: [shape.filters],
            place: Vector(start: shape.weights, count: shape.filters))
        return [weight, bias]
    }

    func workspace(batch: Int) -> Int { shape.workspace }

    func initialize(_ weights: inout [Float], key: RandomKey) {
        let square = shape.kernel * shape.kernel
        initialization.draw(
            parameters[0], inputs: square * shape.channels, outputs: square * shape.filters,
            into: &weights, key: key)
    }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let (k, bias) = split(places.weights)
        slots.convolve(
            shape, places.input, k, bias: bias, into: places.output, workspace: places.workspace)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        backward(&slots, places, adds: false)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        backwardTangent(&slots, places, tangents, adds: false)
    }

    // Where the two paths of a residual block meet, the second derivative in x is added to the
    // first: in the sums of the convolution, so without a pass over either.

    /// Computes the gradients. If it `adds`, it adds the derivative in x to what is there.
    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces, adds: Bool) {
        let (dk, db) = split(places.gradient)
        let dy = places.outputGradient
        if places.wantsGradient {
            slots.convolveKernelGradient(
                shape, places.input, dy, into: dk, workspace: places.workspace)
            if let db { slots.columnSums(of: pixels(dy), into: db) }
        }
        if let dx = places.inputGradient {
            slots.convolveInputGradient(
                shape, dy, split(places.weights).k, into: dx, keep: adds,
                workspace: places.workspace)
        }
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let (direction, bias) = split(tangents.weights)
        slots.convolve(
            shape, places.input, direction, bias: bias, into: tangents.output,
            workspace: places.workspace)
        if let input = tangents.input {
            slots.convolve(
                shape, input, split(places.weights).k, into: tangents.output, keep: true,
                workspace: places.workspace)
        }
    }

    /// Computes the gradients' tangents. If it `adds`, it adds that of the derivative in x.
    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents, adds: Bool
    ) {
        let (dk, db) = split(tangents.gradient)
        let (dy, moved) = (places.outputGradient, tangents.outputGradient)
        slots.convolveKernelGradient(
            shape, places.input, moved, into: dk, workspace: places.workspace)
        if let input = tangents.input {
            slots.convolveKernelGradient(
                shape, input, dy, into: dk, keep: true, workspace: places.workspace)
        }
        if let db { slots.columnSums(of: pixels(moved), into: db) }
        if let dx = tangents.inputGradient {
            slots.convolveInputGradient(
                shape, moved, split(places.weights).k, into: dx, keep: adds,
                workspace: places.workspace)
            slots.convolveInputGradient(
                shape, dy, split(tangents.weights).k, into: dx, keep: true,
                workspace: places.workspace)
        }
    }

    private func split(_ flat: Vector) -> (k: Vector, bias: Vector?) {
        (
            flat.part(0, count: shape.weights),
            hasBias ? flat.part(shape.weights, count: shape.filters) : nil
        )
    }

    /// Returns an output with a row per place: (batch x places, filters).
    private func pixels(_ output: Matrix) -> Matrix {
        output.split(into: shape.outputHeight * shape.outputWidth)
    }
}
