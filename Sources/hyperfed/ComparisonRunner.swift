import Datasets
import Report
import Reporting
import Scenarios
import Settings
import Simulation

/// Runs one comparison after the other and prints what came of them.
struct ComparisonRunner {
    let studies: [PreparedStudy]
    let source: ComparisonFile.Source
    var options: RunOptions
    let mode: ComparisonOptions
    let form: FormatOptions
    let jobs: JobsOption
    let report: ReportOption
    var plan = LaunchPlan.local

    /// Runs all of them; a signal ends them all.
    ///
    /// - Throws: an error with the exit code of the command, when all is written and printed.
    static func run(_ all: [ComparisonRunner]) throws {
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        // All folders are checked and locked before the first run starts.
        var comparisons = try all.map { try $0.comparison() }
        var outcomes: [ComparisonOutcome] = []
        for (index, runner) in all.enumerated() {
            let outcome = try runner.run(&comparisons[index])
            outcomes.append(outcome)
            if outcome.interruption != nil { break }
        }
        let end = ComparisonEnd(outcomes, runs: comparisons.map { $0.counts.all })
        if let form = all.first?.form {
            form.writeEnd(
                folders: all.map(\.options.folder), runs: end.runs, finished: end.finished,
                failed: end.failures, exitCode: end.exitCode)
        }
        try end.report()
    }

    /// Checks and locks the folder of the comparison.
    private func comparison() throws -> Comparison {
        var options = options
        options.receiveRound = form.receiveRound
        // The client processes of a launcher use all its processors.
        options.jobs =
            plan.group != nil
            ? 1
            : try jobs.count(
                for: studies.flatMap(\.runs), inProcess: options.inProcess, cores: plan.cores)
        let comparison = try Comparison(studies, source, options, mode)
        if options.overwrite { ReportPage.remove(in: options.folder) }
        return comparison
    }

    /// Puts the runs that are to run into the queue of Slurm.
    func submit(_ submission: Submission) throws {
        let all = studies.reduce(0) { $0 + $1.runs.count }
        let name = studies[0].runs[0].scenario.name
        try submission.submitComparison(
            name, of: all, in: options.folder, jobs: jobs.asked()
        ) {
            // The folder is free again before the first job starts.
            try comparison().waitingNumbers
        }
    }

    private func run(_ comparison: inout Comparison) throws -> ComparisonOutcome {
        let counts = comparison.counts
        if mode.continues, !options.quiet {
            writeError(
                "\(options.folder): \(counts.waiting) of \(counted(counts.all, "run")) to do")
        }
        // The preparation has used the cache and has written its warnings.
        let cache = DataCache(warn: { _ in })
        let count = comparison.jobs
        let outcome = try comparison.run(
            cache: cache, announcement: { announcement($0, jobs: count) }
        ) { entry in
            form.writeRun("\(options.folder)/\(entry.folder)")
        } show: { result in
            guard !form.isJSON, !result.isEmpty else { return }
            writeOutput(result.text(cutsNames: outputIsTerminal))
        }
        if !form.isJSON {
            writeOutput("results in \(options.folder)\(source.isQuick ? " (--quick)" : "")\n")
        }
        // Of several shards, the one that ends last writes it.
        if outcome.interruption == nil, mode.shard == nil || outcome.missing == 0 {
            let line = report.write(options.folder)
            if !form.isJSON, !line.isEmpty { writeOutput(line) }
        }
        return outcome
    }

    /// Returns what is about to run, in one line.
    private func announcement(_ study: PreparedStudy, jobs: Int) -> String {
        guard let first = study.runs.first else { return "" }
        return (study.name.map { "study \($0): " } ?? "")
            + header(first, inProcess: options.inProcess, jobs: jobs, plan: plan)
            + (source.isQuick ? " (--quick)" : "")
    }
}

/// What came of several comparisons together.
private struct ComparisonEnd {
    let outcomes: [ComparisonOutcome]
    /// How many runs all of them have, also those that did not begin.
    let runs: Int

    init(_ outcomes: [ComparisonOutcome], runs: [Int]) {
        (self.outcomes, self.runs) = (outcomes, runs.reduce(0, +))
    }

    var finished: Int { outcomes.reduce(0) { $0 + $1.finished } }
    var failures: Int { outcomes.reduce(0) { $0 + $1.failures } }

    var exitCode: Int32 {
        if let (signal, _) = outcomes.last?.interruption { return EndSignal.exitCode(of: signal) }
        return failures > 0 || outcomes.contains { !$0.problems.isEmpty } ? 1 : 0
    }

    /// Reports the problems of the comparisons, and throws if one was interrupted or a run failed.
    func report() throws {
        for problem in outcomes.flatMap(\.problems) { writeError("error: \(problem)") }
        if let (_, text) = outcomes.last?.interruption {
            let missing = runs - finished - failures
            throw RunError(
                description: "\(text); \(missing) of \(counted(runs, "run"))"
                    + " \(missing == 1 ? "is" : "are") missing", exitCode: exitCode)
        }
        if failures > 0 {
            throw RunError(
                description: "\(failures) of \(counted(runs, "run")) failed", exitCode: 1)
        }
        if exitCode != 0 { throw RunError(description: "some tables are incomplete", exitCode: 1) }
    }
}
