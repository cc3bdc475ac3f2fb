import Bytes
import Settings

/// Lowers a rate when the clients' loss stops falling.
///
///     L_t = Σ p_i × client i's loss on its first batch, before its first step
///     M_t = mean of the last `window` losses                    (not before there are as many)
///     M_t < best − threshold: best ← M_t, and the rounds without improvement count from 0
///     after `patience` of them: r ← max(factor · r, floor · r_0), then `cooldown` rounds of rest
///
/// - L_t is an estimate, from a batch of each client in the cohort, of the training loss of the
///   global model that round t started from; nothing extra is computed or asked of the clients, and
///   local training has not touched it. The window averages its noise away.
/// - The run starts with a cooldown, and before the first full window nothing counts (in the authors'
///   code such rounds are without improvement: with a shorter patience it would always act). In one, rounds without improvement do not count, but the best
///   mean is kept up to date.
/// - L_t is known with round t's updates: the global rate of round t already follows it, the local
///   rate from round t + 1.
/// - A loss that is missing or not finite changes nothing.
/// - Moves the local rate unless `rate` says otherwise. `factor: 1` changes nothing.
/// - Keeps the window and four numbers. Sends nothing extra.
/// - Source: Charles, Konečný 2020, arXiv 2007.00878, and its code (window, patience and cooldown of
///   100 rounds, factor 0.1, threshold 1e-4, no floor), whose floor is a rate and not a multiple.
struct Plateau: ServerScheduler {
    static let facts = RuleFacts(
        "plateau", "a rate drops when the clients' loss stops falling",
        paper: "Charles, Konečný 2020", adapts: "local rate, global or both",
        from: "the clients' loss at the global model",
        neutral: ["rate": "both", "factor": "1", "window": "1", "cooldown": "0"],
        trials: ["rate: both, window: 2, patience: 1, cooldown: 1"])

    private let rate: RateTarget
    private let factor: Double
    private let window: Int
    private let patience: Int
    private let cooldown: Int
    private let threshold: Double
    private let floor: Double
    var start = StartRates()
    private var multiple = 1.0
    private var best = Double.infinity
    private var wait = 0
    private var rest = 0
    /// The last losses, oldest first.
    private var losses: [Double] = []

    init(_ settings: Settings) {
        rate = RateTarget(settings)
        factor = settings.number(
            "factor", default: 0.1, in: .positiveUpTo(1), "what a plateau multiplies the rate with")
        window = settings.integer(
            "window", default: 100, in: .between(1, 1_000_000),
            "rounds that the loss is averaged over")
        patience = settings.integer(
            "patience", default: window, in: .atLeast(1),
            "rounds without improvement that make a plateau; window's where not given")
        cooldown = settings.integer(
            "cooldown", default: window, in: .nonNegative,
            "rounds after the start, and after a change, that do not count; window's where not given"
        )
        threshold = settings.number(
            "threshold", default: 1e-4, in: .nonNegative,
            "how far below the best mean a loss improves on it")
        floor = settings.number(
            "floor", default: 0, in: .between(0, 1),
            "lower bound of the rate, as a multiple of the start rate")
        rest = cooldown
    }

    var needs: ServerNeeds {
        var needs = ServerNeeds()
        (needs.moves, needs.choosesRates, needs.holdsLocalRate) = (rate, true, factor == 1)
        needs.quantities = [.startLoss]
        return needs
    }

    func localRate(round: Int) -> Double {
        rate.isLocal ? start.localRate * multiple : start.localRate
    }

    mutating func decideRates(after summary: RoundSummary) -> RateDecision {
        if let loss = summary.updates.startLoss, loss.isFinite { record(loss) }
        return RateDecision(
            globalRate: rate.isGlobal ? start.globalRate * multiple : start.globalRate)
    }

    private mutating func record(_ loss: Double) {
        if losses.count == window { losses.removeFirst() }
        losses.append(loss)
        if rest > 0 {
            rest -= 1
            wait = 0
        }
        guard losses.count == window else { return }
        // Each divided on its own: the sum of finite losses need not be finite.
        let mean = losses.reduce(0) { $0 + $1 / Double(window) }
        if mean < best - threshold {
            best = mean
            wait = 0
        } else if rest == 0 {
            wait += 1
            guard wait >= patience else { return }
            let lowest = max(floor, .leastNormalMagnitude)
            guard multiple > lowest else { return }
            multiple = max(multiple * factor, lowest)
            rest = cooldown
            wait = 0
        }
    }

    var startProblems: [StartProblem] {
        // The first full window is the best so far; a local rate changes one round later.
        let earliest = max(window, cooldown - 1) + patience - 1 + (rate == .local ? 1 : 0)
        guard factor < 1, start.rounds <= earliest else { return [] }
        return [
            .warning(
                "expected more than \(earliest) rounds for a window of \(window), a cooldown of"
                    + " \(cooldown) and a patience of \(patience) rounds, found \(start.rounds);"
                    + " the rate does not drop; lower window, patience and cooldown")
        ]
    }

    func save(to writer: inout ByteWriter) {
        writer.write(multiple)
        writer.write(best)
        writer.write(UInt64(wait))
        writer.write(UInt64(rest))
        writer.write(losses)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        multiple = try reader.double()
        best = try reader.double()
        wait = Int(clamping: try reader.integer(UInt64.self))
        rest = Int(clamping: try reader.integer(UInt64.self))
        let losses = try reader.doubleList()
        guard losses.count <= window else {
            throw .invalid("expected at most \(window) losses, found \(losses.count)")
        }
        self.losses = losses
    }
}
