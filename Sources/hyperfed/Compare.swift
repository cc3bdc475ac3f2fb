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
            keys of the scenario. Ends with a table; each run's files are in VARIANT/seed-N.
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var place: PlaceOptions

    func run() throws {
        let file = try scenario.file(isComparison: true)
        let runs = try scenario.prepare(file.comparison(), file)
        guard let first = runs.first else { return }
        let folder = output.output ?? "runs/\(first.scenario.name)"
        let summaries = try Comparison.run(
            runs,
            RunOptions(
                folder: folder, overwrite: output.overwrite, quiet: output.quiet,
                inProcess: place.inProcess,
                announcement: header(first, inProcess: place.inProcess)), cache: DataCache())
        writeOutput(
            summaryTable(summaries, target: first.target)
                + "results in \(folder)\n")
        let failures = summaries.reduce(0) { $0 + $1.failures }
        if failures > 0 {
            throw RunError(description: "\(failures) of \(runs.count) runs failed", exitCode: 1)
        }
    }
}
