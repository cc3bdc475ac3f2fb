import LinearAlgebra

extension UnrolledSteps {
    /// Takes the steps from the weights in `step`, with a tangent. The result is the derivative of
    /// the validation loss after each step, in a hyperparameter that the steps so far share.
    ///
    ///     Z_{k+1} = Z_k − η ∂d_k − [rate] d_k,     ∂E(w_k) = ⟨∇E(w_k), Z_k⟩
    ///
    /// The tangent ∂d_k follows from q = (H + λ I) Z + [weight decay] w through the optimizer, plus
    /// the terms of the momentum itself. Costs 2 gradients and one H v per step and keeps no
    /// history.
    ///
    /// - Parameter step: made with `UnrolledSteps.needs` and this optimizer.
    /// - Returns: the derivatives, or nil if a loss is not finite.
    public func running<P: ReplayableObjective & ~Copyable>(
        _ hyperparameter: SharedHyperparameter, _ step: inout StepContext<P.S>, _ problem: inout P
    ) -> RunningHypergradient? {
        var result = RunningHypergradient()
        step.clearBuffers()
        step.begin(rate: rate, count: count, optimizer.hyperparameters)
        for index in 0..<count {
            keepVelocity(hyperparameter, &step)
            guard let (direction, _) = direction(index, &step, &problem) else { return nil }
            takeTangent(hyperparameter, direction, isFirst: index == 0, &step, &problem)
            step.move(along: direction)
            problem.selectAllValidation(&step.slots)
            let (weights, gradient) = (step.vector(.weights), step.vector(Self.inner))
            let loss = problem.validationGradient(&step.slots, at: weights, into: gradient)
            guard loss.sum.isFinite else { return nil }
            result.losses.append(loss.mean)
            result.derivatives.append(step.dot(Self.inner, Self.outer))
        }
        return result
    }

    private var hasMomentum: Bool { optimizer.heavyBall.map { $0.momentum > 0 } ?? false }

    /// Keeps v_k before the direction replaces it. With m = 0, v_k is the gradient of the step
    /// before.
    private func keepVelocity<S: Scalar>(
        _ hyperparameter: SharedHyperparameter, _ step: inout StepContext<S>
    ) {
        guard hyperparameter == .momentum, optimizer.heavyBall != nil else { return }
        if hasMomentum {
            step.copy(.buffer(0), to: Self.later)
        } else if step.index > 0 {
            step.copy(.gradient, to: Self.later)
        }
    }

    private func takeTangent<P: ReplayableObjective & ~Copyable>(
        _ hyperparameter: SharedHyperparameter, _ direction: VectorName, isFirst: Bool,
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        let (weights, outer, inner, d) = (
            step.vector(.weights), step.vector(Self.outer), step.vector(Self.inner),
            step.vector(direction)
        )
        if isFirst {
            step.slots.fill(inner, with: 0)
        } else {
            problem.hessianProduct(&step.slots, at: weights, along: outer, into: inner)
        }
        if hyperparameter == .weightDecay {
            step.combine(Self.inner, times: 1, with: .weights, times: 1)
        }
        optimizer.directionTangent(&step, Self.inner, states: Self.states, times: 1)
        if hyperparameter == .momentum, let ball = optimizer.heavyBall { addVelocity(ball, &step) }
        if hyperparameter == .rate {
            _ = step.slots.advanceTangent(outer, along: inner, minus: d, times: 1, rate: rate)
        } else {
            step.combine(Self.outer, times: 1, with: Self.inner, times: P.S(-rate))
        }
    }

    /// Adds the terms that the momentum itself multiplies: v_k in the new velocity, and the new
    /// velocity in Nesterov's direction.
    private func addVelocity<S: Scalar>(_ ball: HeavyBall, _ step: inout StepContext<S>) {
        let share = ball.isNesterov ? ball.momentum : 1
        step.combine(Self.inner, times: 1, with: Self.later, times: S(share))
        if ball.isNesterov { step.combine(Self.inner, times: 1, with: .buffer(0), times: 1) }
        if ball.momentum > 0 {
            step.combine(.scheduler(Self.states), times: 1, with: Self.later, times: 1)
        }
    }
}
