import CKernels

/// The numbers of the derivatives of Adam's direction in its decays; see `VectorBlock.adamSlopes`.
public struct AdamSlopes: Equatable, Sendable {
    /// The factors of the step itself.
    public var factors: AdamFactors
    /// ∂/∂β1 of the mean's factor: t β1^(t−1) / (1 − β1^t)² where bias is corrected.
    public var mean: Double
    /// The derivative ∂/∂β2 of the square's factor.
    public var square: Double
    /// The derivative ∂/∂β2 of ε.
    public var epsilon: Double

    /// Makes the numbers of a step's derivatives.
    public init(_ factors: AdamFactors, mean: Double, square: Double, epsilon: Double = 0) {
        (self.factors, self.mean, self.square) = (factors, mean, square)
        self.epsilon = epsilon
    }
}

extension VectorBlock {
    /// ⟨g, a⟩, ⟨g, b⟩ and ⟨g, c⟩ in one pass over the four.
    public func dots(
        _ g: Vector, with a: Vector, _ b: Vector, _ c: Vector
    ) -> (Double, Double, Double) {
        precondition(g.count == a.count && g.count == b.count && g.count == c.count)
        return threeSums {
            hyperfed_three_dots(S.isDouble, at(g), at(a), at(b), at(c), g.count, $0)
        }
    }

    /// a ← ∂d/∂β1, b ← ∂d/∂β2 for Adam's direction d of a step on g, from the means m and v before
    /// the step. Where the root is 0 it counts as one that does not depend on β2.
    public mutating func adamSlopes(
        _ g: Vector, mean m: Vector, square v: Vector, into a: Vector, _ b: Vector,
        _ slopes: AdamSlopes
    ) {
        precondition(
            g.count == m.count && g.count == v.count && g.count == a.count && g.count == b.count)
        slopes.withNumbers {
            hyperfed_adam_slopes(S.isDouble, at(g), at(m), at(v), at(a), at(b), g.count, $0)
        }
    }

    /// a ← ∂d/∂keep for d = g / (√(keep s + (1 − keep) g² + offset) + ε), from the squares s before
    /// the step. Where the root is 0 it counts as one that does not depend on `keep`.
    public mutating func scaledGradientSlope(
        _ g: Vector, squares s: Vector, into a: Vector, _ factors: ScalingFactors
    ) {
        precondition(g.count == s.count && g.count == a.count)
        factors.withNumbers {
            hyperfed_scaled_slope(S.isDouble, at(g), at(s), at(a), g.count, $0)
        }
    }
}

extension AdamSlopes {
    fileprivate func withNumbers(_ body: (UnsafePointer<Double>) -> Void) {
        let f = factors
        let numbers = (
            f.beta1, 1 - f.beta1, f.beta2, 1 - f.beta2, f.mean, f.square, mean, square, f.epsilon,
            epsilon
        )
        withUnsafeBytes(of: numbers) { bytes in
            if let start = bytes.bindMemory(to: Double.self).baseAddress { body(start) }
        }
    }
}

extension ScalingFactors {
    fileprivate func withNumbers(_ body: (UnsafePointer<Double>) -> Void) {
        let numbers = (keep, add, offset, epsilon)
        withUnsafeBytes(of: numbers) { bytes in
            if let start = bytes.bindMemory(to: Double.self).baseAddress { body(start) }
        }
    }
}
