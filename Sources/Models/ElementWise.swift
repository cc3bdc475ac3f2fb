import LinearAlgebra

/// y = f(x), element by element.
struct ElementWise: Layer {
    let f: Activation
    let width: Int

    var inputs: Int { width }
    var outputs: Int { width }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        slots.activate(f, places.input.vector, into: places.output.vector)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        guard let dx = places.inputGradient else { return }
        slots.slope(
            f, at: places.output.vector, times: places.outputGradient.vector, into: dx.vector)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let input = tangents.input else {
            return slots.fill(tangents.output.vector, with: 0)
        }
        slots.slope(
            f, at: places.output.vector, times: input.vector, into: tangents.output.vector)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let dx = tangents.inputGradient else { return }
        slots.slopeTangent(
            f, at: places.output.vector, along: tangents.output.vector,
            times: places.outputGradient.vector, along: tangents.outputGradient.vector,
            into: dx.vector)
    }
}
