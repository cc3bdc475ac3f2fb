import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Settings
import Simulation

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a scenario, draw its partition and say what would run.",
        discussion: """
            Checks every variant and seed of a comparison too. Starts no process. With --explain \
            or --resolved the data are not read.
            """)

    @OptionGroup var scenario: ScenarioOptions

    @Option(
        help: ArgumentHelp(
            "Print who gives this key its value, and over whom, for each variant. The key can be a"
                + " section or a component.", valueName: "key.path"))
    var explain: String?

    @Flag(help: "Print all settings of each variant; comments say who gives a value.")
    var resolved = false

    func run() throws {
        let file = try scenario.file(isComparison: true)
        if let explain {
            writeOutput(try file.explanation(of: explain))
        } else if resolved {
            writeOutput(try resolvedText(file))
        } else {
            try check(file)
        }
    }

    /// Returns the settings of each variant in each cell, with its first seed, as one YAML document
    /// each.
    private func resolvedText(_ file: ScenarioFile) throws -> String {
        guard file.isComparison else { return try file.baseRun().resolvedWithLayers }
        let documents = try file.studies().flatMap { study in
            var names: Set<String> = []
            return study.runs.filter { names.insert($0.name).inserted }.map { run in
                let heading = study.name.map { "study \($0), \(run.name)" } ?? run.name
                return "# \(heading), seed \(run.scenario.seed)\n" + run.resolvedWithLayers
            }
        }
        return documents.joined(separator: "---\n")
    }

    private func check(_ file: ScenarioFile) throws {
        let (base, full, quick) = try file.validate()
        // All runs together, so that each warning is printed once. The base run has its own.
        let all = try Preparation.studies(full + quick, base: base)
        let studies = all.prefix(full.count)
        guard let first = studies.first?.runs.first else { return }
        let runs = file.isComparison ? studies.flatMap(\.runs) : [first]
        let jobs = try JobCount.jobs(for: runs, asked: nil)
        var text = header(first, inProcess: false, jobs: jobs) + "\n"
        text += dataLines(first) + phaseLines(first) + holdout(first)
        if file.isComparison {
            for study in studies {
                let short = all.dropFirst(full.count).first { $0.name == study.name }
                text += variants(study, quick: short)
            }
            text += otherPartitions(runs)
        } else {
            text += schedulers(first) + "\n"
        }
        writeOutput(text + "\(scenario.scenario) is valid\n")
    }

    /// Returns a line for each variant of a study in each cell.
    private func variants(_ study: PreparedStudy, quick: PreparedStudy?) -> String {
        var names: [String] = []
        for run in study.runs where !names.contains(run.name) { names.append(run.name) }
        var text = study.name.map { "study \($0): " } ?? "comparison: "
        text += counted(names.count, "variant") + ", " + counted(study.runs.count, "run")
        text += (quick.map { ", \($0.runs.count) with --quick" } ?? "") + "\n"
        for name in names {
            guard let run = study.runs.first(where: { $0.name == name }) else { continue }
            text += "  \(name): \(schedulers(run))\n"
        }
        return text
    }

    /// Returns a line that names the command for the partitions of other variants. It is empty if
    /// all variants have one partition with their first seed.
    private func otherPartitions(_ runs: [PreparedRun]) -> String {
        var names: Set<String> = []
        let first = runs.filter { names.insert("\($0.study ?? "")/\($0.name)").inserted }
        let count = Set(first.map(\.partitionKey)).count
        guard count > 1 else { return "" }
        return "\(count) different partitions; 'hyperfed partition \(scenario.scenario)' draws"
            + " them\n"
    }

    /// Returns a line with the sizes of the held-out samples; empty if there are none.
    private func holdout(_ run: PreparedRun) -> String {
        let data = run.scenario.data
        guard run.scenario.validationFraction > 0 || data.clientTestFraction > 0 else { return "" }
        func part(_ part: any Population) -> String {
            let read = part.surveyedPart
            let smallest = read.sizeCounts().last?.size ?? 0
            return "\(read.totalSize) (\(smallest) to \(read.largestSize) a client)"
        }
        let holdout = run.holdout
        return "parts of the clients' samples: training \(part(holdout.training)), validation"
            + " \(part(holdout.validation)), test \(part(holdout.test))\n"
    }

    private func dataLines(_ run: PreparedRun) -> String {
        let data = run.phases[0].sourceDataset
        let target: String
        switch data.target {
        case .classes(let classes): target = counted(classes, "class")
        case .numbers: target = counted(data.targetWidth, "number") + " to predict"
        }
        let features =
            data.vocabulary.map { "sequences of \(data.features) out of \($0) symbols" }
            ?? counted(data.features, "feature")
        let samples = data.trainingSamples
        let test = counted(data.count(of: .test), "test sample")
        var text = """
            data: \(data.count(of: .train).grouped) training and \(test), \
            \(features), \(target)

            """
        for note in run.dataNotes where note.severity == .information { text += "\(note.text)\n" }
        if samples.owners != nil {
            text +=
                "owners: \(samples.ownerNames.count) \(samples.ownerKind)\(leftOut(run, samples))\n"
        }
        return text + picture(run)
    }

    /// Returns a small picture of the partition with its most important measures.
    private func picture(_ run: PreparedRun) -> String {
        let view = PartitionView(run)
        var style = PartitionPicture.TextStyle.standardOutput
        (style.barLines, style.hasNumbers) = (2, false)
        return "partition: " + view.facts.joined(separator: "\n  ") + "\n"
            + view.text(style, isShort: true)
    }

    /// Returns how many owners are left out, if there are more owners than clients.
    private func leftOut(_ run: PreparedRun, _ samples: TrainingSamples) -> String {
        guard run.scenario.data.skewKind == "natural" else { return "" }
        let first = run.phases[0]
        let own = (0..<run.partition.count).flatMap { first.sourcePartition.samples(of: $0) }
        let all = first.sourceDataset.owners(of: .train)
        let used = Set(own.compactMap { all?[Int($0)] })
        let owners = samples.ownerNames.count - used.count
        let lost = first.sourceDataset.count(of: .train) - first.sourcePartition.totalSize
        guard owners > 0 else { return "" }
        return ", of which \(owners) with \(counted(lost, "training sample")) are left out"
    }
}
