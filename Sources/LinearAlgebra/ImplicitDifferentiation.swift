import CKernels

/// The numbers of one update of many rates; see `Slots.tune`.
public struct TuningFactors: Equatable, Sendable {
    /// How far one hypergradient moves a rate.
    public var hyperRate: Double
    /// The least rate; −∞ for none.
    public var lower: Double
    /// The largest rate; +∞ for none.
    public var upper: Double
    /// Whether log10 of the rate is what moves.
    public var isLogarithmic: Bool
    /// Adam's, where the hypergradients go through it.
    public var adam: AdamFactors?

    /// Factors.
    public init(
        hyperRate: Double, lower: Double, upper: Double, isLogarithmic: Bool, adam: AdamFactors?
    ) {
        (self.hyperRate, self.lower, self.upper) = (hyperRate, lower, upper)
        (self.isLogarithmic, self.adam) = (isLogarithmic, adam)
    }

    /// In the order of the kernel.
    fileprivate func numbers<S: BinaryFloatingPoint>() -> (S, S, S, S, S, S, S, S) {
        (
            S(hyperRate), S(lower), S(upper), S(adam?.beta1 ?? 0), S(adam?.beta2 ?? 0),
            S(adam?.mean ?? 1), S(adam?.square ?? 1), S(adam?.epsilon ?? 0)
        )
    }
}

/// What happened to many rates in one update.
public struct TuningEvents: Equatable, Sendable {
    /// Rates held at the lower bound.
    public var lowerBoundHits: Int
    /// Rates held at the upper bound.
    public var upperBoundHits: Int
    /// Rates that stayed, since their hypergradient or the proposal was not finite.
    public var undefined: Int

    fileprivate init(_ kernel: (UnsafeMutablePointer<Int>?) -> Void) {
        var events = (0, 0, 0)
        withUnsafeMutableBytes(of: &events) { kernel($0.bindMemory(to: Int.self).baseAddress) }
        (lowerBoundHits, upperBoundHits, undefined) = events
    }
}

/// Loops of implicit differentiation over raw memory.
public protocol ImplicitDifferentiationLoops {
    /// See `Slots.firstTerm`.
    static func firstTerm(
        _ p: UnsafePointer<Self>, _ gain: UnsafePointer<Self>, _ term: UnsafeMutablePointer<Self>,
        _ scaled: UnsafeMutablePointer<Self>, _ n: Int)
    /// See `Slots.nextTerm`.
    static func nextTerm(
        _ product: UnsafePointer<Self>, _ gain: UnsafePointer<Self>,
        _ term: UnsafeMutablePointer<Self>, _ sum: UnsafeMutablePointer<Self>,
        _ scaled: UnsafeMutablePointer<Self>, _ n: Int)
    /// See `Slots.dot`.
    static func tripleDot(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ z: UnsafePointer<Self>, _ n: Int
    ) -> Double
    /// See `Slots.tune`.
    static func tune(
        _ rates: UnsafeMutablePointer<Self>, _ p: UnsafePointer<Self>, _ d: UnsafePointer<Self>,
        _ mean: UnsafeMutablePointer<Self>?, _ square: UnsafeMutablePointer<Self>?,
        _ factors: TuningFactors, _ n: Int
    ) -> TuningEvents
}

extension Slots {
    /// term ← p, scaled ← gain ∘ p.
    public mutating func firstTerm(
        _ p: Vector, gain: Vector, into term: Vector, scaled: Vector
    ) {
        precondition(
            p.count == gain.count && p.count == term.count && p.count == scaled.count,
            "vectors of \(p.count), \(gain.count), \(term.count) and \(scaled.count) numbers")
        S.firstTerm(at(p), at(gain), at(term), at(scaled), p.count)
    }

    /// term ← term − product, sum ← sum + term, scaled ← gain ∘ term: one pass over the five.
    public mutating func nextTerm(
        minus product: Vector, gain: Vector, _ term: Vector, addedTo sum: Vector, scaled: Vector
    ) {
        precondition(
            product.count == gain.count && product.count == term.count
                && product.count == sum.count && product.count == scaled.count,
            "vectors of different lengths")
        S.nextTerm(at(product), at(gain), at(term), at(sum), at(scaled), product.count)
    }

    /// Σ x y z, in double precision over fixed lanes.
    public func dot(_ x: Vector, _ y: Vector, _ z: Vector) -> Double {
        precondition(
            x.count == y.count && x.count == z.count,
            "vectors of \(x.count), \(y.count) and \(z.count) numbers")
        return S.tripleDot(at(x), at(y), at(z), x.count)
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
        return S.tune(
            at(rates), at(p), at(d), moments.map { at($0.mean) }, moments.map { at($0.square) },
            factors, rates.count)
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: ImplicitDifferentiationLoops {
    public static func firstTerm(
        _ p: UnsafePointer<Float>, _ gain: UnsafePointer<Float>,
        _ term: UnsafeMutablePointer<Float>, _ scaled: UnsafeMutablePointer<Float>, _ n: Int
    ) { hyperfed_first_term_f(p, gain, term, scaled, n) }
    public static func nextTerm(
        _ product: UnsafePointer<Float>, _ gain: UnsafePointer<Float>,
        _ term: UnsafeMutablePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
        _ scaled: UnsafeMutablePointer<Float>, _ n: Int
    ) { hyperfed_next_term_f(product, gain, term, sum, scaled, n) }
    public static func tripleDot(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ z: UnsafePointer<Float>, _ n: Int
    ) -> Double { hyperfed_triple_dot_f(x, y, z, n) }
    public static func tune(
        _ rates: UnsafeMutablePointer<Float>, _ p: UnsafePointer<Float>,
        _ d: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>?,
        _ square: UnsafeMutablePointer<Float>?, _ factors: TuningFactors, _ n: Int
    ) -> TuningEvents {
        var numbers: (Float, Float, Float, Float, Float, Float, Float, Float) = factors.numbers()
        return TuningEvents { events in
            withUnsafeBytes(of: &numbers) {
                hyperfed_tune_rates_f(
                    rates, p, d, mean, square, $0.bindMemory(to: Float.self).baseAddress,
                    factors.isLogarithmic ? 1 : 0, n, events)
            }
        }
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: ImplicitDifferentiationLoops {
    public static func firstTerm(
        _ p: UnsafePointer<Double>, _ gain: UnsafePointer<Double>,
        _ term: UnsafeMutablePointer<Double>, _ scaled: UnsafeMutablePointer<Double>, _ n: Int
    ) { hyperfed_first_term_d(p, gain, term, scaled, n) }
    public static func nextTerm(
        _ product: UnsafePointer<Double>, _ gain: UnsafePointer<Double>,
        _ term: UnsafeMutablePointer<Double>, _ sum: UnsafeMutablePointer<Double>,
        _ scaled: UnsafeMutablePointer<Double>, _ n: Int
    ) { hyperfed_next_term_d(product, gain, term, sum, scaled, n) }
    public static func tripleDot(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ z: UnsafePointer<Double>, _ n: Int
    ) -> Double { hyperfed_triple_dot_d(x, y, z, n) }
    public static func tune(
        _ rates: UnsafeMutablePointer<Double>, _ p: UnsafePointer<Double>,
        _ d: UnsafePointer<Double>, _ mean: UnsafeMutablePointer<Double>?,
        _ square: UnsafeMutablePointer<Double>?, _ factors: TuningFactors, _ n: Int
    ) -> TuningEvents {
        var numbers: (Double, Double, Double, Double, Double, Double, Double, Double) =
            factors.numbers()
        return TuningEvents { events in
            withUnsafeBytes(of: &numbers) {
                hyperfed_tune_rates_d(
                    rates, p, d, mean, square, $0.bindMemory(to: Double.self).baseAddress,
                    factors.isLogarithmic ? 1 : 0, n, events)
            }
        }
    }
}
