import ArgumentParser
import Datasets
import Scenarios
import Simulation

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with a run or a comparison, or make a finished run longer.",
        discussion: """
            A comparison runs what is missing or unfinished. It needs nothing but its folder and \
            the data. A run goes on from the newest checkpoint in the folder of the run. It ends \
            with the same results as a run that was never interrupted. A run without a checkpoint \
            begins again.

              hyperfed resume runs/fashion-skewed
              hyperfed resume runs/quickstart/base/seed-1
              hyperfed resume runs/quickstart/base/seed-1 --rounds 80
            """)

    @Argument(help: "The folder of the run or of the comparison.")
    var folder: String

    @Option(help: "Rounds of the whole run, if it is to have more than before.")
    var rounds: Int?

    @Flag(
        help: """
            With --rounds: schedulers whose rates depend on the number of rounds go on with the \
            rates of the longer run. Without it such runs are refused.
            """)
    var stretchSchedules = false

    @Option(help: "Client processes: auto, per_client, per_core or a number (clients.processes).")
    var processes: String?

    @Option(
        help: """
            The endpoint at which a run of 'hyperfed coordinator' goes on. Client processes that \
            are still there connect again.
            """)
    var bind: String?

    @OptionGroup var keys: SecurityOptions
    @OptionGroup var place: InProcessOption
    @OptionGroup var form: FormatOptions
    @OptionGroup var retry: RetryOption
    @OptionGroup var jobs: JobsOption
    @OptionGroup var report: ReportOption
    @OptionGroup var launcher: LauncherOptions

    @Option(
        help: ArgumentHelp(
            "Of a comparison, every N-th run from the K-th on; N programs share the folder.",
            valueName: "K/N"))
    var shard: String?

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false

    func run() throws {
        try launcher.enter()
        let submission = launcher.submits ? try Submission(launcher, form, words: words) : nil
        if ComparisonFile.isIn(folder) { return try resumeComparison(submission) }
        if shard != nil {
            throw UsageError(
                "--shard: expected the folder of a comparison, found \(folder); leave --shard out")
        }
        if bind == nil { try keys.refuse(without: "--bind") }
        let security = try keys.security()
        let endpoint = try bind.map { try EndpointCheck.bind($0, security) }
        let found = try RunToResume(folder)
        let plan =
            submission != nil
            ? .local
            : try LaunchPlan(launcher, folder: folder) {
                try PreparedRun(
                    found.settings(rounds: rounds, processes: processes), cache: DataCache()
                ).processCount(cores: Simulation.cores)
            }
        let settings = try found.settings(
            rounds: rounds, processes: processes ?? plan.processes)
        if let text = found.nothingToDo(rounds: settings.scenario.training.rounds) {
            return writeOutput(text + "\n")
        }
        if rounds != nil { printWarnings(settings.warnings) }
        let cache = DataCache()
        let prepared = try found.checked(PreparedRun(settings, cache: cache))
        if let submission { return try submission.submit(prepared, in: folder, prepare: {}) }
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        var options = RunOptions(
            folder: folder, quiet: quiet, inProcess: place.inProcess,
            announcement: (bind.map { header(prepared, place: "clients at \($0)") }
                ?? header(prepared, inProcess: place.inProcess, plan: plan)) + "\n"
                + schedulers(prepared))
        plan.apply(to: &options)
        options.bind = endpoint
        (options.security, options.clientOptions) = (security, keys.clientOptions)
        options.mode = .resume(stretchesSchedules: stretchSchedules)
        options.receiveRound = form.receiveRound
        let checkedOptions = options
        try plan.execute { try runAndReport([prepared], [checkedOptions], form) }
    }

    /// The options of this command that a job in the queue needs, too.
    private var words: [String] {
        (quiet ? ["--quiet"] : []) + (place.inProcess ? ["--in-process"] : [])
            + (retry.retryFailed ? ["--retry-failed"] : [])
            + (rounds.map { ["--rounds", "\($0)"] } ?? [])
            + (stretchSchedules ? ["--stretch-schedules"] : [])
    }

    private func resumeComparison(_ submission: Submission?) throws {
        try jobs.check()
        if bind != nil {
            throw UsageError(
                "--bind: expected the folder of a run, found that of a comparison; leave --bind out"
            )
        }
        if rounds != nil {
            throw UsageError(
                "--rounds: expected the folder of a run, found that of a comparison; change"
                    + " training.rounds in its scenario, or leave --rounds out")
        }
        try ResumeComparison(
            folder: folder, quiet: quiet, inProcess: place.inProcess, processes: processes,
            retriesFailed: retry.retryFailed, form: form, jobs: jobs, report: report,
            launcher: launcher, shard: try ComparisonOptions.Shard.read(shard),
            submission: submission
        ).run()
    }
}
