import Bytes
import LearningRates
import RealModule
import Settings

/// FATHOM's rule for the local rate: it grows while aggregates agree with the average of earlier
/// ones.
///
///     c_t = cos(G, Δ_t)                          0 in the first round, where G is 0
///     log β_{t+1} = log β_t + κ c_t,    β held between floor · β_0 and ceiling · β_0
///     G ← a G + (1 − a) Δ_t                      after c_t
///
/// - c_t is known after round t, so it sets the rate of round t + 1. Rounds 0 and 1 use β_0. The
///   global rate stays the same.
/// - Edge cases: if the cosine is not defined, β stays the same and the event is counted. The next
///   round starts from the clipped value. With κ = 0, β never changes, bit for bit.
/// - Cost: keeps one number; the round keeps G. Sends one number to each client.
/// - Differences from the source: FATHOM's rules for local steps and batch size are left out,
///   because both are settings of a run here. The clients' cosines for these rules
///   are left out too. The authors' code has only an upper bound, a rate of 0.1, and log β
///   continues above it.
/// - Source: Kan 2022, arXiv 2211.02106, and its published code. Its experiments set a = 0.5 and κ
///   = 0.01 with the update "EGN", which is the one above. The defaults of the bounds are chosen
///   here.
struct Fathom: ServerScheduler {
    static let facts = RuleFacts(
        "fathom", "one local rate from aggregates' cosines with their average (FATHOM)",
        paper: "Kan 2022", adapts: "local rate", from: "cosine with the average of aggregates",
        neutral: ["hyper_rate": "0"])

    private let hyperRate: Double
    private let decay: Double
    private let bounds: RateBounds
    var start = StartRates()
    /// The rate β; nil before it changes.
    private var rate: Double?

    init(_ settings: Settings) {
        hyperRate = settings.number(
            "hyper_rate", default: 0.01, in: .nonNegative,
            "hyper-rate κ: how far one cosine moves the logarithm of the rate")
        decay = settings.number(
            "decay", default: 0.5, in: .fraction,
            "a: what the average of aggregates keeps each round")
        bounds = RateBounds(settings, floor: 1e-8)
    }

    private var average: ReferenceVector { .average(decay: decay) }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.adaptedRate) = (.local, .local)
        needs.quantities = [.product(with: average)]
        let (lower, upper) = bounds.limits(around: start.localRate)
        needs.bounds = lower...upper
        return needs
    }

    func localRate(round: Int) -> Double { rate ?? start.localRate }

    mutating func decideRates(after summary: RoundSummary) -> RateDecision {
        guard summary.product(with: average) != nil else {
            return RateDecision(globalRate: start.globalRate)
        }
        let before = rate ?? start.localRate
        guard let cosine = summary.cosine(with: average) else {
            return RateDecision(
                globalRate: start.globalRate,
                localChange: RateChange(rate: before, wasUndefined: true))
        }
        // Rounding can make a cosine larger than 1. It then counts as 1.
        let proposed = before * Double.exp(hyperRate * min(max(cosine, -1), 1))
        let change = bounds.clip(proposed, keeping: before, around: start.localRate)
        rate = change.rate
        return RateDecision(globalRate: start.globalRate, localChange: change)
    }

    func save(to writer: inout ByteWriter) { writer.write(rate) }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rate = try reader.optionalDouble()
    }
}
