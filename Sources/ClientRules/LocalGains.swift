import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// Normalised local rates: each parameter's rate grows while its gradient keeps its sign. The
/// change depends on the product of two successive gradients divided by their mean square.
///
///     s_k = ρ s_{k−1} + (1 − ρ) g_k²                                (s = g² at the first step)
///     β_k = β_{k−1} max(least, 1 + κ g_k g_{k−1} / s_k),   w_{k+1} = w_k − β_k g_k
///
/// - Every value is per parameter.
/// - Edge cases: the first step of a round keeps β. If s is 0, the quotient is 0. If a proposed
///   rate is not finite, the rate and s stay the same and the event is counted.
/// - State: `lr_only` carries over the rates, and `all` also s and the last gradient.
/// - Requires plain gradient descent. Costs one gradient and one pass over four vectors per step.
///   Keeps the rates, s and g_{k−1}.
/// - Source: Almeida et al. 1998, as quoted by Schraudolph 1999.
struct LocalGains: ClientScheduler {
    static let facts = RuleFacts(
        "local_gains", "a rate per parameter from successive gradients, normalised",
        paper: "Almeida et al. 1998", adapts: "rate", gradients: "1", neutral: ["hyper_rate": "0"],
        estimatesHypergradient: true)

    private let hyperRate: Double
    private let decay: Double
    private let leastFactor: Double
    private let bounds: RateBounds
    private let carry: CarryOver
    private var startRate = 0.0
    /// Whether s and g_{k−1} are stored.
    private var hasHistory = false

    private static let squares = VectorName.scheduler(0)

    init(_ settings: Settings) {
        hyperRate = settings.number(
            "hyper_rate", default: 0.05, in: .nonNegative,
            "hyper-rate κ: how far one hypergradient moves the rates")
        decay = settings.number(
            "decay", default: 0.9, in: .fraction, "decay ρ of the mean square of gradients")
        leastFactor = settings.number(
            "least_factor", default: 0.5, in: .positiveUpTo(1),
            "how far a rate shrinks in one step at most")
        bounds = RateBounds(settings, floor: 1e-8)
        carry = CarryOver(settings, default: .ratesOnly)
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        if carry == .all {
            needs.mayCarry = CarriedVectors(rates: true, slots: [Self.squares, .gradient])
        }
        (needs.previousGradient, needs.vectors, needs.scope) = (true, 1, .parameter)
        needs.plainDescentKind = "local_gains"
        return needs
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) { startRate = localRate }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        defer { hasHistory = true }
        let (rates, squares) = (step.vector(.rates), step.vector(Self.squares))
        let (g, before) = (step.vector(.gradient), step.vector(.previousGradient))
        // At the first step the gradient also counts as the previous one, so no rate changes.
        let factors = GainFactors(
            keep: hasHistory ? decay : 0, add: hasHistory ? 1 - decay : 1,
            hyperRate: hasHistory ? hyperRate : 0, least: leastFactor)
        var limits = bounds.limits(around: startRate, as: P.S.self)
        if factors.hyperRate == 0 { limits = RateLimits(lower: -.infinity, upper: .infinity) }
        let tally = step.slots.localGains(
            rates, squares: squares, g, before: hasHistory ? before : g, factors, limits: limits)
        step.countRateEvents(tally)
        step.hypergradients[0] = hasHistory ? -tally.sums.0 : 0
    }

    var carried: CarriedVectors {
        CarriedVectors(
            rates: carry != .reset,
            slots: carry == .all && hasHistory ? [Self.squares, .gradient] : [])
    }

    func save(to writer: inout ByteWriter) {
        if carry == .all { writer.write(hasHistory) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        if carry == .all { hasHistory = try reader.flag() }
    }
}
