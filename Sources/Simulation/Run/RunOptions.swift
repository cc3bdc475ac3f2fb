public import Federation

/// How to run, where the scenario leaves it open.
public struct RunOptions: Sendable {
    /// The folder of the run's files.
    public var folder: String
    /// Whether it is one of a comparison's runs.
    var isOfComparison = false
    /// Replace a run that is already there.
    public var overwrite: Bool
    /// Whether no progress is printed.
    public var quiet: Bool
    /// In this process, over the in-memory transport.
    public var inProcess: Bool
    /// Which run of a comparison it is, in progress lines and warnings; empty for one alone.
    public var name: String
    /// How much of a comparison's work was done before it; nil for a single run.
    var before: WorkDone?
    /// The text that is printed before the first run starts, when its folder is known to be good;
    /// may be empty.
    public var announcement: String
    /// Receives the record of each round when its rows are written; nil for no one.
    public var receiveRound: (@Sendable (_ folder: String, RoundRecord) -> Void)?
    /// Wait at this endpoint for client processes that others start, in place of starting them.
    public var bind: String?

    /// Creates options; by default the run starts client processes and prints its progress.
    public init(
        folder: String, overwrite: Bool = false, quiet: Bool = false, inProcess: Bool = false,
        name: String = "", announcement: String = "", bind: String? = nil
    ) {
        self.folder = folder
        self.overwrite = overwrite
        self.quiet = quiet
        self.inProcess = inProcess
        self.name = name
        self.announcement = announcement
        self.bind = bind
    }
}

extension RunOptions {
    func announce() {
        if !quiet, !announcement.isEmpty { writeError(announcement) }
    }
}
