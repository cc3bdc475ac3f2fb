import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Settings
import Simulation

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run all variants of a scenario over all its seeds and compare them.",
        discussion: """
            The section `compare` of the scenario names seeds and variants; each variant changes \
            some keys of the scenario. With a `grid` of keys and values, each variant runs with \
            each combination of values. Prints a table at the end. comparison.csv has a row for \
            each run that has ended, also if the comparison is interrupted; the files of a run \
            are in VARIANT/seed-N. Several runs go on at once (--jobs); the results are the same. \
            With a `baseline` there is a second table, against.csv, with gains and speed-ups; \
            with a grid of two keys, heatmap.svg. Each of several `studies` has its own tables \
            and folder.
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var place: InProcessOption

    @Option(
        help: ArgumentHelp(
            "Run only this study of compare.studies; may be repeated.", valueName: "name"))
    var study: [String] = []

    @Option(help: "Runs that go on at once (default: as many as keep the processor cores busy).")
    var jobs: String?

    @Flag(help: "Run the quick comparison (compare.quick) into NAME-quick.")
    var quick = false

    func run() throws {
        if place.inProcess { scenario.warnOfProcesses("--in-process needs no client processes") }
        let asked = try askedJobs()
        let file = try scenario.file(isComparison: true)
        let studies = try scenario.prepare(
            file.studies(named: study.isEmpty ? nil : study, isQuick: quick))
        guard let first = studies.first?.runs.first else { return }
        let folder = output.output ?? "runs/\(first.scenario.name)"
        var options = RunOptions(
            folder: folder, overwrite: output.overwrite, quiet: output.quiet,
            inProcess: place.inProcess)
        let jobs = try JobCount.jobs(
            for: studies.flatMap(\.runs), asked: asked, inProcess: place.inProcess)
        options.jobs = jobs
        let hold = SignalHold()
        defer { extendLifetime(hold) }
        var comparison = try Comparison(studies, options, isWhole: study.isEmpty)
        // `prepare` has used the cache and has written its warnings.
        let cache = DataCache(warn: { _ in })
        let outcome = try comparison.run(
            cache: cache, announcement: { announcement($0, jobs) }
        ) { study, result in
            if !result.isEmpty { writeOutput(tables(study, result)) }
        }
        writeOutput("results in \(folder)\(quick ? " (--quick)" : "")\n")
        try end(outcome)
    }

    /// Reports the problems of the comparison, and throws if it was interrupted or a run failed.
    private func end(_ outcome: ComparisonOutcome) throws {
        for problem in outcome.problems { writeError("error: \(problem)") }
        if let (signal, text) = outcome.interruption {
            let gaps = "\(outcome.missing) of \(outcome.runs) runs are missing"
            throw RunError(
                description: "\(text); \(gaps)", exitCode: EndSignal.exitCode(of: signal))
        }
        if outcome.failures > 0 {
            throw RunError(
                description: "\(outcome.failures) of \(outcome.runs) runs failed", exitCode: 1)
        }
        if !outcome.problems.isEmpty { throw ExitCode(1) }
    }

    /// Returns what is about to run, in one line.
    private func announcement(_ study: PreparedStudy, _ jobs: Int) -> String {
        guard let first = study.runs.first else { return "" }
        return (study.name.map { "study \($0): " } ?? "")
            + header(first, inProcess: place.inProcess, jobs: jobs) + (quick ? " (--quick)" : "")
    }

    /// Returns the number after --jobs; nil without one.
    private func askedJobs() throws -> Int? {
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

    /// Returns the tables of a study under its name.
    private func tables(_ study: PreparedStudy, _ result: StudyResult) -> String {
        guard let first = study.runs.first else { return "" }
        return (study.name.map { "study \($0)\n" } ?? "")
            + (first.cell.isEmpty
                ? summaryTable(result.summaries)
                : gridTable(result.summaries))
            + (result.missing > 0
                ? "the comparison ended early: \(result.missing) of \(study.runs.count) runs are"
                    + " missing\n" : "")
            + (result.against.map { "\n" + $0.text } ?? "") + (study.name == nil ? "" : "\n")
    }
}
