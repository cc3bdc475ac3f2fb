import CKernels

extension VectorBlock {
    /// Moves a tangent through momentum: v̇ ← m z + q, then q ← v̇ (heavy ball) or q + m v̇
    /// (Nesterov), and z ← keep v̇.
    public mutating func momentumTangent(
        _ q: Vector, velocity z: Vector, momentum: Double, isNesterov: Bool, times keep: Double
    ) {
        same(q, z)
        if isNesterov {
            hyperfed_nesterov_tangent(S.isDouble, at(q), at(z), momentum, keep, q.count)
        } else {
            hyperfed_heavy_ball_tangent(S.isDouble, at(q), at(z), momentum, keep, q.count)
        }
    }

    /// Moves a tangent through Adam or Yogi, after `adam` of the same step. On entry, q is the
    /// gradient's tangent, and on return the direction's. The tangents of mean and squares are z1
    /// and z2. They are multiplied by `keep` after their step. If the root is 0, its derivative is
    /// left out.
    public mutating func adamTangent(
        _ q: Vector, mean z1: Vector, square z2: Vector, gradient g: Vector, _ m: Vector,
        _ v: Vector, _ factors: AdamFactors, times keep: Double
    ) {
        same(q, z1, z2, g, m, v)
        if factors.isYogi {
            hyperfed_yogi_tangent(
                S.isDouble, at(q), at(z1), at(z2), at(g), at(m), at(v), factors.beta1,
                1 - factors.beta1, factors.addSquare, factors.epsilon, keep, q.count)
            return
        }
        hyperfed_adam_tangent(
            S.isDouble, at(q), at(z1), at(z2), at(g), at(m), at(v), factors.beta1,
            1 - factors.beta1, factors.beta2, factors.addSquare, factors.mean, factors.square,
            factors.epsilon, keep, q.count)
    }

    /// Moves a tangent through `scaledGradient`, after that: as `adamTangent`, with one buffer.
    public mutating func scaledTangent(
        _ q: Vector, squares z: Vector, gradient g: Vector, _ s: Vector,
        _ factors: ScalingFactors, times keep: Double
    ) {
        same(q, z, g, s)
        hyperfed_scaled_tangent(
            S.isDouble, at(q), at(z), at(g), at(s), factors.keep, factors.add, factors.offset,
            factors.epsilon, keep, q.count)
    }

    /// z ← keep (z − rate q) − d: the tangent of w ← w − rate d in the rate.
    ///
    /// - Returns: ‖z‖² and ‖d‖².
    public mutating func advanceTangent(
        _ z: Vector, along q: Vector, minus d: Vector, times keep: Double, rate: Double
    ) -> (tangent: Double, direction: Double) {
        same(z, q, d)
        let (tangent, direction, _) = threeSums {
            hyperfed_advance_tangent(S.isDouble, at(z), at(q), at(d), keep, rate, z.count, $0)
        }
        return (tangent, direction)
    }

    /// Moves an adjoint back through momentum. On entry, a is the direction's adjoint, and on
    /// return the gradient's. The velocity's adjoint is b: on entry that after the step, on return
    /// that before it.
    public mutating func momentumAdjoint(
        _ a: Vector, velocity b: Vector, momentum: Double, isNesterov: Bool
    ) {
        same(a, b)
        if isNesterov {
            hyperfed_nesterov_adjoint(S.isDouble, at(a), at(b), momentum, a.count)
        } else {
            hyperfed_heavy_ball_adjoint(S.isDouble, at(a), at(b), momentum, a.count)
        }
    }

    /// Moves an adjoint back through Adam, with the buffers after the step.
    public mutating func adamAdjoint(
        _ a: Vector, mean b1: Vector, square b2: Vector, gradient g: Vector, _ m: Vector,
        _ v: Vector, _ factors: AdamFactors
    ) {
        same(a, b1, b2, g, m, v)
        if factors.isYogi {
            hyperfed_yogi_adjoint(
                S.isDouble, at(a), at(b1), at(b2), at(g), at(m), at(v), factors.beta1,
                1 - factors.beta1, factors.addSquare, factors.epsilon, a.count)
            return
        }
        hyperfed_adam_adjoint(
            S.isDouble, at(a), at(b1), at(b2), at(g), at(m), at(v), factors.beta1,
            1 - factors.beta1, factors.beta2, factors.addSquare, factors.mean, factors.square,
            factors.epsilon, a.count)
    }

    /// Moves an adjoint back through `scaledGradient`, with the squares after the step.
    public mutating func scaledAdjoint(
        _ a: Vector, squares b: Vector, gradient g: Vector, _ s: Vector, _ factors: ScalingFactors
    ) {
        same(a, b, g, s)
        hyperfed_scaled_adjoint(
            S.isDouble, at(a), at(b), at(g), at(s), factors.keep, factors.add, factors.offset,
            factors.epsilon, a.count)
    }

    /// y ← z where |g| ≤ limit and 0 elsewhere; then g is held in −limit…limit. So y is what the
    /// derivative of the held gradient sees of z.
    public mutating func clip(_ g: Vector, to limit: Double, passing z: Vector, into y: Vector) {
        same(g, z, y)
        hyperfed_clip_gradient(S.isDouble, at(g), at(z), at(y), limit, g.count)
    }

    /// Clips each number of x to −limit…limit.
    public mutating func clip(_ x: Vector, to limit: Double) {
        hyperfed_clip(S.isDouble, at(x), limit, x.count)
    }

    private func same(
        _ x: Vector, _ a: Vector, _ b: Vector? = nil, _ c: Vector? = nil, _ d: Vector? = nil,
        _ e: Vector? = nil
    ) {
        let count = x.count
        precondition(
            a.count == count && (b?.count ?? count) == count && (c?.count ?? count) == count
                && (d?.count ?? count) == count && (e?.count ?? count) == count,
            "vectors of \(count) and other counts of numbers")
    }
}
