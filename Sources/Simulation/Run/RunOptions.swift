public import Federation

/// The options of a run that are not settings of the scenario.
public struct RunOptions: Sendable {
    /// The folder of the run's files.
    public var folder: String
    /// Whether the run belongs to a comparison.
    var isOfComparison = false
    /// Whether a run that is already in the folder is replaced.
    public var overwrite: Bool
    /// Whether no progress is printed.
    public var quiet: Bool
    /// Whether all clients are trained in this process, over the in-memory transport.
    public var inProcess: Bool
    /// The name of the run within a comparison, for progress lines and warnings. It is empty for a
    /// single run.
    public var name: String
    /// How much work of the comparison was complete before this run; nil for a single run.
    var before: WorkDone?
    /// The text that is printed before the first run starts, after its folder was checked. It may
    /// be empty.
    public var announcement: String
    /// Receives the record of each round when its rows are written; nil for no one.
    public var receiveRound: (@Sendable (_ folder: String, RoundRecord) -> Void)?
    /// The endpoint at which the run waits for client processes that others start. Nil means that
    /// the run starts them itself.
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
