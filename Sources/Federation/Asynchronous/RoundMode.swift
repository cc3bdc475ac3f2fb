public import Settings

/// How rounds begin and end in simulated time: `training.mode` in a scenario.
public struct RoundMode: Equatable, Sendable {
    /// When a round ends, and when clients start.
    public enum Form: Equatable, Sendable {
        /// The cohort of a round starts together, and late updates are not used.
        case sync
        /// A number of clients is always at work. A round ends when `buffer` updates have arrived.
        case async
        /// The cohort of a round starts together. The round ends after `buffer` updates or at the
        /// deadline, and late updates join a later round.
        case semiSync
    }

    /// When a round ends, and when clients start.
    public var form: Form
    /// K, the number of updates that ends a round. It is not used in the form `sync`.
    public var buffer: Int
    /// The mixing weight a of FedAsync, which aggregates models; nil if updates are aggregated.
    public var mixing: Double?
    /// The staleness weight s(τ).
    public var staleness: StalenessWeight
    /// The largest staleness of an update that is used; nil for no limit.
    public var largestStaleness: Int?

    /// Creates a mode from its values. Without arguments, rounds are synchronous.
    public init(
        _ form: Form = .sync, buffer: Int = 1, mixing: Double? = nil,
        staleness: StalenessWeight = .constant, largestStaleness: Int? = nil
    ) {
        (self.form, self.buffer, self.mixing) = (form, buffer, mixing)
        (self.staleness, self.largestStaleness) = (staleness, largestStaleness)
    }

    /// Whether updates can join another round than the one in which their clients started.
    public var hasStaleness: Bool { form != .sync }

    /// Returns the factor of an update in the aggregate: s(τ), or a s(τ) with FedAsync.
    public func factor(staleness tau: UInt32) -> Double {
        hasStaleness ? (mixing ?? 1) * staleness.factor(staleness: tau) : 1
    }

    /// Returns whether an update of this staleness is used.
    public func allows(staleness: UInt32) -> Bool {
        largestStaleness.map { staleness <= $0 } ?? true
    }
}

extension RoundMode {
    /// Reads the mode `async`.
    ///
    /// - Parameter atWork: the number of clients that are at work at once, `clients.per_round`; nil
    ///   if no scenario says it.
    init(async settings: Settings, atWork: Int?) {
        self.init(.async)
        let aggregatesModels = settings.choice(
            "method", of: ["fedbuff": false, "fedasync": true], default: "fedbuff",
            "what the server aggregates: a buffer of updates, or the model of one client at a time")
        if aggregatesModels {
            mixing = settings.number(
                "mixing", default: 0.6, in: .positiveUpTo(1),
                "weight a of a client's model, before the staleness weight")
        } else {
            buffer = settings.integer(
                "buffer", default: min(10, atWork ?? 10), in: .between(1, 1_000_000),
                "updates K in the aggregate of a round")
            if let atWork, buffer > atWork {
                settings.reject(
                    "buffer",
                    expected: "at most \(atWork) (clients.per_round, the clients at work at once)",
                    found: "\(buffer)", advice: "lower buffer or raise clients.per_round")
            }
        }
        readStaleness(settings)
    }

    /// Reads the mode `semi_sync`.
    ///
    /// - Parameter started: the number of clients that start in a round, `clients.per_round`; nil
    ///   if no scenario says it.
    init(semiSync settings: Settings, started: Int?) {
        self.init(.semiSync)
        buffer = settings.integer(
            "count", default: started ?? 10, in: .between(1, 1_000_000),
            "updates after which a round ends; clients.deadline can end it before")
        if let started, buffer > started {
            settings.reject(
                "count", expected: "at most \(started) (clients.per_round)", found: "\(buffer)",
                advice: "lower count or raise clients.per_round")
        }
        readStaleness(settings)
    }

    private mutating func readStaleness(_ settings: Settings) {
        staleness = settings.component(
            "staleness", from: stalenessWeights, default: "polynomial",
            "weight of an update by its staleness, the server steps since its client started")
        largestStaleness = settings.optionalInteger(
            "largest_staleness", in: .between(0, 1_000_000),
            "largest staleness of an update that is used; others are dropped")
    }
}

/// Lists the modes of rounds: `training.mode` in a scenario.
///
/// - Parameter perRound: `clients.per_round`; nil if no scenario says it.
public func roundModes(perRound: Int? = nil) -> [Registered<RoundMode>] {
    [
        Registered("sync", "a round waits for its cohort; late updates are not used") { _ in
            RoundMode()
        },
        Registered("async", "FedBuff and FedAsync: per_round clients are always at work") {
            RoundMode(async: $0, atWork: perRound)
        },
        Registered("semi_sync", "a round ends at a count or deadline; late updates join the next") {
            RoundMode(semiSync: $0, started: perRound)
        },
    ]
}
