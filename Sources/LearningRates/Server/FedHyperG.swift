import Bytes
import Settings

/// FedHyper-G: the global rate grows while successive aggregates agree.
///
///     h_t = ⟨Δ_t, Δ_{t−1}⟩,   c_t = cos(Δ_t, Δ_{t−1})
///     α_t = clip(α_{t−1} + κ h_t, 1/γ, γ)                     (paper)
///     α_t = clip(α_{t−1} (1 + κ c_t), α_0/γ, α_0 γ)           (normalized)
///     w_{t+1} = w_t + α_t Δ_t
///
/// - h_t already affects the step of round t. Both aggregates are taken before any global rate.
/// - First round: α_0 as configured, not clipped. A start value outside the bounds is used in the
///   first round and clipped with the first change.
/// - A product that is not finite, or a cosine that is not defined: α unchanged, counted. The clipped value is what is carried on.
/// - Keeps one number; the round keeps the previous aggregate. Sends nothing extra.
/// - Source: Wang et al., ICLR 2024, arXiv 2310.03156 (paper form). Released code differs: bounds
///   0.2 and 5, start fixed at 1.
struct FedHyperG: ServerScheduler {
    private let rule: HypergradientRule
    private var startRate = 1.0
    private var rate = 1.0
    private var localRate = 1.0

    init(_ settings: Settings) { rule = HypergradientRule(settings, bound: 3) }

    var form: HypergradientForm? { rule.form }
    var adaptedRate: AdaptedRate? { .global }

    private var centre: Double { rule.form == .paper ? 1 : startRate }

    mutating func start(globalRate: Double, localRate: Double, rounds: Int) {
        startRate = globalRate
        rate = globalRate
        self.localRate = localRate
    }

    func localRate(round: Int) -> Double { localRate }

    mutating func globalRate(after summary: RoundSummary) -> (rate: Double, change: RateChange?) {
        guard let alignment = summary.alignment else { return (rate, nil) }
        let change = rule.next(
            rate, product: alignment, cosine: summary.cosine, around: centre)
        rate = change.rate
        return (rate, change)
    }

    func concern(globalRate: Double, localRate: Double) -> String? {
        let low = 1 / rule.boundFactor
        guard rule.form == .paper, globalRate < low || globalRate > rule.boundFactor else {
            return nil
        }
        return "global rate \(globalRate) lies outside fedhyper_g's bounds \(low) and"
            + " \(rule.boundFactor); it is used in round 0 and clipped from then on"
    }

    func save(to writer: inout ByteWriter) { writer.write(rate) }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rate = try reader.double()
    }
}
