public import Federation

/// The options of a run that are not settings of the scenario.
public struct RunOptions: Sendable {
    /// A function for the folder of a run, a record, and whether the model predicts symbols.
    public typealias RoundReceiver =
        @Sendable (
            _ folder: String, RoundRecord, _ predictsSymbols: Bool
        ) -> Void

    /// The folder of the run's files.
    public var folder: String
    /// Whether the run belongs to a comparison.
    var isOfComparison = false
    /// The files of the partition that the run writes; nil for those of a single run.
    var partition: PartitionFiles.Plan?
    /// Whether the run begins or continues.
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
    public var receiveRound: RoundReceiver?
    /// The endpoint at which the run waits for client processes that others start. Nil means that
    /// the run starts them itself.
    public var bind: String?
    /// The protection of connections over tcp.
    public var security = RunSecurity.keysOfRun
    /// The client processes that a launcher such as `srun` starts. It is nil for those of this
    /// machine and those that others start.
    public var group: ClientGroupOptions?
    /// How long a run that continues waits for a program that still has its folder, in seconds.
    public var lockSeconds = 0.0
    /// The options that a client needs in addition to `--connect`, for the line that says how to
    /// start one. Nil means that the run has made its keys and names their file.
    public var clientOptions: String?

    /// The number of runs that go on at once and share the processor cores.
    public var jobs = 1

    /// The start of a run: a new run, or one that continues.
    public enum Mode: Sendable {
        /// A new run, which replaces an existing one if `overwrite` is true.
        case fresh(overwrite: Bool)
        /// A run that continues from the newest checkpoint in its folder.
        ///
        /// The scenario may have more rounds than the checkpoint. Then schedules that depend on
        /// their number must be stretched, or the run is refused. A stretched schedule continues
        /// with the rates of a longer run.
        case resume(stretchesSchedules: Bool = false)
    }

    /// Whether an existing run is replaced.
    package var overwrite: Bool {
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
    /// The endpoint at which the run waits for client processes that it does not start one by one.
    var endpoint: String? { group?.endpoint ?? bind }

    func announce() {
        if !quiet, !announcement.isEmpty { writeError(announcement) }
    }
}
