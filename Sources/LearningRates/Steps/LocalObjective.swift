public import LinearAlgebra

/// What is minimised in a client's round, as its rules see it: derivatives of the loss on the batch
/// of the step and on validation batches, at any weights of the step's block.
///
/// The loss of the batch is its mean loss plus λ/2 ‖w‖² (and FedProx's term, where that is used);
/// gradients and products have all terms, reported losses only the first. The validation loss has
/// no other terms.
public protocol LocalObjective<S>: ~Copyable {
    /// Of the parameters.
    associatedtype S: Scalar
    /// λ of the term λ/2 ‖w‖². A rule may adapt it; set anew at each round's start.
    var weightDecay: Double { get set }
    /// gradient ← ∂loss/∂w on the batch of this step.
    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss
    /// The same, and the products of the gradient with itself and its partners, in double precision.
    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector,
        with partners: ProductVectors
    ) -> (loss: BatchLoss, products: VectorProducts)
    /// product ← H v on the batch of this step, after `gradient` at the same weights, with no other
    /// gradient between them.
    mutating func hessianProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector)
    /// product ← Jᵀ H_L J v, the product with the Gauss-Newton matrix, under the same condition.
    /// `hessianProduct` must not follow it.
    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector)
    /// Goes on to the next validation batch; called before the first use, too.
    mutating func nextValidationBatch(_ slots: inout VectorBlock<S>)
    /// gradient ← ∂E/∂w on the validation batch. What `gradient` left for `hessianProduct` stays.
    mutating func validationGradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss
    /// E on the validation batch, without a gradient.
    mutating func validationLoss(_ slots: inout VectorBlock<S>, at weights: Vector) -> BatchLoss
}

extension LocalObjective where Self: ~Copyable {
    /// One after the other.
    public mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector,
        with partners: ProductVectors
    ) -> (loss: BatchLoss, products: VectorProducts) {
        let loss = self.gradient(&slots, at: weights, into: gradient)
        return (loss, slots.products(of: gradient, with: partners))
    }
}

/// The loss of a batch.
public struct BatchLoss: Equatable, Sendable {
    /// The sum over its predictions.
    public var sum: Double
    /// How many predictions there were.
    public var count: Int
    /// The mean; 0 of an empty batch.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// A loss.
    public init(sum: Double, count: Int) { (self.sum, self.count) = (sum, count) }
}
