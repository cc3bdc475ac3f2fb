import ArgumentParser
import Scenarios
import Settings
import Simulation

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run all variants of a scenario over all its seeds and compare them.",
        discussion: """
            The section `compare` of the scenario names seeds and variants; each variant changes \
            some keys of the scenario. With a `grid` of keys and values, each variant runs with \
            each combination of values. Several runs go on at once (--jobs); the results are the \
            same. Prints a table at the end. comparison.csv has a row for each run that has \
            ended, also if the comparison is interrupted, with the folder of the run. With a \
            `baseline` there is a second table, against.csv, with gains and speed-ups; with a \
            grid of two keys, heatmap.svg. Each of several `studies` has its own tables and \
            folder.

              hyperfed compare SCENARIO --continue    run only what is missing, also new seeds
              hyperfed compare SCENARIO --shard 2/5   run a fifth; others run the rest
            """)

    @OptionGroup var scenarios: ScenariosOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var form: FormatOptions
    @OptionGroup var place: InProcessOption
    @OptionGroup var retry: RetryOption

    @Option(
        help: ArgumentHelp(
            "Run only this study of compare.studies; may be repeated.", valueName: "name"))
    var study: [String] = []

    @OptionGroup var jobs: JobsOption
    @OptionGroup var report: ReportOption
    @OptionGroup var launcher: LauncherOptions

    @Flag(help: "Run the quick comparison (compare.quick) into NAME-quick.")
    var quick = false

    @Flag(
        name: .customLong("continue"),
        help: """
            Keep the runs that are there, also of other seeds, variants and grid values, and run \
            what is missing or unfinished.
            """)
    var continues = false

    @Flag(
        help: """
            Run nothing: list the runs, and estimate time, memory and disk from a second of real \
            work.
            """)
    var plan = false

    @Option(
        help: ArgumentHelp(
            "Run every N-th run from the K-th on, into a folder that N programs share.",
            valueName: "K/N"))
    var shard: String?

    func run() throws {
        if place.inProcess {
            scenarios.changes.warnOfProcesses("--in-process needs no client processes")
        }
        let mode = try mode()
        try jobs.check()
        try launcher.enter()
        let submission = try submission()
        let names = study.isEmpty ? nil : study
        let sources = try scenarios.sources(isComparison: true)
        let studies = try sources.map { source in
            try Preparation.studies(source.file().studies(named: names, isQuick: quick))
        }
        let folders = try scenarios.folders(output.output, studies.map { $0[0].runs[0] }) {
            "runs/\($0.scenario.name)"
        }
        if plan {
            for (studies, folder) in zip(studies, folders) {
                let jobs = try jobs.count(
                    for: studies.flatMap(\.runs), inProcess: place.inProcess)
                let text = try ComparisonPlanText(studies, folder, mode, jobs: jobs)
                writeOutput(form.format == .json ? text.lines : text.text)
            }
            return
        }
        let launch =
            submission != nil
            ? .local
            : try LaunchPlan(launcher, folder: folders[0]) {
                studies.joined().flatMap(\.runs).map { $0.processCount(cores: Simulation.cores) }
                    .max() ?? 1
            }
        let comparisons = zip(sources, zip(studies, folders)).map { source, rest in
            var options = RunOptions(
                folder: rest.1, overwrite: output.overwrite, quiet: output.quiet,
                inProcess: place.inProcess)
            launch.apply(to: &options)
            return ComparisonRunner(
                studies: rest.0,
                source: ComparisonFile.Source(
                    file: source.path, text: source.text, workingFolder: Files.workingFolder,
                    changes: source.overrides, isQuick: quick, studies: names),
                options: options, mode: mode, form: form, jobs: jobs, report: report, plan: launch)
        }
        if let submission { return try comparisons.forEach { try $0.submit(submission) } }
        try launch.execute { try ComparisonRunner.run(comparisons) }
    }

    /// Returns the queue of Slurm; nil if the runs do not go there.
    private func submission() throws -> Submission? {
        guard launcher.submits else { return nil }
        for (option, isUsed) in [("--overwrite", output.overwrite), ("--shard", shard != nil)]
        where isUsed {
            throw UsageError(
                "\(option): expected it without a queue, found --launcher slurm; leave it out"
                    + (output.overwrite ? ", and remove the old folder" : ""))
        }
        let words =
            (output.quiet ? ["--quiet"] : []) + (place.inProcess ? ["--in-process"] : [])
            + (retry.retryFailed ? ["--retry-failed"] : [])
        return try Submission(launcher, form, words: words)
    }

    private func mode() throws -> ComparisonOptions {
        ComparisonOptions(
            continues: continues, retriesFailed: retry.retryFailed,
            shard: try ComparisonOptions.Shard.read(shard), isWhole: study.isEmpty)
    }
}

extension ComparisonOptions.Shard {
    /// Reads the value of `--shard`; nil without it.
    ///
    /// - Throws: `UsageError` for another form.
    static func read(_ text: String?) throws -> Self? {
        guard let text else { return nil }
        guard let part = Self(text) else {
            throw UsageError(
                "--shard: expected K/N such as 2/5, with K from 1 to N, found '\(text)'")
        }
        return part
    }
}

/// Whether runs that failed run again.
struct RetryOption: ParsableArguments {
    @Flag(help: "Run again what failed, and what is missing.")
    var retryFailed = false
}

/// How many runs of a comparison go on at once.
struct JobsOption: ParsableArguments {
    @Option(help: "Runs that go on at once (default: as many as keep the processor cores busy).")
    var jobs: String?

    /// Returns the number for these runs.
    ///
    /// - Throws: `UsageError` if the option has no such number, or if the memory is too small.
    func count(
        for runs: [PreparedRun], inProcess: Bool, cores: Int = Simulation.cores
    ) throws -> Int {
        try JobCount.jobs(for: runs, asked: asked(), cores: cores, inProcess: inProcess)
    }

    /// Checks the option before anything is read.
    ///
    /// - Throws: `UsageError` if it has no such number.
    func check() throws { _ = try asked() }

    /// Returns the value of the option; nil without it.
    ///
    /// - Throws: `UsageError` if it has no such number.
    func asked() throws -> Int? {
        guard let jobs else { return nil }
        guard let number = Int(jobs), (1...JobCount.most).contains(number) else {
            throw UsageError(
                Mismatch(
                    "--jobs", expected: "a whole number between 1 and \(JobCount.most)",
                    found: "'\(jobs)'", advice: "leave it out to use all processor cores"
                ).text)
        }
        return number
    }
}
