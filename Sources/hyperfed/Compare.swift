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
            files are in VARIANT/seed-N.
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
            (first.cell.isEmpty
                ? summaryTable(summaries, target: first.target) : gridTable(summaries))
                + "results in \(folder)\n")
        let failures = summaries.reduce(0) { $0 + $1.failures }
        if failures > 0 {
            throw RunError(description: "\(failures) of \(runs.count) runs failed", exitCode: 1)
        }
    }
}
