import CSystem
import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import Reporting
import Scenarios
import Settings

/// Prints the table of `hyperfed bench schedulers`: the cost of a local step with each client
/// scheduler. It is a ratio to the plain step of the same optimizer on the same model, measured in
/// turns.
func schedulerTable(_ tell: (String) -> Void) throws {
    _ = hyperfed_hold_to_cores(1)
    defer { _ = hyperfed_hold_to_cores(0) }
    tell("one core, MLP 784-200-10, batches of 32, validation batches of 32; a ratio is the median")
    tell(
        "of nine; vectors are of the parameters' size, beyond those of the plain step; 'memory' has"
    )
    tell("activations and tangents too")
    tell(row("client scheduler", "optimizer", "ratio", "vectors", "memory"))
    for optimizer in ["sgd", "{ kind: sgd, momentum: 0.9 }", "adam"] {
        for scheduler in schedulersToTime {
            guard let timed = try TimedScheduler(scheduler, optimizer) else { continue }
            tell(
                row(
                    shortened(scheduler), shortened(optimizer), fixed(try timed.ratio(), 2),
                    "\(timed.vectors)", "+\(fixed(timed.moreBytes / 1e6, 1)) MB"))
        }
    }
}

/// Every kind with its defaults, and the settings of some kinds that cost more.
private var schedulersToTime: [String] {
    clientSchedulers.map { "{ kind: \($0.kind) }" }.filter { $0 != "{ kind: constant }" }
        + ["{ kind: hypergradient, rule: additive }"]
}

/// A flow mapping without what every one has.
private func shortened(_ mapping: String) -> String {
    mapping.replacing("{ kind: ", with: "").replacing(" }", with: "")
}

private func row(_ cells: String...) -> String {
    let widths = [36, 18, 6, 7, 10]
    return zip(cells, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index < 2 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
}

/// A client scheduler whose steps are timed against plain ones.
private struct TimedScheduler {
    private let network: Network
    private let dataset: Dataset
    private let plan: LocalTrainingSettings
    private let plain: LocalTrainingSettings
    private let training = Partition([(0..<400).map { Int32($0) }], of: 512)
    private let validation = Partition([(400..<512).map { Int32($0) }], of: 512)

    /// - Returns: nil where the scheduler does not work with the optimizer.
    init?(_ scheduler: String, _ optimizer: String) throws {
        guard let model = TimedModel.all.first(where: { $0.name == "mlp" }) else { return nil }
        func made(_ scheduler: String, steps: Int) throws -> LocalTrainingSettings? {
            let client = """
                data: { dataset: gaussian_clusters }
                training: { batch_size: 32 }
                client: { scheduler: \(scheduler), optimizer: \(optimizer), weight_decay: 1.0e-6 }

                """
            let file = try ScenarioFile(text: client, file: "the benchmark", workingFolder: "")
            guard let section = try? file.baseRun().scenario.client else { return nil }
            return LocalTrainingSettings(
                seed: 1, length: .steps(steps), batchSize: 32, optimizer: section.optimizer,
                scheduler: section.scheduler)
        }
        guard let plan = try made(scheduler, steps: 100),
            let plain = try made("constant", steps: 100)
        else { return nil }
        (self.plan, self.plain) = (plan, plain)
        network = try model.network()
        dataset = try Dataset(model.samples(512))
    }

    /// Parameter-sized vectors that the plain step does not have.
    var vectors: Int {
        let needs = plan.scheduler.needs
        let keepsGradient =
            needs.previousGradient || needs.previousDirection && plan.optimizer.buffers == 0
        return needs.vectors + (keepsGradient ? 1 : 0) + (needs.previousAggregate ? 1 : 0)
            + (needs.scope == .parameter ? 1 : 0)
    }

    /// Memory that the plain step does not take.
    var moreBytes: Double {
        func numbers(_ plan: LocalTrainingSettings) -> Int {
            LocalTrainer.numbers(
                plan, network: network, partition: training, validation: validation)
        }
        return 4 * Double(numbers(plan) - numbers(plain))
    }

    func ratio() throws -> Double {
        let weights = network.initialParameters(seed: 1)
        let previousAggregate = weights.map { -0.01 * $0 }
        var update = weights
        var carried = [Float](repeating: 0, count: plan.carriedVectors * weights.count)
        func trainer(_ plan: LocalTrainingSettings) -> LocalTrainer {
            LocalTrainer(
                plan, network: network, dataset: dataset, partition: training,
                validation: validation)
        }
        func seconds(_ trainer: inout LocalTrainer) throws -> Double {
            let started = hyperfed_thread_cpu_seconds()
            var out = update.mutableSpan
            var next = carried.mutableSpan
            _ = try trainer.trainClient(
                ClientTask(round: 0, client: 0, attempt: 1, localRate: 0.001),
                weights: weights.span, previousAggregate: previousAggregate.span, server: Span(),
                carried: Span(),
                into: &out, carrying: &next)
            return hyperfed_thread_cpu_seconds() - started
        }
        var one = trainer(plan)
        var other = trainer(plain)
        _ = try (seconds(&one), seconds(&other))
        let ratios = try (0..<9).map { _ in try seconds(&one) / seconds(&other) }
        return ratios.sorted()[4]
    }
}
