import Bytes
import Settings

/// The rates that a rule of the round alone moves: a key that the user chooses.
public enum RateTarget: Sendable {
    /// The global rate α.
    case global
    /// The local rate β.
    case local
    /// Both, by the same multiple of their starts.
    case both

    /// Reads `rate`.
    init(_ settings: Settings) {
        self = settings.choice(
            "rate", of: ["local": .local, "global": .global, "both": .both], default: "local",
            "which rate it moves")
    }

    var isGlobal: Bool { self != .local }
    var isLocal: Bool { self != .global }
}

/// The rates that go by a schedule: the multiple of their starts that it gives, after the warm-up.
///
///     r_t = r_0 (t + 1) / W             t < W
///     r_t = r_0 m(t − W)                with T − W rounds in place of T
struct ScheduledRates: Sendable {
    let target: RateTarget
    /// W, in rounds.
    let warmup: Int
    private(set) var rounds = 1
    private var globalRate = 1.0
    private var localRate = 1.0

    /// Reads `rate` and `warmup`.
    init(_ settings: Settings) {
        target = RateTarget(settings)
        warmup = settings.integer(
            "warmup", default: 0, in: .nonNegative,
            "rounds W in which the rate rises in equal steps to its start value, before the schedule"
        )
    }

    /// Reads `end`, for schedules that lead to a rate.
    static func end(_ settings: Settings) -> Double {
        settings.number(
            "end", default: 0, in: .between(0, 1_000_000),
            "rate of the last round, as a multiple of the first")
    }

    mutating func start(globalRate: Double, localRate: Double, rounds: Int) {
        self.globalRate = globalRate
        self.localRate = localRate
        self.rounds = rounds
    }

    /// T, the rounds that the schedule itself has; 1 or more.
    var count: Int { max(rounds - warmup, 1) }

    /// The multiple of the start rates in a round.
    func multiple(_ round: Int, _ schedule: (Int) -> Double) -> Double {
        round < warmup ? Double(round + 1) / Double(warmup) : schedule(round - warmup)
    }

    /// α_t.
    func global(_ multiple: Double) -> Double {
        target.isGlobal ? globalRate * multiple : globalRate
    }

    /// β_t.
    func local(_ multiple: Double) -> Double {
        target.isLocal ? localRate * multiple : localRate
    }
}

/// A scheduler whose rates follow from the round alone: the server evaluates it and sends the local
/// rate with the tasks, so that all clients agree and nothing is carried.
protocol Schedule: ServerScheduler {
    /// Whose rates it moves, and after which warm-up.
    var rates: ScheduledRates { get set }
    /// Whether the multiple changes at all.
    var changes: Bool { get }
    /// m(t): the multiple of the start rates after t of `rates.count` rounds.
    func multiple(after round: Int) -> Double
}

extension Schedule {
    var target: RateTarget? { rates.target }
    var changesLocalRate: Bool { rates.target.isLocal && (changes || rates.warmup > 1) }

    func objection(rounds: Int) -> String? {
        guard rates.warmup > rounds else { return nil }
        return "warmup is \(rates.warmup) rounds, but training.rounds is \(rounds); the rate would"
            + " never reach its start value; use \(rounds) or less"
    }

    mutating func start(
        globalRate: Double, localRate: Double, rounds: Int, optimizer: any Optimizer
    ) {
        self.rates.start(globalRate: globalRate, localRate: localRate, rounds: rounds)
    }

    private func multiple(_ round: Int) -> Double {
        rates.multiple(round) { multiple(after: $0) }
    }

    func localRate(round: Int) -> Double { rates.local(multiple(round)) }

    func globalRate(after summary: RoundSummary) -> ServerDecision {
        ServerDecision(rate: rates.global(multiple(summary.round)))
    }

    func concern(globalRate: Double, localRate: Double, use: UseOfSentRate) -> String? {
        zeroConcern(use)
    }

    /// What a rate of 0 at the end does; nil where the rate stays above 0, or where nothing follows
    /// it.
    func zeroConcern(_ use: UseOfSentRate) -> String? {
        let last = rates.rounds - 1
        guard changes, rates.rounds > rates.warmup, isZero(last) else { return nil }
        var first = last
        while first > rates.warmup, isZero(first - 1) { first -= 1 }
        let effect: String
        switch (rates.target, use) {
        case (.local, .ignored): return nil
        case (.global, _), (.both, .ignored): effect = "moves the model by nothing"
        case (_, .everyStep): effect = "trains nothing"
        case (_, .roundStart): effect = "starts the clients' own schedulers from 0"
        }
        let rounds =
            first == last
            ? "in round \(last), the last one, which then"
            : "from round \(first) on, as single precision has it; each round then"
        return "the schedule reaches a rate of 0 \(rounds) \(effect); let it end above 0 to use it"
    }

    /// Whether the weights' single precision has 0 for a rate that it moves.
    private func isZero(_ round: Int) -> Bool {
        let multiple = multiple(round)
        return target?.isGlobal == true && Float(rates.global(multiple)) == 0
            || target?.isLocal == true && Float(rates.local(multiple)) == 0
    }
}
