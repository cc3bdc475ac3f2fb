import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Simulation

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run all variants of a scenario over all its seeds and compare them.",
        discussion: """
            The scenario's `compare` section names seeds and variants; each variant changes some \
            keys of the scenario. With a `grid` of keys and values, each variant runs with each \
            combination of them. Ends with a table; comparison.csv has a row for each run, whose \
            files are in VARIANT/seed-N. With a `baseline` there is a second table, against.csv, of \
            gains over it and speed-ups; with a grid of two keys, heatmap.svg. Of several \
            `studies`, each has its tables and its folder.
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var place: PlaceOptions

    @Option(
        help: ArgumentHelp(
            "Run only this study of compare.studies; may be repeated.", valueName: "name"))
    var study: [String] = []

    @Flag(help: "Run what compare.quick says, in place of everything, into NAME-quick.")
    var quick = false

    func run() throws {
        if place.inProcess { scenario.warnOfProcesses("--in-process needs no client processes") }
        let file = try scenario.file(isComparison: true)
        let studies = try scenario.prepare(
            file.studies(named: study.isEmpty ? nil : study, isQuick: quick))
        guard let first = studies.first?.runs.first else { return }
        let folder = output.output ?? "runs/\(first.scenario.name)"
        var options = RunOptions(
            folder: folder, overwrite: output.overwrite, quiet: output.quiet,
            inProcess: place.inProcess)
        try Comparison.prepareFolders(studies, options)
        let cache = DataCache()
        var failures = 0
        for study in studies {
            options.announcement = announcement(study)
            let result = try Comparison.run(study, options, cache: cache)
            failures += result.failures
            writeOutput(tables(study, result))
        }
        writeOutput("results in \(folder)\(quick ? " (--quick)" : "")\n")
        if failures > 0 {
            let runs = studies.reduce(0) { $0 + $1.runs.count }
            throw RunError(description: "\(failures) of \(runs) runs failed", exitCode: 1)
        }
    }

    /// What is about to run, in one line.
    private func announcement(_ study: PreparedStudy) -> String {
        guard let first = study.runs.first else { return "" }
        return (study.name.map { "study \($0): " } ?? "")
            + header(first, inProcess: place.inProcess) + (quick ? " (--quick)" : "")
    }

    /// A study's tables under its name.
    private func tables(_ study: PreparedStudy, _ result: StudyResult) -> String {
        guard let first = study.runs.first else { return "" }
        return (study.name.map { "study \($0)\n" } ?? "")
            + (first.cell.isEmpty
                ? summaryTable(result.summaries)
                : gridTable(result.summaries))
            + (result.against.map { "\n" + $0.text } ?? "") + (study.name == nil ? "" : "\n")
    }
}
