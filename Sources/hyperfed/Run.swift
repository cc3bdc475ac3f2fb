import ArgumentParser
import Datasets
import Models
import Reporting
import Scenarios
import Simulation

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario: one coordinator and its client processes.",
        discussion: """
            Results: scenario.yaml (every setting), rounds.csv (a row per round), clients.csv (a \
            row per client and round), run.json, model.safetensors; client_evaluations.csv with \
            evaluation.per_client, traces.csv and server_traces.csv if clients or the server \
            adapt rates, drops.csv if clients can be dropped.
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var place: InProcessOption

    func run() throws {
        if place.inProcess { scenario.warnOfProcesses("--in-process needs no client processes") }
        try runBase(of: scenario, output, inProcess: place.inProcess)
    }
}

/// Runs the base scenario of a file and says what it came to.
///
/// - Parameter bind: the endpoint at which client processes come that others start.
func runBase(
    of scenario: ScenarioOptions, _ output: OutputOptions, inProcess: Bool = false,
    bind: String? = nil
) throws {
    let file = try scenario.file(isComparison: false)
    let prepared = try scenario.prepare([file.baseRun()])[0]
    let folder = output.output ?? defaultFolder(prepared)
    let hold = SignalHold()
    defer { extendLifetime(hold) }
    let first = bind.map { header(prepared, place: "clients at \($0)") }
    // `prepare` has used the cache and has written its warnings.
    let cache = DataCache(warn: { _ in })
    let summary = try Simulation.run(
        prepared,
        RunOptions(
            folder: folder, overwrite: output.overwrite, quiet: output.quiet, inProcess: inProcess,
            announcement: (first ?? header(prepared, inProcess: inProcess)) + "\n"
                + schedulers(prepared), bind: bind), cache: cache)
    writeOutput(result(summary, prepared, folder))
}

/// Returns the default folder, runs/NAME/VARIANT/seed-N.
func defaultFolder(_ run: PreparedRun) -> String {
    Comparison.folder(of: run, in: "runs/\(run.scenario.name)")
}

/// Returns what is about to run, in one line.
///
/// - Parameter jobs: how many runs go on at once.
func header(_ run: PreparedRun, inProcess: Bool, jobs: Int = 1) -> String {
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
    return "\(scenario.name): \(scenario.training.rounds) rounds, \(scenario.clients.perRound) of"
        + " \(scenario.clients.count) clients a round, \(scenario.data.datasetKind)"
        + " (\(scenario.data.skewKind)), \(scenario.model.label)"
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
        lines.append(
            "\(metric.name) \(metric.text(final)) (mean of the last"
                + " \(summary.finalEvaluations) evaluations), best \(metric.text(best))")
    }
    if let target = run.target, summary.finalValue != nil {
        let reached = summary.roundsToTarget.map { "after \($0) rounds" } ?? "not reached"
        lines.append("target \(metric.text(target)) \(reached)")
    }
    if let concern = summary.dropWarning { lines.append("warning: \(concern)") }
    lines.append("\(summary.rounds) rounds in \(duration(summary.seconds)); results in \(folder)")
    return lines.joined(separator: "\n") + "\n"
}
