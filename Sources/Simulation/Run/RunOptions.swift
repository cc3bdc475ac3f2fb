/// How to run, where the scenario leaves it open.
public struct RunOptions: Sendable {
    /// The folder of the run's files.
    public var folder: String
    /// Whether it is one of a comparison's runs.
    var isOfComparison = false
    /// Whether the run begins or goes on.
    public var mode: Mode
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
    /// Wait at this endpoint for client processes that others start, in place of starting them.
    public var bind: String?

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
