import ArgumentParser
import Datasets
import Federation
import Models
import Reporting
import Scenarios
import Settings
import Simulation

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario: one coordinator and its client processes.",
        discussion: """
            Results: scenario.yaml (every setting), rounds.csv (a row per round), clients.csv (a \
            row per client and round), run.json, model.safetensors; client_evaluations.csv with \
            evaluation.per_client, traces.csv and server_traces.csv if clients or the server \
            adapt rates, drops.csv if clients can be dropped. partition.svg, .csv and .json show \
            which client has which samples.
            """)

    @OptionGroup var scenarios: ScenariosOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var form: FormatOptions
    @OptionGroup var place: InProcessOption
    @OptionGroup var launcher: LauncherOptions

    func run() throws {
        if place.inProcess {
            scenarios.changes.warnOfProcesses("--in-process needs no client processes")
        }
        try launcher.enter()
        let submission = try submission()
        // All of it is checked before the first run starts.
        let sources = try scenarios.sources(isComparison: false)
        var plan = LaunchPlan.local
        var runs = try sources.map { source in
            try Preparation.runs([source.file().baseRun()])[0]
        }
        let folders = try scenarios.folders(output.output, runs, defaultFolder)
        if let submission { return try submit(runs, folders, submission) }
        if launcher.launcher != .local {
            plan = try LaunchPlan(launcher, folder: folders[0]) {
                runs.map { $0.processCount(cores: Simulation.cores) }.max() ?? 1
            }
            if !plan.changes.isEmpty {
                runs = try sources.map { source in
                    try Preparation.runs([source.file(adding: plan.changes).baseRun()])[0]
                }
            }
        }
        var all = zip(runs, folders).map { run, folder in RunOptions(run, output, folder) }
        for index in all.indices {
            all[index].inProcess = place.inProcess
            plan.apply(to: &all[index])
            all[index].announcement =
                header(runs[index], inProcess: place.inProcess, plan: plan) + "\n"
                + schedulers(runs[index])
            all[index].receiveRound = form.receiveRound
            try Simulation.check(all[index])
        }
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        let (checkedRuns, options) = (runs, all)
        try plan.execute { try runAndReport(checkedRuns, options, form) }
    }

    /// Returns the queue of Slurm; nil if the runs do not go there.
    private func submission() throws -> Submission? {
        guard launcher.submits else { return nil }
        let words = (output.quiet ? ["--quiet"] : []) + (place.inProcess ? ["--in-process"] : [])
        return try Submission(launcher, form, words: words)
    }

    /// Puts the runs into the queue of Slurm.
    private func submit(
        _ runs: [PreparedRun], _ folders: [String], _ submission: Submission
    ) throws {
        for (run, folder) in zip(runs, folders) {
            let options = RunOptions(run, output, folder)
            if !launcher.dryRun { try Simulation.check(options) }
            try submission.submit(run, in: folder) {
                try Simulation.prepareFolder(of: run, options)
            }
        }
    }
}

/// Runs one after the other. One that fails is reported at once, and the others still run.
///
/// - Throws: an error with the exit code of the command, when all is written and printed.
func runAndReport(
    _ runs: [PreparedRun], _ options: [RunOptions], _ form: FormatOptions
) throws {
    // The preparation has used the cache and has written its warnings.
    let cache = DataCache(warn: { _ in })
    var finished = 0
    var failures: [any Error] = []
    for (run, options) in zip(runs, options) {
        do {
            let summary = try Simulation.run(run, options, cache: cache)
            finished += 1
            if form.isJSON {
                form.writeRun(options.folder)
            } else {
                writeOutput(result(summary, run, options.folder))
            }
        } catch {
            if error is RunError { form.writeRun(options.folder) }
            failures.append(error)
            if (error as? RunError)?.isInterruption ?? false { break }
            if runs.count > 1 { writeError("error: \(run.scenario.name): \(error)") }
        }
    }
    let last = failures.last as? RunError
    let code = last.map { $0.isInterruption ? $0.exitCode : 1 } ?? (failures.isEmpty ? 0 : 2)
    let failed = failures.count - (last?.isInterruption ?? false ? 1 : 0)
    form.writeEnd(
        folders: options.map(\.folder), runs: runs.count, finished: finished, failed: failed,
        exitCode: code)
    guard let failure = failures.last else { return }
    if runs.count == 1 || last?.isInterruption ?? false { throw failure }
    throw RunError(description: "\(failed) of \(runs.count) runs failed", exitCode: 1)
}

extension RunError {
    /// Whether a signal ended the run.
    var isInterruption: Bool { exitCode > 128 }
}

extension RunOptions {
    /// Makes the options of a run of its own.
    init(_ run: PreparedRun, _ output: OutputOptions, _ folder: String) {
        self.init(folder: folder, overwrite: output.overwrite, quiet: output.quiet)
    }
}

extension FormatOptions {
    /// Whether results are JSON lines.
    var isJSON: Bool { format == .json }

    /// Writes the record of a round; nil where none is asked for.
    var receiveRound: RunOptions.RoundReceiver? {
        guard events else { return nil }
        return { folder, record, predictsSymbols in
            write(ResultEvent.round(record, in: folder, predictsSymbols: predictsSymbols))
        }
    }

    /// Writes what came of a run that has ended, with JSON only.
    func writeRun(_ folder: String) {
        guard isJSON, let file = try? RunFile(reading: folder) else { return }
        write(ResultEvent.run(file, in: folder))
    }

    /// Writes the end of the command, with JSON only.
    func writeEnd(folders: [String], runs: Int, finished: Int, failed: Int, exitCode: Int32) {
        guard isJSON else { return }
        write(
            ResultEvent.end(
                folders: folders, runs: runs, finished: finished, failed: failed,
                exitCode: exitCode))
    }
}

private func write(_ event: JSONText) { writeOutput(event.line + "\n") }

/// Returns the default folder, runs/NAME/VARIANT/seed-N.
func defaultFolder(_ run: PreparedRun) -> String {
    "runs/\(run.scenario.name)/\(run.folder)"
}

/// Returns what is about to run, in one line.
///
/// - Parameter jobs: how many runs go on at once.
func header(
    _ run: PreparedRun, inProcess: Bool, jobs: Int = 1, plan: LaunchPlan = .local
) -> String {
    if let place = plan.place { return header(run, place: place) }
    let many = jobs > 1 ? "\(jobs) runs at a time, each " : ""
    if inProcess { return header(run, place: many + "in this process") }
    let processes = run.processCount(cores: Simulation.cores, jobs: jobs)
    let transport = run.scenario.clients.transport.rawValue
    let place = processes == 1 ? "1 client process" : "\(processes) client processes"
    return header(run, place: many + (jobs > 1 ? "with " : "") + "\(place) over \(transport)")
}

/// Returns what is about to run and where, in one line.
func header(_ run: PreparedRun, place: String) -> String {
    let scenario = run.scenario
    return "\(scenario.name): \(counted(scenario.training.rounds, "round")),"
        + " \(scenario.clients.perRound) of \(counted(scenario.clients.count, "client")) a round,"
        + " \(scenario.data.datasetKind) (\(scenario.data.skewKind)), \(scenario.model.label)"
        + " (\(run.network.parameterCount) parameters), \(place)"
}

/// Returns which schedulers a run has, with their forms.
func schedulers(_ run: PreparedRun) -> String {
    "server \(run.scenario.server.schedulerLabel), client \(run.scenario.client.schedulerLabel)"
}

/// Returns the result of a run, in a few lines.
func result(_ summary: RunSummary, _ run: PreparedRun, _ folder: String) -> String {
    var lines: [String] = []
    let metric = summary.metric
    if let final = summary.finalValue, let best = summary.bestValue {
        let count = summary.finalEvaluations
        let what = count == 1 ? "the only evaluation" : "mean of the last \(count) evaluations"
        lines.append(
            "\(metric.name) \(metric.text(final)) (\(what)), best \(metric.text(best))")
    }
    if let target = run.target, summary.finalValue != nil {
        let reached =
            summary.roundsToTarget.map { "after " + counted($0, "round") } ?? "not reached"
        lines.append("target \(metric.text(target)) \(reached)")
    }
    if let concern = summary.dropWarning { lines.append("warning: \(concern)") }
    let rounds = counted(summary.rounds, "round")
    lines.append("\(rounds) in \(duration(summary.seconds)); results in \(folder)")
    return lines.joined(separator: "\n") + "\n"
}
