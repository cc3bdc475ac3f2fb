import CKernels

/// The numbers of one step of Adam or Yogi; see `VectorBlock.adam`.
public struct AdamFactors: Equatable, Sendable {
    /// Decay of the mean of gradients.
    public var beta1: Double
    /// Decay of the mean of squares.
    public var beta2: Double
    /// Multiplies the mean: 1 / (1 − β1^t), or 1.
    public var mean: Double
    /// Multiplies the mean of squares: 1 / (1 − β2^t), or 1.
    public var square: Double
    /// The number ε that is added to the root.
    public var epsilon: Double
    /// What a square counts in their mean, 1 − β2; 1 in their sum, where β2 is 1.
    public var addSquare: Double
    /// Whether the squares move by steps of the newest square's size, as Yogi's. `beta2`, `mean`
    /// and `square` then have no effect.
    public var isYogi: Bool

    /// Makes the numbers of a step.
    public init(
        beta1: Double, beta2: Double, mean: Double, square: Double, epsilon: Double,
        addSquare: Double? = nil, isYogi: Bool = false
    ) {
        (self.beta1, self.beta2, self.mean) = (beta1, beta2, mean)
        (self.square, self.epsilon) = (square, epsilon)
        (self.addSquare, self.isYogi) = (addSquare ?? 1 - beta2, isYogi)
    }
}

/// The numbers of one step that divides by a root of squares; see `VectorBlock.scaledGradient`.
public struct ScalingFactors: Equatable, Sendable {
    /// The factor of the old squares.
    public var keep: Double
    /// The factor of the new square.
    public var add: Double
    /// Added to the squares under the root.
    public var offset: Double
    /// The number ε that is added to the root.
    public var epsilon: Double

    /// Makes the numbers of a step.
    public init(keep: Double, add: Double, offset: Double, epsilon: Double) {
        (self.keep, self.add, self.offset, self.epsilon) = (keep, add, offset, epsilon)
    }
}

extension VectorBlock {
    /// v ← m v + g, d ← g + m v.
    public mutating func nesterov(_ g: Vector, momentum: S, velocity v: Vector, into d: Vector) {
        same(g, v, d)
        hyperfed_nesterov(S.isDouble, at(g), at(v), at(d), momentum.inDouble, g.count)
    }

    /// m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g², d ← mean m / (√(square v) + ε).
    ///
    /// For Yogi |v| ← |v| − (1 − β2) g² sign(|v| − g²) and d ← m / (√|v| + ε): the squares are |v|,
    /// and v is below 0 where this step raised them.
    public mutating func adam(
        _ g: Vector, mean m: Vector, square v: Vector, into d: Vector, _ factors: AdamFactors
    ) {
        same(g, m, d)
        same(g, v, d)
        if factors.isYogi {
            hyperfed_yogi(
                S.isDouble, at(g), at(m), at(v), at(d), factors.beta1, 1 - factors.beta1,
                factors.addSquare, factors.epsilon, g.count)
            return
        }
        // 1 − β is rounded by itself: computed from a rounded β it would lose digits.
        hyperfed_adam(
            S.isDouble, at(g), at(m), at(v), at(d), factors.beta1, 1 - factors.beta1,
            factors.beta2, factors.addSquare, factors.mean, factors.square, factors.epsilon,
            g.count)
    }

    /// s ← keep s + add g², d ← g / (√(s + offset) + ε).
    public mutating func scaledGradient(
        _ g: Vector, squares s: Vector, into d: Vector, _ factors: ScalingFactors
    ) {
        same(g, s, d)
        hyperfed_scaled_gradient(
            S.isDouble, at(g), at(s), at(d), factors.keep, factors.add, factors.offset,
            factors.epsilon, g.count)
    }

    /// y ← y + scale (x − z).
    public mutating func add(_ x: Vector, minus z: Vector, times scale: S, to y: Vector) {
        same(x, z, y)
        hyperfed_add_difference(S.isDouble, at(y), at(x), at(z), scale.inDouble, y.count)
    }

    private func same(_ x: Vector, _ y: Vector, _ z: Vector) {
        precondition(
            x.count == y.count && x.count == z.count,
            "vectors of \(x.count), \(y.count) and \(z.count) numbers")
    }
}
