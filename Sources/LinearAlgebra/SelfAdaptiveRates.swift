import CKernels

/// How a vector γ makes rates: max · sigmoid(γ), or e^γ where max is 0. See
/// `VectorBlock.selfAdapt`.
public struct SelfAdaptiveRates: Equatable, Sendable {
    /// The hyper-rate κ of the step of γ.
    public var hyperRate = 0.0
    /// The largest rate max, or 0 for rates e^γ.
    public var largest = 0.0
    /// Where γ is `startGamma` (rounded), the rate is exactly `startRate`.
    public var startGamma = 0.0
    /// The exact rate where γ is `startGamma`.
    public var startRate = 0.0
    /// γ is held above this where it moves.
    public var lower = -Double.infinity
    /// γ is held below this where it moves.
    public var upper = Double.infinity

    /// Makes rates e^γ whose γ does not move.
    public init() {}

    func withKernelForm<R>(_ body: (UnsafePointer<hyperfed_self_adaptive>) -> R) -> R {
        let form = hyperfed_self_adaptive(
            kappa: hyperRate, max: largest, gamma0: startGamma, start: startRate, lower: lower,
            upper: upper)
        return withUnsafePointer(to: form, body)
    }
}

/// The sums and counts of a step of γ.
public struct SelfAdaptiveSummary: Equatable, Sendable {
    /// The sum of ∂L/∂rate.
    public var rateSlope = 0.0
    /// The sum of ∂L/∂γ.
    public var slope = 0.0
    /// The sum of the squares of ∂L/∂γ.
    public var slopeSquares = 0.0
    /// Smallest, largest and sum of the new rates.
    public var rates = RateSummary()
    /// How many γ were held at the lower bound.
    public var lowerBoundHits = 0
    /// How many γ were held at the upper bound.
    public var upperBoundHits = 0
    /// How many derivatives were not finite and left γ as it was.
    public var undefined = 0

    /// Makes a summary of no rates.
    public init() {}

    init(_ kernel: (UnsafeMutablePointer<hyperfed_self_adaptive_sums>) -> Void) {
        var sums = hyperfed_self_adaptive_sums()
        kernel(&sums)
        (rateSlope, slope, slopeSquares) = (sums.rate_slope, sums.slope, sums.squares)
        rates = RateSummary(
            smallest: sums.smallest_rate, largest: sums.largest_rate, sum: sums.rates)
        (lowerBoundHits, upperBoundHits, undefined) = (
            sums.lower_hits, sums.upper_hits, sums.undefined
        )
    }
}

extension VectorBlock {
    /// out ← w − r ∘ g: a step, beside the weights.
    public mutating func step(_ w: Vector, along g: Vector, rates r: Vector, into out: Vector) {
        precondition(w.count == g.count && w.count == r.count && w.count == out.count)
        hyperfed_tentative(S.isDouble, at(w), at(g), at(r), at(out), w.count)
    }

    /// γ ← γ − κ ∂L/∂γ with ∂L/∂rate = −g⁺ ∘ g, where g⁺ is the gradient after a step along g with
    /// these rates; then the rates of the new γ and, with weights, w ← w − r ∘ g. One pass over
    /// all. A γ whose derivative is not finite, or that a step of 0 leaves as it was, keeps its
    /// rate bit for bit.
    public mutating func selfAdapt(
        gamma: Vector, rates: Vector, gradient g: Vector, after: Vector, moving w: Vector?,
        _ how: SelfAdaptiveRates
    ) -> SelfAdaptiveSummary {
        precondition(
            g.count == after.count && g.count == gamma.count && g.count == rates.count
                && (w?.count ?? g.count) == g.count)
        return how.withKernelForm { form in
            SelfAdaptiveSummary {
                hyperfed_self_adaptive(
                    S.isDouble, at(g), at(after), at(gamma), at(rates), w.map { at($0) }, g.count,
                    form, $0)
            }
        }
    }

    /// Returns the sum of |∂L/∂γ| over those that are finite; as in `selfAdapt`.
    public func slopeMagnitude(
        rates: Vector, gradient g: Vector, after: Vector, _ how: SelfAdaptiveRates
    ) -> Double {
        precondition(g.count == after.count && g.count == rates.count)
        return how.withKernelForm {
            hyperfed_slope_magnitude(S.isDouble, at(g), at(after), at(rates), g.count, $0)
        }
    }

    /// Computes r ← the rates of γ.
    public mutating func setRates(_ r: Vector, of gamma: Vector, _ how: SelfAdaptiveRates) {
        precondition(r.count == gamma.count)
        how.withKernelForm { hyperfed_self_adapted(S.isDouble, at(gamma), at(r), r.count, $0) }
    }
}
