public import LinearAlgebra

// Exact derivatives along one direction v of the parameters: forward mode over `forward`. Products
// with the Hessian use forward mode over reverse mode (Pearlmutter 1994, "Fast exact multiplication
// by the Hessian"). The places must be planned for `.tangents`.
extension Network {
    /// Computes the outputs' tangent J v into `places.outputTangent(rows:)`, after `forward`,
    /// `gradient` or `evaluate` at the same weights.
    public func outputTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector
    ) {
        for index in layers.indices {
            layers[index].forwardTangent(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: nil),
                layerTangents(places, index, rows: rows, along: direction, into: nil))
        }
    }

    /// Returns the derivative of the mean loss along v, ⟨∂loss/∂w, v⟩, without a gradient: one
    /// forward pass and one tangent of it.
    public func lossTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector
    ) -> Double {
        forwardToLoss(&slots, places, rows: rows, at: weights)
        outputTangent(&slots, places, rows: rows, at: weights, along: direction)
        return lossTangent(slots, places, rows: rows, at: weights, along: direction)
    }

    /// product ← H v, the tangent of the gradient along v, after `gradient` at the same weights and
    /// on the same batch: at most 2 gradients' cost more.
    ///
    /// - Returns: ⟨∂loss/∂w, v⟩, which comes for free.
    @discardableResult
    public func hessianProduct<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector, into product: Vector
    ) -> Double {
        outputTangent(&slots, places, rows: rows, at: weights, along: direction)
        loss.hessianProduct(
            &slots, places.output(rows: rows), places.outputTangent(rows: rows),
            into: places.outputGradientTangent(rows: rows))
        for index in layers.indices.reversed() {
            layers[index].backwardTangent(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: nil),
                layerTangents(places, index, rows: rows, along: direction, into: product))
        }
        if weightDecay != 0 { slots.add(direction, times: S(weightDecay), to: product) }
        return lossTangent(slots, places, rows: rows, at: weights, along: direction)
    }

    /// product ← H v where no gradient was computed before: leaves out the weights' gradient, so it
    /// costs less than 3 gradients.
    ///
    /// - Returns: ⟨∂loss/∂w, v⟩.
    @discardableResult
    public func hessianProductAlone<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector, into product: Vector
    ) -> Double {
        forwardToLoss(&slots, places, rows: rows, at: weights)
        // A layer may write values that it cannot leave out into the memory of the later product.
        backward(&slots, places, rows: rows, at: weights, into: product, wantsGradient: false)
        return hessianProduct(
            &slots, places, rows: rows, at: weights, along: direction, into: product)
    }

    /// Computes product ← Jᵀ H_L J v, the product with the Gauss-Newton matrix. Call it after
    /// `forward`, `gradient` or `evaluate` at the same weights. H_L is the Hessian of the mean loss
    /// in the outputs.
    ///
    /// The function overwrites the gradients of the activations, so `hessianProduct` must not
    /// follow.
    public func gaussNewtonProduct<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector, into product: Vector
    ) {
        outputTangent(&slots, places, rows: rows, at: weights, along: direction)
        loss.hessianProduct(
            &slots, places.output(rows: rows), places.outputTangent(rows: rows),
            into: places.outputGradient(rows: rows))
        backward(&slots, places, rows: rows, at: weights, into: product)
        if weightDecay != 0 { slots.add(direction, times: S(weightDecay), to: product) }
    }

    private func lossTangent<S: Scalar>(
        _ slots: borrowing VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        along direction: Vector
    ) -> Double {
        let data = slots.dot(
            places.outputGradient(rows: rows).vector, places.outputTangent(rows: rows).vector)
        return weightDecay == 0 ? data : data + weightDecay * slots.dot(weights, direction)
    }
}
