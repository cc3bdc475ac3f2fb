import CKernels

/// Where the rates of single parameters are held: at most `upper`, at least `lower`; infinite where
/// there is no bound.
public struct RateLimits<S: Scalar>: Sendable {
    /// The smallest rate that is allowed.
    public var lower: S
    /// The largest rate that is allowed.
    public var upper: S

    /// Makes limits from both bounds.
    public init(lower: S, upper: S) { (self.lower, self.upper) = (lower, upper) }
}

/// What became of one learning rate per parameter, and sums that the same pass could make.
public struct RateTally: Sendable {
    /// What they are is said where they are made.
    public var sums: (Double, Double, Double)
    /// How many rates were clipped to the lower bound.
    public var lowerBoundHits: Int
    /// How many rates were clipped to the upper bound.
    public var upperBoundHits: Int
    /// Rates that stayed because what was proposed was not finite.
    public var undefined: Int

    init(_ kernel: (UnsafeMutablePointer<Double>) -> Void) {
        var numbers = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        withUnsafeMutableBytes(of: &numbers) {
            if let numbers = $0.bindMemory(to: Double.self).baseAddress { kernel(numbers) }
        }
        sums = (numbers.0, numbers.1, numbers.2)
        (lowerBoundHits, upperBoundHits) = (Int(numbers.3), Int(numbers.4))
        undefined = Int(numbers.5)
    }
}

/// How much a rate grows or shrinks at a time in `VectorBlock.localGains`.
public struct GainFactors: Equatable, Sendable {
    /// The factor of the old mean of squares.
    public var keep: Double
    /// The factor of the new square.
    public var add: Double
    /// The hyper-rate κ of the gains.
    public var hyperRate: Double
    /// The smallest factor of a rate.
    public var least: Double

    /// Makes the factors of a step.
    public init(keep: Double, add: Double, hyperRate: Double, least: Double) {
        (self.keep, self.add, self.hyperRate, self.least) = (keep, add, hyperRate, least)
    }
}

/// How rates follow their tangents in `VectorBlock.metaDescent`.
public struct MetaDescentFactors: Equatable, Sendable {
    /// The hyper-rate κ of the rates.
    public var hyperRate: Double
    /// The smallest factor of a rate; nil: the factor is exp(κ g v).
    public var least: Double?
    /// λ, how much of a tangent survives a step.
    public var memory: Double

    /// Makes the factors of a step.
    public init(hyperRate: Double, least: Double?, memory: Double) {
        (self.hyperRate, self.least, self.memory) = (hyperRate, least, memory)
    }
}

extension VectorBlock {
    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨y, y⟩ in one pass over the two.
    public func products(_ x: Vector, _ y: Vector) -> (xx: Double, xy: Double, yy: Double) {
        same(x, y)
        return threeSums { hyperfed_products(S.isDouble, at(x), at(y), x.count, $0) }
    }

    /// ‖w − b‖², ‖g − h‖² and ⟨w − b, g⟩; then b ← w. One pass over the four.
    public mutating func distances(
        _ w: Vector, before b: Vector, _ g: Vector, before h: Vector
    ) -> (moved: Double, bent: Double, along: Double) {
        same(w, b, g, h)
        return threeSums {
            hyperfed_distances(S.isDouble, at(w), at(b), at(g), at(h), w.count, $0)
        }
    }

    /// r ← r + κ g ∘ d, or r ← r ∘ (1 + κ sign(g ∘ d)), inside the limits. The tally's first sum is
    /// ⟨g, d⟩.
    public mutating func moveRates(
        _ r: Vector, by g: Vector, _ d: Vector, hyperRate: Double, multiplies: Bool,
        limits: RateLimits<S>
    ) -> RateTally {
        same(r, g, d)
        let (rates, gradient, direction) = (at(r), at(g), at(d))
        let (double, lower, upper) = (S.isDouble, limits.lower.inDouble, limits.upper.inDouble)
        return RateTally {
            if multiplies {
                hyperfed_multiplicative_rates(
                    double, rates, gradient, direction, r.count, hyperRate, lower, upper, $0)
            } else {
                hyperfed_additive_rates(
                    double, rates, gradient, direction, r.count, hyperRate, lower, upper, $0)
            }
        }
    }

    /// s ← keep s + add g²; r ← r ∘ max(least, 1 + κ g ∘ p / s), inside the limits; 0 / 0 is 0. The
    /// tally's first sum is ⟨g, p⟩.
    public mutating func localGains(
        _ r: Vector, squares s: Vector, _ g: Vector, before p: Vector, _ factors: GainFactors,
        limits: RateLimits<S>
    ) -> RateTally {
        same(r, s, g, p)
        return RateTally {
            hyperfed_local_gains(
                S.isDouble, at(r), at(s), at(g), at(p), r.count, factors.keep, factors.add,
                factors.hyperRate, factors.least, limits.lower.inDouble, limits.upper.inDouble, $0)
        }
    }

    /// r ← r ∘ max(least, 1 + κ g ∘ v) or r ∘ exp(κ g ∘ v), inside the limits; then
    /// v ← λ v + r ∘ (g − λ c). The tally's sums are those of g v / r with the old r, of v² and of
    /// (r g)² with the new ones.
    public mutating func metaDescent(
        _ r: Vector, tangents v: Vector, _ g: Vector, curved c: Vector,
        _ factors: MetaDescentFactors, limits: RateLimits<S>
    ) -> RateTally {
        same(r, v, g, c)
        let (rates, tangents, gradient, curved) = (at(r), at(v), at(g), at(c))
        let (double, hyperRate, memory) = (S.isDouble, factors.hyperRate, factors.memory)
        let (lower, upper) = (limits.lower.inDouble, limits.upper.inDouble)
        return RateTally {
            if let least = factors.least {
                hyperfed_linear_meta_descent(
                    double, rates, tangents, gradient, curved, r.count, hyperRate, least, memory,
                    lower, upper, $0)
            } else {
                hyperfed_exponential_meta_descent(
                    double, rates, tangents, gradient, curved, r.count, hyperRate, 0, memory,
                    lower, upper, $0)
            }
        }
    }

    private func same(_ x: Vector, _ y: Vector, _ z: Vector? = nil, _ last: Vector? = nil) {
        precondition(
            x.count == y.count && x.count == (z ?? x).count && x.count == (last ?? x).count,
            "vectors of \(x.count), \(y.count), \((z ?? x).count), \((last ?? x).count) numbers")
    }
}
