public import Federation

/// The options of a run that are not settings of the scenario.
public struct RunOptions: Sendable {
    /// The folder of the run's files.
    public var folder: String
    /// Whether the run belongs to a comparison.
    var isOfComparison = false
    /// Whether the run begins or goes on.
    public var mode: Mode
    /// Whether no progress is printed.
    public var quiet: Bool
    /// Whether all clients are trained in this process, over the in-memory transport.
    public var inProcess: Bool
    /// The name of the run within a comparison, for progress lines and warnings. It is empty for a
    /// single run.
    public var name: String
    /// The entry of the run on a board of several runs; nil for a single run.
    var progress: ProgressBoard.Entry?
    /// The text that is printed before the first run starts, after its folder was checked. It may
    /// be empty.
    public var announcement: String
    /// Receives the record of each round when its rows are written; nil for no one.
    public var receiveRound: (@Sendable (_ folder: String, RoundRecord) -> Void)?
    /// The endpoint at which the run waits for client processes that others start. Nil means that
    /// the run starts them itself.
    public var bind: String?

    /// The number of runs that go on at once and share the processor cores.
    public var jobs = 1

    /// Whether a run begins or goes on.
    public enum Mode: Sendable {
        /// It begins, and replaces a run that is already there if that is wanted.
        case fresh(overwrite: Bool)
        /// It goes on from the newest checkpoint in its folder. The scenario may have more rounds
        /// than the run had. Schedules that depend on their number are refused then, unless they may
        /// be stretched: their rates are from now on those of the longer run.
        case resume(stretchesSchedules: Bool = false)
    }

    /// Whether a run that is already there is replaced.
    var overwrite: Bool {
        switch mode {
        case .fresh(let overwrite): overwrite
        case .resume: false
        }
    }

    /// Creates options; by default the run starts client processes and prints its progress.
    public init(
        folder: String, overwrite: Bool = false, quiet: Bool = false, inProcess: Bool = false,
        name: String = "", announcement: String = "", bind: String? = nil
    ) {
        self.folder = folder
        mode = .fresh(overwrite: overwrite)
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
