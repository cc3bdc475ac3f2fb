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
        let runs = try scenario.prepare(file.validate(), file)
        guard let first = runs.first else { return }
        var text = header(first, inProcess: false) + "\n"
        let measures = PartitionMeasures(
            first.partition, labels: first.dataset.labels(of: .train),
            classes: first.dataset.classes)
        text += """
            data: \(first.dataset.count(of: .train)) training and \(first.dataset.count(of: .test)) \
            test samples, \(first.dataset.features) features, \(first.dataset.classes) classes
            partition: samples per client \(measures.smallest) to \(measures.largest), median \
            \(fixed(measures.median, 0)); classes per client \(fixed(measures.meanClasses, 1)) on \
            average; label skew: total variation \(fixed(measures.totalVariation, 3)), \
            Jensen-Shannon \(fixed(measures.jensenShannon, 3))

            """
        text += holdout(first)
        if file.isComparison {
            var names: [String] = []
            for run in runs where !names.contains(run.variant) { names.append(run.variant) }
            text += "comparison: \(names.count) variants, \(runs.count) runs\n"
            for name in names {
                guard let run = runs.first(where: { $0.variant == name }) else { continue }
                text += "  \(name): \(schedulers(run))\n"
            }
        } else {
            text += schedulers(first) + "\n"
        }
        writeOutput(text + "\(scenario.scenario) is valid\n")
    }

    /// What clients hold out from training, where they do.
    private func holdout(_ run: PreparedRun) -> String {
        let data = run.scenario.data
        guard data.validationFraction > 0 || data.clientTestFraction > 0 else { return "" }
        func part(_ partition: Partition) -> String {
            let sizes = partition.sizes
            return "\(sizes.reduce(0, +)) (\(sizes.min() ?? 0) to \(sizes.max() ?? 0) a client)"
        }
        let holdout = run.holdout
        return "parts of the clients' samples: training \(part(holdout.training)), validation"
            + " \(part(holdout.validation)), test \(part(holdout.test))\n"
    }
}
