import LinearAlgebra

extension UnrolledSteps {
    private struct Kept<S> {
        var weights: [S]
        var buffers: [[S]]
    }

    /// Takes the steps from the weights in `step` and goes back through them.
    ///
    /// - Parameter step: made with `UnrolledSteps.needs` and this optimizer.
    /// - Returns: the derivatives. Returns nil if a loss is not finite; the weights are then those
    ///   of some step.
    public func exact<P: ReplayableObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) -> ExactHypergradient? {
        var kept: [Kept<P.S>] = []
        var result = ExactHypergradient()
        step.clearBuffers()
        step.begin(rate: rate, count: count, optimizer.hyperparameters)
        for index in 0..<count {
            kept.append(keep(step))
            guard let (direction, loss) = direction(index, &step, &problem) else { return nil }
            result.batchLosses.append(loss)
            step.move(along: direction)
        }
        problem.selectAllValidation(&step.slots)
        let (weights, outer) = (step.vector(.weights), step.vector(Self.outer))
        let loss = problem.validationGradient(&step.slots, at: weights, into: outer)
        result.loss = loss.mean
        result.end = step.slots.values(outer).map { Double($0) }
        result.schedule = [Double](repeating: 0, count: count)
        result.perParameter = [Double](repeating: 0, count: weights.count)
        for index in (0..<count).reversed() {
            restore(kept[index], index, &step)
            guard let (direction, _) = direction(index, &step, &problem) else { return nil }
            let old = kept[index].buffers.first
            goBack(index, direction, velocity: old, &step, &problem, &result)
        }
        result.start = step.slots.values(outer).map { Double($0) }
        return loss.sum.isFinite ? result : nil
    }

    /// Computes the direction of a step at its weights and buffers. Returns the loss.
    func direction<P: ReplayableObjective & ~Copyable>(
        _ index: Int, _ step: inout StepContext<P.S>, _ problem: inout P
    ) -> (VectorName, loss: Double)? {
        problem.select(step: index, &step.slots)
        let (weights, gradient) = (step.vector(.weights), step.vector(.gradient))
        let loss = problem.gradient(&step.slots, at: weights, into: gradient)
        return loss.sum.isFinite ? (optimizer.direction(&step), loss.mean) : nil
    }

    private func keep<S: Scalar>(_ step: borrowing StepContext<S>) -> Kept<S> {
        Kept(
            weights: step.slots.values(step.vector(.weights)),
            buffers: (0..<optimizer.buffers).map { step.slots.values(step.vector(.buffer($0))) })
    }

    private func restore<S: Scalar>(_ kept: Kept<S>, _ index: Int, _ step: inout StepContext<S>) {
        step.slots.copy(kept.weights.span, to: step.vector(.weights))
        for (buffer, values) in kept.buffers.enumerated() {
            step.slots.copy(values.span, to: step.vector(.buffer(buffer)))
        }
        step.stepsOfBuffers = index
    }

    private func goBack<P: ReplayableObjective & ~Copyable>(
        _ index: Int, _ direction: VectorName, velocity: [P.S]?, _ step: inout StepContext<P.S>,
        _ problem: inout P, _ result: inout ExactHypergradient
    ) {
        result.schedule[index] = -step.dot(Self.outer, direction)
        let (a, d) = (
            step.slots.values(step.vector(Self.outer)), step.slots.values(step.vector(direction))
        )
        for parameter in a.indices {
            result.perParameter[parameter] -= Double(a[parameter]) * Double(d[parameter])
        }
        step.combine(Self.inner, times: 0, with: Self.outer, times: P.S(-rate))
        result.momentum += momentumThroughDirection(&step)
        optimizer.directionAdjoint(&step, Self.inner, states: Self.states)
        if let ball = optimizer.heavyBall, ball.momentum > 0, let velocity {
            // The velocity's adjoint before the step is m times that after it.
            result.momentum += product(step, .scheduler(Self.states), velocity) / ball.momentum
        }
        result.weightDecay += step.dot(Self.inner, .weights)
        let (weights, inner, scratch) = (
            step.vector(.weights), step.vector(Self.inner), step.vector(.gradient)
        )
        problem.hessianProduct(&step.slots, at: weights, along: inner, into: scratch)
        step.combine(Self.outer, times: 1, with: .gradient, times: 1)
    }

    /// Returns the part of the momentum's derivative that does not go through the new velocity.
    /// With the direction's adjoint D, Nesterov's part is ⟨D, v_{k+1}⟩. For m = 0, where v_k =
    /// g_{k−1}, it is the whole derivative ⟨D, g_{k−1}⟩.
    private func momentumThroughDirection<S: Scalar>(_ step: inout StepContext<S>) -> Double {
        guard let ball = optimizer.heavyBall else { return 0 }
        if ball.momentum == 0 {
            // The adjoint D of the next step needs this step's gradient. It is 0 at the last step.
            defer { step.copy(Self.inner, to: Self.later) }
            return step.dot(Self.later, .gradient)
        }
        return ball.isNesterov ? step.dot(Self.inner, .buffer(0)) : 0
    }

    private func product<S: Scalar>(
        _ step: borrowing StepContext<S>, _ slot: VectorName, _ other: [S]
    ) -> Double {
        let values = step.slots.values(step.vector(slot))
        return zip(values, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
