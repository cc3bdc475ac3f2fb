import LearningRates
import LinearAlgebra

// The order and the deviations of the released code. The comment of the type describes them.
extension MARTHE {
    /// The vector of the clipped tangent, behind the tangents of the buffers.
    private var clippedTangent: VectorName { .scheduler(vectorCount - 1) }

    /// Returns whether the step is skipped: with momentum, the first step has no tangent and no
    /// clamp.
    func skipsStep<S: Scalar>(_ step: borrowing StepContext<S>) -> Bool {
        hasMomentum && step.stepsOfBuffers == 0
    }

    /// Clamps the gradient and computes H Z, both without the weight decay. Then the function adds
    /// the weight decay to the gradient for the step of the weights.
    mutating func differentiateClipped<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        defer {
            if ownDecay != 0 {
                step.combine(.gradient, times: 1, with: .weights, times: P.S(ownDecay))
            }
        }
        guard !skipsStep(step) else { return }
        let (weights, gradient, tangent, product) = (
            step.vector(.weights), step.vector(.gradient), step.vector(Self.tangent),
            step.vector(Self.scratch)
        )
        guard let gradientClip else {
            guard inherits else { return }
            return problem.hessianProduct(
                &step.slots, at: weights, along: tangent, into: product)
        }
        let passed = step.vector(clippedTangent)
        step.slots.clip(gradient, to: gradientClip, passing: tangent, into: passed)
        guard inherits else { return }
        problem.hessianProduct(&step.slots, at: weights, along: passed, into: product)
        step.slots.clip(product, to: gradientClip)
    }

    /// Changes the rate, κ and μ after the weights, with the validation gradient at the new
    /// weights.
    mutating func moveRateAfterwards<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard hasTangent else { return }
        validate(&step, &problem)
        let usedRate = step.rate
        moveRate(&step)
        guard damping.isAdaptive else { return }
        var agreement = step.dot(Self.scratch, .gradient)
        if ownDecay != 0 {
            // g did not include λ w_t, and the weights have changed since.
            let old =
                step.dot(Self.scratch, .weights)
                + usedRate * step.dot(Self.scratch, direction)
            agreement -= ownDecay * old
        }
        adaptDamping(to: step.rate, over: agreement)
    }
}
