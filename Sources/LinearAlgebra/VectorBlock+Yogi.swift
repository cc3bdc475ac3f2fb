import CKernels

extension VectorBlock {
    /// m ← β1 m + (1 − β1) g, |v| ← |v| − (1 − β2) g² sign(|v| − g²), d ← m / (√|v| + ε).
    ///
    /// The squares are |v|; v is below 0 where this step raised them.
    public mutating func yogi(
        _ g: Vector, mean m: Vector, square v: Vector, into d: Vector, _ factors: AdamFactors
    ) {
        same(g, m, v, d)
        hyperfed_yogi(
            S.isDouble, at(g), at(m), at(v), at(d), factors.beta1, 1 - factors.beta1,
            factors.addSquare, factors.epsilon, g.count)
    }

    /// Moves a tangent through `yogi`, after that: as `adamTangent`.
    public mutating func yogiTangent(
        _ q: Vector, mean z1: Vector, square z2: Vector, gradient g: Vector, _ m: Vector,
        _ v: Vector, _ factors: AdamFactors, times keep: Double
    ) {
        same(q, z1, z2, g)
        same(q, z1, m, v)
        hyperfed_yogi_tangent(
            S.isDouble, at(q), at(z1), at(z2), at(g), at(m), at(v), factors.beta1,
            1 - factors.beta1, factors.addSquare, factors.epsilon, keep, q.count)
    }

    /// Moves an adjoint back through `yogi`, with the buffers after the step.
    public mutating func yogiAdjoint(
        _ a: Vector, mean b1: Vector, square b2: Vector, gradient g: Vector, _ m: Vector,
        _ v: Vector, _ factors: AdamFactors
    ) {
        same(a, b1, b2, g)
        same(a, b1, m, v)
        hyperfed_yogi_adjoint(
            S.isDouble, at(a), at(b1), at(b2), at(g), at(m), at(v), factors.beta1,
            1 - factors.beta1, factors.addSquare, factors.epsilon, a.count)
    }

    private func same(_ w: Vector, _ x: Vector, _ y: Vector, _ z: Vector) {
        precondition(
            w.count == x.count && w.count == y.count && w.count == z.count,
            "vectors of \(w.count), \(x.count), \(y.count) and \(z.count) numbers")
    }
}
