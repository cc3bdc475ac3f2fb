import Bytes
import LearningRates
import Settings

/// Lowers a rate when the clients' loss no longer falls.
///
///     L_t = Σ p_i × client i's loss on its first batch, before its first step
///     M_t = mean of the last `window` losses                    (not before there are as many)
///     M_t < best − threshold: best ← M_t, and the rounds without improvement count from 0
///     after `patience` of them: r ← max(factor · r, floor · r_0), then `cooldown` rounds of rest
///
/// - L_t estimates the training loss of the global model at the start of round t. The estimate uses
///   one batch of each client in the cohort, before local training changes the weights. It costs
///   nothing extra. The window averages its noise.
/// - The run starts with a cooldown. Before the first full window no round counts. In a cooldown,
///   rounds without improvement do not count, but the best mean is updated.
/// - L_t is known with the updates of round t. So the global rate of round t already follows it,
///   and the local rate from round t + 1.
/// - Edge cases: a loss that is missing or not finite changes nothing. `factor: 1` changes nothing.
/// - Settings: the local rate changes unless `rate` is set.
/// - State: the window and four numbers. Sends nothing extra.
/// - Differences from the authors' code: there, rounds before the first full window are without
///   improvement, so a shorter patience would always lower the rate. Its floor is a rate and not a
///   multiple.
/// - Source: Charles, Konečný 2020, arXiv 2007.00878, and its code: window, patience and cooldown
///   of 100 rounds, factor 0.1, threshold 1e-4, no floor.
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
            "rounds after the start, and after a change, that do not count; window's where not"
                + " given")
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
        // Each loss is divided separately, because the sum of finite losses may not be finite.
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
        // The mean of the first full window is the first best one. A local rate changes one round
        // later.
        let earliest = max(window, cooldown - 1) + patience - 1 + (rate == .local ? 1 : 0)
        guard factor < 1, start.rounds <= earliest else { return [] }
        return [
            .warning(
                "expected more than \(counted(earliest, "round")) for a window of \(window), a"
                    + " cooldown of \(cooldown) and a patience of \(counted(patience, "round")),"
                    + " found \(start.rounds); the rate does not drop; lower window, patience and"
                    + " cooldown"
            )
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
