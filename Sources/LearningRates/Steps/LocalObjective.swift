public import LinearAlgebra

/// The local objective of a client's round, as its rules use it. It gives derivatives of the loss
/// on the batch of the step and on validation batches, at any weights of the step's block.
///
/// The batch loss is the mean loss plus λ/2 ‖w‖², and FedProx's term if it is used. Gradients and
/// products contain all terms. Reported losses contain only the mean loss. The validation loss has
/// no other terms.
public protocol LocalObjective<S>: ~Copyable {
    /// The scalar type of the parameters.
    associatedtype S: Scalar
    /// The factor λ of the term λ/2 ‖w‖². A rule may adapt it. It is set anew at the start of each
    /// round.
    var weightDecay: Double { get set }
    /// Computes gradient ← ∂loss/∂w on the batch of this step.
    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss
    /// Computes the gradient, and its products with itself and the named vectors, in double
    /// precision.
    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector,
        with partners: ProductVectors
    ) -> (loss: BatchLoss, products: VectorProducts)
    /// Moves the weights along the gradient on the batch of this step, w ← w + scale · ∂loss/∂w. If
    /// the loss is not finite, the weights stay. The other vector is as long as the weights and has
    /// any content afterwards.
    mutating func descend(
        _ slots: inout VectorBlock<S>, at weights: Vector, times scale: S, through gradient: Vector
    ) -> BatchLoss
    /// Computes product ← H v on the batch of this step. Call it after `gradient` at the same
    /// weights, without another gradient in between.
    mutating func hessianProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector)
    /// Computes product ← Jᵀ H_L J v, the product with the Gauss-Newton matrix, under the same
    /// condition. `hessianProduct` must not follow it.
    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector)
    /// Selects the next validation batch. It is also called before the first use.
    mutating func nextValidationBatch(_ slots: inout VectorBlock<S>)
    /// Computes gradient ← ∂E/∂w on the validation batch. The stored values for `hessianProduct`
    /// stay.
    mutating func validationGradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss
    /// Returns E on the validation batch, without a gradient.
    mutating func validationLoss(_ slots: inout VectorBlock<S>, at weights: Vector) -> BatchLoss
}

extension LocalObjective where Self: ~Copyable {
    /// Computes the products after the gradient. By default, they are separate passes.
    public mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector,
        with partners: ProductVectors
    ) -> (loss: BatchLoss, products: VectorProducts) {
        let loss = self.gradient(&slots, at: weights, into: gradient)
        return (loss, slots.products(of: gradient, with: partners))
    }

    /// Computes the gradient first and adds it after that.
    public mutating func descend(
        _ slots: inout VectorBlock<S>, at weights: Vector, times scale: S, through gradient: Vector
    ) -> BatchLoss {
        descendInTwoPasses(&slots, at: weights, times: scale, through: gradient)
    }

    /// Computes the gradient first and adds it after that, for objectives whose `descend` has a
    /// faster way in some cases only.
    public mutating func descendInTwoPasses(
        _ slots: inout VectorBlock<S>, at weights: Vector, times scale: S, through gradient: Vector
    ) -> BatchLoss {
        let loss = self.gradient(&slots, at: weights, into: gradient)
        if loss.sum.isFinite { slots.add(gradient, times: scale, to: weights) }
        return loss
    }
}

/// The loss of a batch.
public struct BatchLoss: Equatable, Sendable {
    /// The sum over the predictions.
    public var sum: Double
    /// The number of predictions.
    public var count: Int
    /// The mean loss; 0 for an empty batch.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// Creates a loss from its sum.
    public init(sum: Double, count: Int) { (self.sum, self.count) = (sum, count) }
}
