import ArgumentParser
import Datasets
import Reporting
import Scenarios
import Simulation

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a scenario, draw its partition and say what would run.",
        discussion: "Checks every variant and seed of a comparison too. Starts no process.")

    @OptionGroup var scenario: ScenarioOptions

    func run() throws {
        let file = try scenario.file(isComparison: true)
        let (base, full, quick) = try file.validate()
        // Together, so that what is odd is said once; what 'run' would say, too.
        let all = try scenario.prepare(full + quick, base: base)
        let studies = all.prefix(full.count)
        guard let first = studies.first?.runs.first else { return }
        var text = header(first, inProcess: false) + "\n"
        text += dataLines(first) + holdout(first)
        if file.isComparison {
            for study in studies {
                let short = all.dropFirst(full.count).first { $0.name == study.name }
                text += variants(study, quick: short)
            }
        } else {
            text += schedulers(first) + "\n"
        }
        writeOutput(text + "\(scenario.scenario) is valid\n")
    }

    /// Returns the variants of a study, each in each cell.
    private func variants(_ study: PreparedStudy, quick: PreparedStudy?) -> String {
        var names: [String] = []
        for run in study.runs where !names.contains(run.name) { names.append(run.name) }
        var text = study.name.map { "study \($0): " } ?? "comparison: "
        text += "\(names.count) variants, \(study.runs.count) runs"
        text += (quick.map { ", \($0.runs.count) with --quick" } ?? "") + "\n"
        for name in names {
            guard let run = study.runs.first(where: { $0.name == name }) else { continue }
            text += "  \(name): \(schedulers(run))\n"
        }
        return text
    }

    /// Returns the holdout of the clients in words; empty if there is none.
    private func holdout(_ run: PreparedRun) -> String {
        let data = run.scenario.data
        guard run.scenario.validationFraction > 0 || data.clientTestFraction > 0 else { return "" }
        func part(_ part: any Population) -> String {
            let smallest = part.sizeCounts().last?.size ?? 0
            return "\(part.totalSize) (\(smallest) to \(part.largestSize) a client)"
        }
        let holdout = run.holdout
        return "parts of the clients' samples: training \(part(holdout.training)), validation"
            + " \(part(holdout.validation)), test \(part(holdout.test))\n"
    }

    private func dataLines(_ run: PreparedRun) -> String {
        let data = run.dataset
        let target: String
        switch data.target {
        case .classes(let classes): target = "\(classes) classes"
        case .numbers: target = counted(data.targetWidth, "number") + " to predict"
        }
        let features =
            data.vocabulary.map { "sequences of \(data.features) out of \($0) symbols" }
            ?? counted(data.features, "feature")
        let samples = data.trainingSamples
        let measures = PartitionMeasures(run.partition, of: samples)
        var text = """
            data: \(data.count(of: .train)) training and \(data.count(of: .test)) test samples, \
            \(features), \(target)

            """
        for note in run.dataNotes where note.severity == .information { text += "\(note.text)\n" }
        if samples.owners != nil {
            text +=
                "owners: \(samples.ownerNames.count) \(samples.ownerKind)\(leftOut(run, samples))\n"
        }
        text += """
            partition: samples per client \(measures.smallest) to \(measures.largest), median \
            \(fixed(measures.median, 0))
            """
        if let labels = measures.labels {
            text += """
                ; classes per client \(fixed(labels.meanClasses, 1)) on average; label skew: total \
                variation \(fixed(labels.totalVariation, 3)), Jensen-Shannon \
                \(fixed(labels.jensenShannon, 3))
                """
        }
        return text + "\n"
    }

    /// Owners that are no client, where fewer clients are wanted than there are owners.
    private func leftOut(_ run: PreparedRun, _ samples: TrainingSamples) -> String {
        let owners = samples.ownerNames.count - run.partition.count
        let lost = run.dataset.count(of: .train) - run.partition.totalSize
        guard run.scenario.data.skewKind == "natural", owners > 0 else { return "" }
        return ", of which \(owners) with \(counted(lost, "training sample")) are left out"
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
