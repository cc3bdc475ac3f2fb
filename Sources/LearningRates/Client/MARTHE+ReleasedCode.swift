import LinearAlgebra

// The released code's order and deviations; see the type's own comment.
extension MARTHE {
    /// Its place behind the buffers' tangents.
    private var clippedTangent: VectorName { .scheduler(vectorCount - 1) }

    /// Momentum's first step has no tangent and no clamp.
    func skipsStep<S: Scalar>(_ step: borrowing StepContext<S>) -> Bool {
        hasMomentum && step.stepsOfBuffers == 0
    }

    /// Clamps the gradient and takes H Z, both without the weight decay, which then joins the
    /// gradient for the weights' step.
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

    /// The rate, κ and μ move after the weights, with the validation gradient there.
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
            // g was without λ w_t; the weights have moved on since.
            let old =
                step.dot(Self.scratch, .weights)
                + usedRate * step.dot(Self.scratch, direction)
            agreement -= ownDecay * old
        }
        adaptDamping(to: step.rate, over: agreement)
    }
}
