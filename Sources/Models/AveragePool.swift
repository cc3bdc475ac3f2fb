import LinearAlgebra

/// y = the mean of each window, channel by channel. Windows touch and do not overlap. As in
/// PyTorch's `AvgPool2d`, what fills no window at the end of the rows and columns is left out. x is
/// (height, width, channels).
struct AveragePool: Layer {
    let shape: AveragePoolShape

    var inputs: Int { shape.inputs }
    var outputs: Int { shape.outputs }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        slots.averagePool(shape, places.input, into: places.output)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        guard let dx = places.inputGradient else { return }
        slots.averageUnpool(shape, places.outputGradient, into: dx)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let input = tangents.input else {
            return slots.fill(tangents.output.vector, with: 0)
        }
        slots.averagePool(shape, input, into: tangents.output)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let dx = tangents.inputGradient else { return }
        slots.averageUnpool(shape, tangents.outputGradient, into: dx)
    }
}
