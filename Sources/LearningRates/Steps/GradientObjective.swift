package import LinearAlgebra

/// An objective for rules that need gradients alone. It has no second derivatives and no validation
/// batch, and computes nothing for them.
package protocol GradientObjective: LocalObjective, ~Copyable {}

extension GradientObjective where Self: ~Copyable {
    package mutating func hessianProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {}

    package mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {}

    package mutating func nextValidationBatch(_ slots: inout VectorBlock<S>) {}

    package mutating func validationGradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss { BatchLoss(sum: 0, count: 0) }

    package mutating func validationLoss(_ slots: inout VectorBlock<S>, at weights: Vector)
        -> BatchLoss
    { BatchLoss(sum: 0, count: 0) }
}
