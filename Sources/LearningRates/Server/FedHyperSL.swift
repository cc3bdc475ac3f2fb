import Bytes
import Settings

/// FedHyper-SL: the server moves one local rate for all clients by the agreement of successive
/// aggregates; the global rate stays.
///
///     h_t = ⟨Δ_t, Δ_{t−1}⟩,   c_t = cos(Δ_t, Δ_{t−1})
///     β_{t+1} = clip(β_t + κ h_t, β_0/γ, β_0 γ)               (paper)
///     β_{t+1} = clip(β_t (1 + κ c_t), β_0/γ, β_0 γ)           (normalized)
///
/// - h_t is known after round t, so it sets the rate of round t + 1: rounds 0 and 1 run with β_0.
/// - A zero or non-finite norm: β unchanged, counted. The clipped value is carried on, so there is
///   no wind-up.
/// - Paper form with κ = 1 and β_0 = 0.01 lands on a bound with nearly every product; κ = β_0 is
///   the factor form of the released code, β_0 (1 + Σ h).
/// - Keeps one number. Sends one number to each client.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form).
struct FedHyperSL: ServerScheduler {
    private let rule: HypergradientRule
    private var globalRate = 1.0
    private var startRate = 1.0
    private var rate = 1.0

    init(_ settings: Settings) { rule = HypergradientRule(settings, bound: 10) }

    var form: HypergradientForm? { rule.form }
    var adaptedRate: AdaptedRate? { .local }

    mutating func start(globalRate: Double, localRate: Double, rounds: Int) {
        self.globalRate = globalRate
        startRate = localRate
        rate = localRate
    }

    func localRate(round: Int) -> Double { rate }

    mutating func globalRate(after summary: RoundSummary) -> (rate: Double, change: RateChange?) {
        guard let alignment = summary.alignment else { return (globalRate, nil) }
        let change = rule.next(
            rate, product: alignment, cosine: summary.cosine, around: startRate)
        rate = change.rate
        return (globalRate, change)
    }

    func save(to writer: inout ByteWriter) { writer.write(rate) }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rate = try reader.double()
    }
}
