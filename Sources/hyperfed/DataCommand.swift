import ArgumentParser
import Charts
import Datasets
import Scenarios
import Settings
import Simulation

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Read the data of a scenario and say what is in them.",
        discussion: """
            Prints samples, shape, classes with their names and counts, ranges of values, constant \
            and equal features, and owners. Draws no partition and starts no process.

              hyperfed data Scenarios/digits.yaml --picture digits.png
            """)

    @OptionGroup var scenario: ScenarioOptions

    @Option(
        help: ArgumentHelp(
            "Write the first training images of each class, a row for each class; .svg has the"
                + " names too.", valueName: "file.png|svg"))
    var picture: String?

    @Flag(help: "Replace a picture that exists.")
    var overwrite = false

    func validate() throws {
        if let picture, !picture.hasSuffix(".png"), !picture.hasSuffix(".svg") {
            throw ValidationError(
                "--picture: expected a file that ends with .png or .svg, found '\(picture)'")
        }
    }

    func run() throws {
        scenario.changes.warnOfProcesses("this command starts no process")
        // The data can take long to read, so this comes first.
        if let picture, !overwrite, Files.exists(picture) {
            throw UsageError(
                "--picture: expected a new file, found \(picture); choose another name, or add"
                    + " --overwrite to replace it")
        }
        let source = try scenario.source(isComparison: true)
        let run = try source.file().baseRun()
        let data = run.scenario.data
        let dataset = try Self.open(run)
        for note in data.source.notes(of: dataset) where note.severity == .warning {
            writeError("warning: \(note.text)")
        }
        let summary = DataSummary(dataset)
        var text = DataText(data.datasetKind, dataset, summary)
        // The file has the numbers after scaling, so those before it are read again without.
        if run.resolved.contains(/(?m)^ +standardize: true$/) {
            let file = try source.file(adding: [
                ScenarioFile.Override("data.dataset.standardize", "false")
            ])
            text.unscaled = DataSummary(try Self.open(try file.baseRun())).train.range
        }
        for note in data.source.notes(of: dataset) where note.severity == .information {
            text.facts.append(note.text)
        }
        writeOutput(text.lines.joined(separator: "\n") + "\n")
        if let picture { try write(dataset, summary, to: picture) }
    }

    private static func open(_ run: ScenarioFile.ConfiguredRun) throws -> Dataset {
        let data = run.scenario.data
        do {
            return try DataCache().open(data.source, seed: data.seed).dataset
        } catch {
            throw PreparedRun.mistake("data.dataset", "\(error)", run, startsWithFile: true)
        }
    }

    private func write(_ dataset: Dataset, _ summary: DataSummary, to file: String) throws {
        let sheet: ContactSheet
        do {
            sheet = try ContactSheet(dataset, summary)
        } catch {
            throw UsageError("\(error)")
        }
        let image = ColourImage(width: sheet.width, height: sheet.height, pixels: sheet.pixels)
        let names = dataset.classNames ?? (0..<dataset.classes).map(String.init)
        try Files.write(
            file.hasSuffix(".png")
                ? image.png : Array(image.svg(names: names, rowHeight: sheet.rowHeight).utf8),
            to: file)
        writeOutput("picture: \(file)\n")
    }
}
