import CSystem
import Datasets
import Federation
import LearningRates
import Models
import RandomStreams
import Reporting
import Scenarios
import Settings

/// Prints the table of `hyperfed bench shifts`: the cost of a local step on shifted samples. It is
/// a ratio to the same step on the samples as they are, measured in turns.
func shiftTable(_ tell: (String) -> Void) throws {
    _ = hyperfed_hold_to_cores(1)
    defer { _ = hyperfed_hold_to_cores(0) }
    tell("one core, MLP 784-200-10, batches of 32, 20 clients of 600 images of 28 x 28 pixels in")
    tell("bytes; a ratio is the median of fifteen; 'make' is once, for 12,000 images")
    tell(row("shift", "ratio", "make"))
    let images = try TimedImages()
    for entry in shifts where entry.kind != "quantity" {
        let (ratio, seconds) = try images.time(entry.kind)
        tell(row(entry.kind, fixed(ratio, 3), "\(fixed(seconds, 2)) s"))
    }
}

private func row(_ cells: String...) -> String {
    let widths = [14, 6, 8]
    return zip(cells, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index < 1 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
}

/// Images of drawn pixels, and a trainer on them for each shift.
private struct TimedImages {
    private static let (clients, size, steps) = (20, 600, 60)
    private let dataset: Dataset
    private let partition: Partition
    private let network: Network
    private let settings: LocalTrainingSettings
    private let holdout = HoldoutSettings(validation: 0, test: 0, choice: .drawn, seed: 1)

    init() throws {
        let count = Self.clients * Self.size
        var stream = RandomKey(seed: 1, .data).stream()
        let pixels = (0..<count * 784).map { _ in UInt8(stream.below(256)) }
        let labels = (0..<count).map { Int32($0 % 10) }
        dataset = try Dataset(
            DecodedDataset(
                sampleShape: [28, 28, 1], classes: 10,
                train: DecodedDataset.Samples(features: .bytes(pixels), labels: labels),
                test: DecodedDataset.Samples(features: .bytes([]), labels: [])))
        partition = try IID().partition(
            dataset.trainingSamples, among: Self.clients, key: RandomKey(seed: 1, .partition))
        let file = try ScenarioFile(
            text: "{ data: { dataset: gaussian_clusters }, model: { kind: mlp, hidden: [200] } }",
            file: "the benchmark", workingFolder: "")
        let scenario = try file.baseRun().scenario
        network = try scenario.model.network(for: dataset.sampleForm)
        settings = LocalTrainingSettings(
            seed: 1, length: .steps(Self.steps), batchSize: 32,
            optimizer: scenario.client.optimizer, scheduler: scenario.client.scheduler)
    }

    /// Returns the ratio of a shift with its defaults, and the seconds in which its data are made.
    func time(_ kind: String) throws -> (ratio: Double, seconds: Double) {
        var shift: [any Shift] = []
        _ = describe { settings in
            shift = shifts.filter { $0.kind == kind }.map { $0.make(settings) }
        }
        let started = hyperfed_thread_cpu_seconds()
        let made = try ShiftedSource(
            dataset, dataKey: "benchmark", partition, partitionKey: "benchmark", shift,
            holdout: holdout
        ).made()
        let seconds = hyperfed_thread_cpu_seconds() - started
        var shifted = trainer(try Dataset(made.samples), made.partition)
        var plain = trainer(dataset, partition)
        let weights = network.initialParameters(seed: 1)
        var update = weights
        func run(_ trainer: inout LocalTrainer, _ turn: Int) throws -> Double {
            let started = hyperfed_thread_cpu_seconds()
            var out = update.mutableSpan
            var next = MutableSpan<Float>()
            _ = try trainer.trainClient(
                ClientTask(
                    round: 0, client: UInt32(turn % Self.clients), attempt: 1, localRate: 0.001),
                weights: weights.span, previousAggregate: nil, server: Span(), carried: Span(),
                into: &out, carrying: &next)
            return hyperfed_thread_cpu_seconds() - started
        }
        _ = try (run(&shifted, 0), run(&plain, 0))
        // The first one of a pair has the colder caches, so they take turns.
        let ratios = try (0..<15).map { turn -> Double in
            if turn % 2 == 0 {
                let own = try run(&shifted, turn)
                return try own / run(&plain, turn)
            }
            let other = try run(&plain, turn)
            return try run(&shifted, turn) / other
        }
        return (ratios.sorted()[7], seconds)
    }

    private func trainer(_ dataset: Dataset, _ partition: Partition) -> LocalTrainer {
        LocalTrainer(settings, network: network, dataset: dataset, partition: partition)
    }
}
