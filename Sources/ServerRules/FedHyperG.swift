import Bytes
import LearningRates
import Settings

/// FedHyper-G: the global rate grows while successive aggregates agree.
///
///     h_t = ⟨Δ_t, m⟩,   c_t = cos(Δ_t, m)             m = Δ_{t−1}, or the velocity v_{t−1}
///     α_t = clip(α_{t−1} + κ h_t, 1/γ, γ)                     (paper)
///     α_t = clip(α_{t−1} (1 + κ c_t), α_0/γ, α_0 γ)           (normalized)
///     w_{t+1} = w_t + α_t d(Δ_t),   or w_t + η d(α_t Δ_t) with α_0 = 1
///
/// - h_t already changes the step of round t. Both aggregates are used before any rate.
/// - `product_with`: `aggregate` is Δ_{t−1}. `direction` is the optimizer's last direction. With
///   momentum it is the velocity v_{t−1}, which gives the textbook hypergradient and is the default
///   there.
/// - `scales`: with `direction`, α is the rate of the optimizer's step and starts at
///   server.learning_rate η. With `aggregate`, η stays the same and α scales the aggregate before
///   the optimizer. The paper does this with FedAdam, and it is the default with optimizers that
///   divide by a root.
/// - `form: released_code` is the paper form with bounds [0.2, 5], or [0.8, 5] with an optimizer
///   that has buffers. With momentum it has its own rule, where a_t = α_t − 1, a_0 = 0 and v is the
///   velocity: a_t = clip(a_{t−1} + κ ⟨Δ_t, v_{t−1}⟩, −0.2, 4),  w_{t+1} = w_t + Δ_t + a_t v_t.
/// - Edge cases: the first round uses α_0 without clipping. A start rate beyond the bounds is used
///   in the first round and is clipped with the first change. If a product is not finite, or a
///   cosine is not defined, α stays the same and the event is counted. The next round starts from
///   the clipped value.
/// - State: one number; the round keeps the previous aggregate. Sends nothing extra.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form), and its released code. That
///   code starts at 1. Here the start is server.learning_rate, except with momentum.
struct FedHyperG: ServerScheduler {
    static let facts = RuleFacts(
        "fedhyper_g", "hypergradient on the global rate (FedHyper-G)",
        paper: "Wang et al., ICLR 2024", adapts: "global rate",
        from: "product with the aggregate before, or with the velocity",
        neutral: ["hyper_rate": "0"])

    private enum Choice: Sendable { case byOptimizer, aggregate, direction }

    private let rule: HypergradientRule
    private let product: Choice
    private let scale: Choice
    var start = StartRates()
    /// The rate α, or the scale s; nil before it changes.
    private var rate: Double?

    init(_ settings: Settings) {
        rule = HypergradientRule(settings, bound: 3, hasReleasedCode: true, codeHasBounds: true)
        product = settings.choice(
            "product_with",
            of: ["by_optimizer": .byOptimizer, "aggregate": .aggregate, "direction": .direction],
            default: "by_optimizer",
            "the aggregate before or the optimizer's last direction; momentum's is the default's"
                + " direction")
        scale = settings.choice(
            "scales",
            of: ["by_optimizer": .byOptimizer, "aggregate": .aggregate, "direction": .direction],
            default: "by_optimizer",
            "what α multiplies: the optimizer's direction, or the aggregate that it sees")
    }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.adaptedRate, needs.form) = (.global, .global, rule.form)
        needs.quantities = [.product(with: reference)]
        needs.scalesAggregates = scalesAggregates
        needs.bounds = limits.lower...limits.upper
        return needs
    }

    private var hasMomentum: Bool { start.optimizer.heavyBall.map { $0.momentum > 0 } ?? false }
    private var hasBuffers: Bool { start.optimizer.buffers > 0 }

    /// The reference vector m.
    private var reference: ReferenceVector {
        switch product {
        case .byOptimizer: hasMomentum ? .direction : .previousAggregate
        case .aggregate: .previousAggregate
        case .direction: .direction
        }
    }

    private var scalesAggregates: Bool {
        switch scale {
        case .byOptimizer: hasBuffers && !hasMomentum
        case .aggregate: true
        case .direction: false
        }
    }

    /// Whether this is the rule of the released code with momentum.
    private var isCodeMomentum: Bool { rule.form == .releasedCode && hasMomentum }

    /// The start rate α_0; 1 for a scale.
    private var startRate: Double { scalesAggregates ? 1 : start.globalRate }

    private var limits: (lower: Double, upper: Double) {
        switch rule.form {
        case .paper: (1 / rule.boundFactor, rule.boundFactor)
        case .normalized: (startRate / rule.boundFactor, startRate * rule.boundFactor)
        case .releasedCode: (hasBuffers ? 0.8 : 0.2, 5)
        }
    }

    mutating func decideRates(after summary: RoundSummary) -> RateDecision {
        guard let product = summary.product(with: reference) else {
            return decision(rate ?? startRate, nil)
        }
        let change = rule.next(
            rate ?? startRate, product: product, cosine: summary.cosine(with: reference),
            limits: limits, adds: true)
        rate = change.rate
        return decision(change.rate, change)
    }

    private func decision(_ rate: Double, _ change: RateChange?) -> RateDecision {
        var decision = RateDecision(
            globalRate: scalesAggregates ? start.globalRate : rate, globalChange: change)
        if scalesAggregates { decision.aggregateScale = rate }
        // The first step of the released code has the rate 1 for every start rate.
        if isCodeMomentum { decision.aggregateRate = 1 }
        return decision
    }

    var startProblems: [StartProblem] {
        [incompatibilityOfCode.map { .incompatible($0) }, warning.map { .warning($0) }]
            .compactMap(\.self)
    }

    private var incompatibilityOfCode: String? {
        guard isCodeMomentum, let ball = start.optimizer.heavyBall else { return nil }
        if !ball.isPlain {
            return
                "expected momentum without nesterov and dampening for form: released_code, found"
                + " one of them; remove nesterov and dampening, or set form: paper"
        }
        if product == .aggregate || scale == .aggregate {
            return
                "expected the velocity in product_with and scales for form: released_code with"
                + " momentum, found the aggregate; remove these keys, or set form: paper"
        }
        return nil
    }

    private var warning: String? {
        if isCodeMomentum, start.globalRate != 1 {
            return "expected server.learning_rate: 1 for form: released_code with momentum, found"
                + " \(start.globalRate); the first step has the rate 1, and the velocity counts"
                + " \(start.globalRate - 1) from the first round on; set learning_rate: 1"
        }
        let (low, high) = limits
        guard rule.form != .normalized, !scalesAggregates,
            start.globalRate < low || start.globalRate > high
        else { return nil }
        return "expected server.learning_rate between the bounds \(low) and \(high), found"
            + " \(start.globalRate); it is used in round 0 and clipped from then on"
    }

    func save(to writer: inout ByteWriter) { writer.write(rate) }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rate = try reader.optionalDouble()
    }
}
