import Bytes
import LearningRates
import Settings

/// FedHyper-SL: the server changes one local rate for all clients, by the agreement of successive
/// aggregates. The global rate stays the same.
///
///     h_t = ⟨Δ_t, Δ_{t−1}⟩,   c_t = cos(Δ_t, Δ_{t−1})
///     β_{t+1} = clip(β_t + β_0 κ h_t, β_0/γ, β_0 γ)           (paper, step: factor)
///     β_{t+1} = clip(β_t + κ h_t, β_0/γ, β_0 γ)               (paper, step: additive)
///     β_{t+1} = clip(β_t (1 + κ c_t), β_0/γ, β_0 γ)           (normalized)
///     s_t = s_{t−1} + κ h_t,   β_{t+1} = clip(β_0 s_t, β_0/γ, β_0 γ),   s_0 = 1   (released_code)
///
/// - h_t is known after round t, so it sets the rate of round t + 1. Rounds 0 and 1 use β_0.
/// - Edge cases: if a product is not finite, or a cosine is not defined, β stays the same and the
///   event is counted. The next round starts from the clipped value, so there is no wind-up. In the
///   form `released_code` the sum s is not clipped, so it can need many rounds to return from a
///   bound.
/// - The paper form has two versions. `factor` is that of the released code, β_0 (1 + κ Σ h), with
///   the sum clipped to the bounds. There h counts relative to a rate of 1, as for the global rate.
///   `additive` is the printed equation. With κ = 1 and β_0 = 0.01 it reaches a bound with nearly
///   every product.
/// - Difference from the released code: it makes the list of local rates anew in every round, so
///   its SL never changes a rate.
/// - Cost: keeps one number, and sends one number to each client.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form), and its released code.
struct FedHyperSL: ServerScheduler {
    static let facts = RuleFacts(
        "fedhyper_sl", "hypergradient on one local rate for all clients (FedHyper-SL)",
        paper: "Wang et al., ICLR 2024", adapts: "local rate",
        from: "product with the aggregate before", neutral: ["hyper_rate": "0"],
        trials: ["form: paper, step: additive"])

    private enum RawStep: Sendable { case factor, additive }

    private let rule: HypergradientRule
    private let rawStep: RawStep
    var start = StartRates()
    /// The rate β; nil before it changes.
    private var rate: Double?
    /// The value β_0 s_t of the form `released_code`, which is not clipped; nil before it changes.
    private var sum: Double?

    init(_ settings: Settings) {
        rule = HypergradientRule(settings, bound: 10, hasReleasedCode: true)
        // The other forms do not have this choice, so the key exists in paper form only.
        rawStep =
            rule.form != .paper
            ? .factor
            : settings.choice(
                "step", of: ["factor": .factor, "additive": .additive], default: "factor",
                "whether raw products move the rate relative to its start, or as they are")
    }

    private var limits: (lower: Double, upper: Double) {
        (start.localRate / rule.boundFactor, start.localRate * rule.boundFactor)
    }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.adaptedRate, needs.form) = (.local, .local, rule.form)
        needs.quantities = [.product(with: .previousAggregate)]
        needs.bounds = limits.lower...limits.upper
        return needs
    }

    func localRate(round: Int) -> Double { rate ?? start.localRate }

    mutating func decideRates(after summary: RoundSummary) -> RateDecision {
        guard let alignment = summary.product(with: .previousAggregate) else {
            return RateDecision(globalRate: start.globalRate)
        }
        let product = rawStep == .factor ? start.localRate * alignment : alignment
        let isHeld = rule.form != .releasedCode
        let (before, sumBefore) = (rate ?? start.localRate, sum ?? start.localRate)
        var change = rule.next(
            isHeld ? before : sumBefore, product: product, cosine: summary.cosine, limits: limits,
            adds: true)
        if !isHeld, product.isFinite { sum = sumBefore + rule.hyperRate * product }
        // An undefined product leaves the rate unchanged. The rate is not set to the sum.
        if change.wasUndefined, !isHeld { change.rate = before }
        rate = change.rate
        return RateDecision(globalRate: start.globalRate, localChange: change)
    }

    func save(to writer: inout ByteWriter) {
        writer.write(rate)
        if rule.form == .releasedCode { writer.write(sum) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rate = try reader.optionalDouble()
        if rule.form == .releasedCode { sum = try reader.optionalDouble() }
    }
}
