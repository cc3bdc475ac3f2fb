import LinearAlgebra

/// The last position of a sequence: (length, batch, width) to (batch, width).
struct LastPosition: Layer {
    let length: Int
    let width: Int

    var inputs: Int { length * width }
    var outputs: Int { width }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        slots.copy(last(of: places.input), to: places.output.vector)
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        put(&slots, places.outputGradient, into: places.inputGradient)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        if let input = tangents.input {
            slots.copy(last(of: input), to: tangents.output.vector)
        } else {
            slots.fill(tangents.output.vector, with: 0)
        }
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        put(&slots, tangents.outputGradient, into: tangents.inputGradient)
    }

    private func last(of sequence: Matrix) -> Vector {
        let count = sequence.rows * width
        return sequence.vector.part((length - 1) * count, count: count)
    }

    /// Writes d at the last position and zeros at earlier positions.
    private func put<S: Scalar>(_ slots: inout VectorBlock<S>, _ d: Matrix, into dx: Matrix?) {
        guard let dx else { return }
        slots.fill(dx.vector, with: 0)
        slots.copy(d.vector, to: last(of: dx))
    }
}
