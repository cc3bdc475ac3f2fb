public import LinearAlgebra

extension Network {
    /// Computes the gradient of the mean loss over the first `rows` samples in `places.input`, with
    /// the term of the weight decay.
    ///
    /// - Parameters:
    ///   - weights: the flat parameters.
    ///   - gradient: receives ∂loss/∂weights, same length.
    /// - Returns: the *sum* of the losses of all predictions (`rows` x `targets` of them), without
    ///   the weight decay.
    public func gradient<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        into gradient: Vector
    ) -> Double {
        let sum = forwardToLoss(&slots, places, rows: rows, at: weights)
        backward(&slots, places, rows: rows, at: weights, into: gradient)
        if weightDecay != 0 { slots.add(weights, times: S(weightDecay), to: gradient) }
        return sum
    }

    /// Moves the weights along the gradient, weights ← weights + scale · ∂loss/∂weights, with the
    /// bits of `gradient` and an addition after it. It is faster, since layers can move their
    /// weights without storing the gradient.
    ///
    /// - Parameters:
    ///   - gradient: as long as the weights; has any content afterwards.
    /// - Returns: the sum of the losses before the step, as `gradient` does. If it is not finite,
    ///   the weights stay.
    public func descend<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        times scale: S, through gradient: Vector
    ) -> Double {
        // The term of the weight decay comes after the layers.
        guard weightDecay == 0 else {
            let sum = self.gradient(&slots, places, rows: rows, at: weights, into: gradient)
            if sum.isFinite { slots.add(gradient, times: scale, to: weights) }
            return sum
        }
        let sum = forwardToLoss(&slots, places, rows: rows, at: weights)
        guard sum.isFinite else { return sum }
        for index in layers.indices.reversed() {
            layers[index].descend(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: gradient),
                times: scale)
        }
        return sum
    }

    /// Computes the gradient and its products with itself and its partners. Partners have the
    /// length of the gradient and do not overlap it. Layers compute the products while the gradient
    /// is in the cache.
    public func gradient<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        into gradient: Vector, with partners: ProductVectors
    ) -> (loss: Double, products: VectorProducts) {
        // The term of the weight decay comes after the layers.
        guard weightDecay == 0 else {
            let sum = self.gradient(&slots, places, rows: rows, at: weights, into: gradient)
            return (sum, slots.products(of: gradient, with: partners))
        }
        let sum = forwardToLoss(&slots, places, rows: rows, at: weights)
        var products = VectorProducts()
        for index in layers.indices.reversed() {
            let layer = self.weights(of: index, in: weights)
            products += layers[index].backward(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: gradient),
                with: partners.part(layer.start - weights.start, count: layer.count))
        }
        return (sum, products)
    }

    /// Outputs, and the loss's derivative in them.
    ///
    /// - Returns: the sum of the losses of all predictions.
    @discardableResult
    func forwardToLoss<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector
    ) -> Double {
        forward(&slots, places, rows: rows, at: weights)
        return loss.value(
            &slots, places.output(rows: rows), places.target.prefix(rows: rows),
            gradient: places.outputGradient(rows: rows)
        ).loss
    }

    /// Loss and hits on the first `rows` samples in `places.input`.
    ///
    /// - Returns: the sum of the losses of all predictions, and how many classes are right.
    public func evaluate<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector
    ) -> (loss: Double, correct: Int) {
        forward(&slots, places, rows: rows, at: weights)
        return loss.value(
            &slots, places.output(rows: rows), places.target.prefix(rows: rows), gradient: nil)
    }

    /// Adds the hits of each class, after `evaluate` or `forward` with the same places and rows.
    ///
    /// - Parameter hits: (classes); it does not change if the targets are numbers.
    public func addClassHits<S: Scalar>(
        _ slots: borrowing VectorBlock<S>, _ places: Places, rows: Int, to hits: inout [UInt32]
    ) {
        guard case .crossEntropy(let positions) = loss else { return }
        slots.addClassHits(
            places.output(rows: rows).split(into: positions),
            places.target.prefix(rows: rows).vector,
            positions: positions, to: &hits)
    }

    /// Outputs of the first `rows` samples in `places.input`, into `places.output(rows:)`.
    public func forward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector
    ) {
        for index in layers.indices {
            layers[index].forward(
                &slots, layerPlaces(places, index, rows: rows, at: weights, into: nil))
        }
    }

    /// gradient ← Jᵀ u, the vector-Jacobian product of the outputs (reverse mode), after `forward`.
    ///
    /// u is what `places.outputGradient(rows:)` holds, (rows, outputs).
    public func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        into gradient: Vector
    ) {
        backward(&slots, places, rows: rows, at: weights, into: gradient, wantsGradient: true)
    }

    /// Moves the loss's derivative back through all layers. Without `wantsGradient`, only the
    /// gradients of the activations are written for certain.
    func backward<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: Places, rows: Int, at weights: Vector,
        into gradient: Vector, wantsGradient: Bool
    ) {
        for index in layers.indices.reversed() {
            layers[index].backward(
                &slots,
                layerPlaces(
                    places, index, rows: rows, at: weights, into: gradient,
                    wantsGradient: wantsGradient))
        }
    }
}
