import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Settings
import Simulation

struct PartitionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partition",
        abstract: "Draw the partition of a scenario and measure how skewed it is.",
        discussion: """
            Draws clients by classes, and measures the partition beside an IID one with the same \
            sizes. Writes partition.svg (a picture), partition.csv (a row per client) and \
            partition.json (the samples of each client). Variants of a comparison with different \
            partitions are drawn one after the other, each with its first seed. Starts no process.

              hyperfed partition SCENARIO --import FILE    check a partition from elsewhere
            """)

    @OptionGroup var scenario: ScenarioOptions

    @Option(
        help: ArgumentHelp(
            "Draw only this variant of the comparison; may be repeated.", valueName: "name"))
    var variant: [String] = []

    @Option(
        name: .customLong("import"),
        help: ArgumentHelp(
            "Draw the partition in this file, which Hyperfed or another program wrote, and print"
                + " the scenario lines that use it.", valueName: "file"))
    var importedFile: String?

    @Flag(help: "With --import: a sample may belong to several clients.")
    var overlap = false

    @Option(help: "Folder of the files (default: runs/NAME/partition).")
    var output: String?

    @Option(help: "text, or json: one JSON object a line for each partition.")
    var format = FormatOptions.Format.text

    func validate() throws {
        if importedFile == nil, overlap {
            throw ValidationError("--overlap: expected --import beside it, found none; add it")
        }
        if importedFile != nil, let name = variant.first {
            throw ValidationError(
                "--variant: expected none beside --import, found '\(name)'; leave it out")
        }
    }

    func run() throws {
        scenario.changes.warnOfProcesses("this command starts no process")
        let imported = try importedFile.map {
            try ImportedPartition($0, scenario, overlaps: overlap)
        }
        let runs =
            try imported?.runs
            ?? scenario.file(isComparison: true)
            .firstSeeds(ofVariants: variant)
        let drawings = try drawings(of: Preparation.runs(runs))
        guard let first = drawings.first else { return }
        let folder = output ?? "runs/\(first.run.scenario.name)/partition"
        try PartitionFiles.check(folder, names: drawings.map(\.fileName))
        for drawing in drawings {
            let files = try PartitionFiles.write(
                drawing.view, to: folder, name: drawing.fileName)
            switch format {
            case .text: writeOutput(drawing.text(files, isAlone: drawings.count == 1))
            case .json:
                writeOutput(drawing.view.json(names: drawing.names, files: files).line + "\n")
            }
        }
        guard format == .text else { return }
        if drawings.count > 1 {
            writeOutput(PartitionView.table(drawings.map { ($0.fileName, $0.view) }))
        }
        if let imported { writeOutput(imported.advice) }
    }

    /// Returns one drawing for each different partition, in the order of the runs.
    private func drawings(of runs: [PreparedRun]) -> [PartitionDrawing] {
        var groups: [(key: String, runs: [PreparedRun])] = []
        for run in runs {
            let data = run.scenario.data
            let key =
                "\(run.partitionKey) \(run.scenario.validationFraction)"
                + " \(data.clientTestFraction)"
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].runs.append(run)
            } else {
                groups.append((key, [run]))
            }
        }
        return groups.map { PartitionDrawing($0.runs, isAlone: groups.count == 1) }
    }
}

/// A partition with the runs that use it.
private struct PartitionDrawing {
    let run: PreparedRun
    /// The names of the variants and cells that have this partition.
    let names: [String]
    /// The name of its files, without ending.
    let fileName: String
    let view: PartitionView

    init(_ runs: [PreparedRun], isAlone: Bool) {
        run = runs[0]
        names = runs.map { run in (run.study.map { "\($0): " } ?? "") + run.name }
        fileName =
            isAlone
            ? PartitionFiles.singleName
            : PartitionFiles.name(of: run) + PartitionFiles.holdoutEnding(of: run)
        view = PartitionView(run)
    }

    func text(_ files: [String], isAlone: Bool) -> String {
        let heading = isAlone ? "" : "\(fileName): \(names.joined(separator: "; "))\n"
        return heading + "\(view.datasetKind): \(view.skewText), seed \(view.seed)\n\n"
            + view.text(.standardOutput) + "\n" + view.table
            + "files: \(files.joined(separator: ", "))\n" + (isAlone ? "" : "\n")
    }
}
