import Settings

/// The section `checkpoint`: when a run saves its state. It changes no result.
public struct CheckpointSection: Sendable {
    /// What says that a checkpoint is due.
    public enum Interval: Equatable, Sendable {
        /// The wall clock: about 1 % of the time at most goes into checkpoints.
        case automatic
        /// This number of rounds.
        case rounds(Int)
        /// Nothing: the run can't be resumed.
        case never
    }

    /// The interval. With one, a checkpoint is also written at the end of a run and on a signal.
    public let every: Interval

    init(_ settings: Settings) {
        every = settings.choiceOrInteger(
            "every", of: ["auto": .automatic, "off": .never], default: "auto",
            integer: Interval.rounds, in: .between(1, 1_000_000),
            "rounds from one checkpoint to the next; auto: by the wall clock, at most about 1 % of"
                + " the time; off: no checkpoints, also not at the end")
    }
}
