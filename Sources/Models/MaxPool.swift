import LinearAlgebra

/// y = the largest number of each window, channel by channel; of equals the first (row by row),
/// whose derivative is 1. Windows touch and do not overlap; what fills no window at the end of the
/// rows and columns is left out. x is (height, width, channels).
struct MaxPool: Layer {
    let shape: PoolShape

    var inputs: Int { shape.inputs }
    var outputs: Int { shape.outputs }

    /// Returns one number per output: its position in its window.
    func retainedCount(batch: Int) -> Int { batch * shape.outputs }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        slots.maxPool(shape, places.input, into: places.output, which: which(places))
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        guard let dx = places.inputGradient else { return }
        slots.unpool(shape, places.outputGradient, at: which(places), into: dx)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let input = tangents.input else {
            return slots.fill(tangents.output.vector, with: 0)
        }
        slots.pool(shape, input, at: which(places), into: tangents.output)
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        guard let dx = tangents.inputGradient else { return }
        slots.unpool(shape, tangents.outputGradient, at: which(places), into: dx)
    }

    private func which(_ places: LayerPlaces) -> Vector {
        places.memory.part(0, count: places.output.vector.count)
    }
}
