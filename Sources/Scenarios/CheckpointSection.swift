import Settings

/// The section `checkpoint`: when a run saves its state. The section changes no result.
public struct CheckpointSection: Sendable {
    /// The condition for the next checkpoint.
    public enum Interval: Equatable, Sendable {
        /// The wall clock: checkpoints take at most about 1 % of the time.
        case automatic
        /// This number of rounds.
        case rounds(Int)
        /// No checkpoints, so that the run cannot be resumed.
        case never
    }

    /// The interval. Unless it is `never`, a run also writes a checkpoint at its end and after a
    /// signal.
    public let every: Interval

    init(_ settings: Settings) {
        every = settings.choiceOrInteger(
            "every", of: ["auto": .automatic, "off": .never], default: "auto",
            integer: Interval.rounds, in: .between(1, 1_000_000),
            "rounds from one checkpoint to the next; auto: by the wall clock, at most about 1 % of"
                + " the time; off: no checkpoints, also not at the end")
    }
}
