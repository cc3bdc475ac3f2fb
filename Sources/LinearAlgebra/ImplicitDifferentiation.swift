import CKernels

/// The numbers of one update of many rates; see `VectorBlock.tune`.
public struct TuningFactors: Equatable, Sendable {
    /// How far one hypergradient moves a rate.
    public var hyperRate: Double
    /// The smallest allowed rate; −∞ if there is no bound.
    public var lower: Double
    /// The largest allowed rate; +∞ if there is no bound.
    public var upper: Double
    /// Whether log10 of the rate is what moves.
    public var isLogarithmic: Bool
    /// Adam's, where the hypergradients go through it.
    public var adam: AdamFactors?

    /// Makes the numbers of an update.
    public init(
        hyperRate: Double, lower: Double, upper: Double, isLogarithmic: Bool, adam: AdamFactors?
    ) {
        (self.hyperRate, self.lower, self.upper) = (hyperRate, lower, upper)
        (self.isLogarithmic, self.adam) = (isLogarithmic, adam)
    }

    /// Passes all numbers to the kernel, in its order.
    fileprivate func withNumbers<R>(_ body: (UnsafePointer<Double>?) -> R) -> R {
        let numbers = (
            hyperRate, lower, upper, adam?.beta1 ?? 0, adam?.beta2 ?? 0, adam?.mean ?? 1,
            adam?.square ?? 1, adam?.epsilon ?? 0
        )
        return withUnsafeBytes(of: numbers) { body($0.bindMemory(to: Double.self).baseAddress) }
    }
}

/// What happened to many rates in one update.
public struct TuningEvents: Equatable, Sendable {
    /// How many rates were clipped to the lower bound.
    public var lowerBoundHits: Int
    /// How many rates were clipped to the upper bound.
    public var upperBoundHits: Int
    /// Rates that stayed, since their hypergradient or the proposal was not finite.
    public var undefined: Int

    fileprivate init(_ kernel: (UnsafeMutablePointer<Int>?) -> Void) {
        var events = (0, 0, 0)
        withUnsafeMutableBytes(of: &events) { kernel($0.bindMemory(to: Int.self).baseAddress) }
        (lowerBoundHits, upperBoundHits, undefined) = events
    }
}

extension VectorBlock {
    /// term ← p, scaled ← gain ∘ p.
    public mutating func firstTerm(
        _ p: Vector, gain: Vector, into term: Vector, scaled: Vector
    ) {
        precondition(
            p.count == gain.count && p.count == term.count && p.count == scaled.count,
            "vectors of \(p.count), \(gain.count), \(term.count) and \(scaled.count) numbers")
        hyperfed_first_term(S.isDouble, at(p), at(gain), at(term), at(scaled), p.count)
    }

    /// term ← term − product, sum ← sum + term, scaled ← gain ∘ term: one pass over the five.
    public mutating func nextTerm(
        minus product: Vector, gain: Vector, _ term: Vector, addedTo sum: Vector, scaled: Vector
    ) {
        precondition(
            product.count == gain.count && product.count == term.count
                && product.count == sum.count && product.count == scaled.count,
            "vectors of different lengths")
        hyperfed_next_term(
            S.isDouble, at(product), at(gain), at(term), at(sum), at(scaled), product.count)
    }

    /// Σ x y z, in double precision over fixed lanes.
    public func dot(_ x: Vector, _ y: Vector, _ z: Vector) -> Double {
        precondition(
            x.count == y.count && x.count == z.count,
            "vectors of \(x.count), \(y.count) and \(z.count) numbers")
        return hyperfed_triple_dot(S.isDouble, at(x), at(y), at(z), x.count)
    }

    /// Updates rates r by their hypergradients h = −p ∘ d, each on its own.
    ///
    /// With moments through Adam, else r ← r − κ h; in logarithms log10 r moves, and h r ln 10 is
    /// what moves it. What is not finite leaves a rate and its moments as they are.
    public mutating func tune(
        _ rates: Vector, by p: Vector, along d: Vector, moments: (mean: Vector, square: Vector)?,
        _ factors: TuningFactors
    ) -> TuningEvents {
        precondition(
            rates.count == p.count && rates.count == d.count
                && (moments.map { $0.mean.count == p.count && $0.square.count == p.count } ?? true),
            "vectors of different lengths")
        return TuningEvents { events in
            factors.withNumbers { numbers in
                hyperfed_tune_rates(
                    S.isDouble, at(rates), at(p), at(d), moments.map { at($0.mean) },
                    moments.map { at($0.square) }, numbers, factors.isLogarithmic, rates.count,
                    events)
            }
        }
    }
}
