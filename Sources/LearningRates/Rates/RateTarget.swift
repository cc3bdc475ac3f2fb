package import Settings

/// The rates that a server scheduler changes.
public enum RateTarget: Sendable {
    /// The global rate α.
    case global
    /// The local rate β.
    case local
    /// Both rates, by the same multiple of their start rates.
    case both

    /// Reads the key `rate`.
    package init(_ settings: Settings) {
        self = settings.choice(
            "rate", of: ["local": .local, "global": .global, "both": .both], default: "local",
            "which rate it moves")
    }

    package var isGlobal: Bool { self != .local }
    package var isLocal: Bool { self != .global }
}
