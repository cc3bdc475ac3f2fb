import LinearAlgebra

/// Adam and Yogi: a mean of gradients divided by the root of squares. They differ in the factors of
/// a step and in the change of the squares.
///
/// The buffers are the mean m, the squares v and the direction.
protocol AdamFamily: Optimizer {
    /// The start value v_0 of the squares.
    var initialSquare: Double { get }
    /// Returns the factors of this step.
    func factors<S: Scalar>(_ step: borrowing StepContext<S>) -> AdamFactors
}

extension AdamFamily {
    var buffers: Int { 3 }

    /// Writes v_0 into its buffer before the first step. It can be called several times.
    func prepare<S: Scalar>(_ step: inout StepContext<S>) {
        guard step.stepsOfBuffers == 0, initialSquare > 0 else { return }
        let square = step.vector(.buffer(1))
        step.slots.fill(square, with: S(initialSquare))
    }

    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName {
        prepare(&step)
        let factors = factors(step)
        let (gradient, mean, squares, direction) = (
            step.vector(.gradient), step.vector(.buffer(0)), step.vector(.buffer(1)),
            step.vector(.buffer(2))
        )
        step.slots.adam(gradient, mean: mean, square: squares, into: direction, factors)
        return .buffer(2)
    }

    var stateTangents: Int { 2 }

    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double
    ) {
        let (tangent, gradient) = (step.vector(tangent), step.vector(.gradient))
        let (mean, square) = (step.vector(.scheduler(first)), step.vector(.scheduler(first + 1)))
        let (m, v, factors) = (step.vector(.buffer(0)), step.vector(.buffer(1)), factors(step))
        step.slots.adamTangent(
            tangent, mean: mean, square: square, gradient: gradient, m, v, factors, times: keep)
    }

    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int
    ) {
        let (adjoint, gradient) = (step.vector(adjoint), step.vector(.gradient))
        let (mean, square) = (step.vector(.scheduler(first)), step.vector(.scheduler(first + 1)))
        let (m, v, factors) = (step.vector(.buffer(0)), step.vector(.buffer(1)), factors(step))
        step.slots.adamAdjoint(
            adjoint, mean: mean, square: square, gradient: gradient, m, v, factors)
    }
}
