import CKernels

/// The numbers of the derivatives of Adam's direction in its decays; see `Slots.adamSlopes`.
public struct AdamSlopes: Equatable, Sendable {
    /// Those of the step.
    public var factors: AdamFactors
    /// ∂/∂β1 of the mean's factor: t β1^(t−1) / (1 − β1^t)² where bias is corrected.
    public var mean: Double
    /// ∂/∂β2 of the square's factor, likewise.
    public var square: Double
    /// ∂/∂β2 of ε.
    public var epsilon: Double

    /// Numbers.
    public init(_ factors: AdamFactors, mean: Double, square: Double, epsilon: Double = 0) {
        (self.factors, self.mean, self.square) = (factors, mean, square)
        self.epsilon = epsilon
    }
}

/// The loops of optimizer towers over raw memory.
public protocol TowerLoops {
    /// See `Slots.dots`.
    static func dots(
        _ g: UnsafePointer<Self>, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
        _ c: UnsafePointer<Self>, _ n: Int
    ) -> (Double, Double, Double)
    /// See `Slots.adamSlopes`.
    static func adamSlopes(
        _ g: UnsafePointer<Self>, _ m: UnsafePointer<Self>, _ v: UnsafePointer<Self>,
        _ a: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>, _ n: Int,
        _ slopes: AdamSlopes)
    /// See `Slots.scaledGradientSlope`.
    static func scaledGradientSlope(
        _ g: UnsafePointer<Self>, _ s: UnsafePointer<Self>, _ a: UnsafeMutablePointer<Self>,
        _ n: Int, _ factors: ScalingFactors)
}

extension Slots {
    /// ⟨g, a⟩, ⟨g, b⟩ and ⟨g, c⟩ in one pass over the four.
    public func dots(
        _ g: Vector, with a: Vector, _ b: Vector, _ c: Vector
    ) -> (Double, Double, Double) {
        precondition(g.count == a.count && g.count == b.count && g.count == c.count)
        return S.dots(at(g), at(a), at(b), at(c), g.count)
    }

    /// a ← ∂d/∂β1, b ← ∂d/∂β2 for Adam's direction d of a step on g, from the means m and v before
    /// the step. Where the root is 0 it counts as one that does not depend on β2.
    public mutating func adamSlopes(
        _ g: Vector, mean m: Vector, square v: Vector, into a: Vector, _ b: Vector,
        _ slopes: AdamSlopes
    ) {
        precondition(
            g.count == m.count && g.count == v.count && g.count == a.count && g.count == b.count)
        S.adamSlopes(at(g), at(m), at(v), at(a), at(b), g.count, slopes)
    }

    /// a ← ∂d/∂keep for d = g / (√(keep s + (1 − keep) g² + offset) + ε), from the squares s before
    /// the step. Where the root is 0 it counts as one that does not depend on `keep`.
    public mutating func scaledGradientSlope(
        _ g: Vector, squares s: Vector, into a: Vector, _ factors: ScalingFactors
    ) {
        precondition(g.count == s.count && g.count == a.count)
        S.scaledGradientSlope(at(g), at(s), at(a), g.count, factors)
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

private func threeNumbers(_ kernel: (UnsafeMutablePointer<Double>) -> Void) -> (
    Double, Double, Double
) {
    var products = (0.0, 0.0, 0.0)
    withUnsafeMutableBytes(of: &products) { bytes in
        if let start = bytes.bindMemory(to: Double.self).baseAddress { kernel(start) }
    }
    return products
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: TowerLoops {
    public static func dots(
        _ g: UnsafePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafePointer<Float>, _ n: Int
    ) -> (Double, Double, Double) {
        threeNumbers { hyperfed_three_dots_f(g, a, b, c, n, $0) }
    }

    public static func adamSlopes(
        _ g: UnsafePointer<Float>, _ m: UnsafePointer<Float>, _ v: UnsafePointer<Float>,
        _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ n: Int,
        _ slopes: AdamSlopes
    ) {
        slopes.withNumbers { hyperfed_adam_slopes_f(g, m, v, a, b, n, $0) }
    }

    public static func scaledGradientSlope(
        _ g: UnsafePointer<Float>, _ s: UnsafePointer<Float>, _ a: UnsafeMutablePointer<Float>,
        _ n: Int, _ factors: ScalingFactors
    ) {
        factors.withNumbers { hyperfed_scaled_slope_f(g, s, a, n, $0) }
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: TowerLoops {
    public static func dots(
        _ g: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
        _ c: UnsafePointer<Double>, _ n: Int
    ) -> (Double, Double, Double) {
        threeNumbers { hyperfed_three_dots_d(g, a, b, c, n, $0) }
    }

    public static func adamSlopes(
        _ g: UnsafePointer<Double>, _ m: UnsafePointer<Double>, _ v: UnsafePointer<Double>,
        _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ n: Int,
        _ slopes: AdamSlopes
    ) {
        slopes.withNumbers { hyperfed_adam_slopes_d(g, m, v, a, b, n, $0) }
    }

    public static func scaledGradientSlope(
        _ g: UnsafePointer<Double>, _ s: UnsafePointer<Double>,
        _ a: UnsafeMutablePointer<Double>, _ n: Int, _ factors: ScalingFactors
    ) {
        factors.withNumbers { hyperfed_scaled_slope_d(g, s, a, n, $0) }
    }
}
