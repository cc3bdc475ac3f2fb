/// What a comparison came to.
public struct ComparisonOutcome: Sendable {
    /// How many runs it has.
    public internal(set) var runs = 0
    /// How many of them have finished.
    public internal(set) var finished = 0
    /// How many of them failed.
    public internal(set) var failures = 0
    /// The signal that ended it and what was going on, in words; nil where it came to its end.
    public internal(set) var interruption: (signal: Int32, text: String)?
    /// What could not be written, beside the runs' own files.
    public internal(set) var problems: [String] = []
    /// Whether a run has ended since this program began.
    var hasEndedRuns = false

    /// How many runs are missing.
    public var missing: Int { runs - finished - failures }
}
