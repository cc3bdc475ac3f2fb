public import Bytes

/// The numbers of one round that a server scheduler decides from; also the source of rounds.csv.
public struct RoundSummary: Equatable, Sendable {
    /// The round, from 0.
    public var round: Int
    /// ‖Δ_t‖², the squared norm of the aggregate before any global rate.
    public var squaredNorm: Double
    /// ⟨Δ_t, Δ_{t−1}⟩; nil in the first round.
    public var alignment: Double?
    /// ‖Δ_{t−1}‖²; nil in the first round.
    public var previousSquaredNorm: Double?

    /// A summary from its numbers.
    public init(
        round: Int, squaredNorm: Double, alignment: Double? = nil,
        previousSquaredNorm: Double? = nil
    ) {
        self.round = round
        self.squaredNorm = squaredNorm
        self.alignment = alignment
        self.previousSquaredNorm = previousSquaredNorm
    }

    /// The cosine of Δ_t and Δ_{t−1}; nil where it is not defined.
    public var cosine: Double? {
        guard let alignment, let previousSquaredNorm else { return nil }
        return LearningRates.cosine(alignment, squaredNorm, previousSquaredNorm)
    }
}

/// The rate that a server scheduler adapts by a hypergradient.
public enum AdaptedRate: Sendable {
    /// The global rate α.
    case global
    /// The local rate β of the next round.
    case local
}

/// Chooses the global rate α, the local rate β that goes out with the tasks, or both: numbers in,
/// rates out. It never sees a vector; the round gives it inner products.
public protocol ServerScheduler: Sendable, Saved {
    /// The form of its hypergradient, where there are several.
    var form: HypergradientForm? { get }
    /// The rate that its hypergradient adapts; nil where it has none.
    var adaptedRate: AdaptedRate? { get }
    /// Whether the local rate that goes out with the tasks changes from round to round.
    var changesLocalRate: Bool { get }
    /// Takes the configured start rates α_0, β_0 > 0 and the number of rounds; called once, before
    /// everything else.
    mutating func start(globalRate: Double, localRate: Double, rounds: Int)
    /// β_t: the local rate of a round, from what is known before it.
    func localRate(round: Int) -> Double
    /// α_t: called once a round, after its aggregate; applied to this very aggregate. The change
    /// also says what happened to a rate that the rule adapts, be it α or the next round's β.
    mutating func globalRate(after summary: RoundSummary) -> (rate: Double, change: RateChange?)
    /// What is odd about the start rates for this rule, in words for the user; nil if nothing is.
    func concern(globalRate: Double, localRate: Double) -> String?
}

extension ServerScheduler {
    /// Only one form.
    public var form: HypergradientForm? { nil }
    /// Adapts none.
    public var adaptedRate: AdaptedRate? { nil }
    /// Where its hypergradient adapts it.
    public var changesLocalRate: Bool { adaptedRate == .local }
    /// Nothing is odd.
    public func concern(globalRate: Double, localRate: Double) -> String? { nil }
}
