public import Datasets
public import Federation
import LearningRates
public import Models
import RandomStreams
public import Reporting
public import Scenarios
public import Settings

/// A run with its data and its partition. Its input is complete and checked, so it cannot fail
/// later. The coordinator and each client process make the same value.
public struct PreparedRun: Sendable {
    /// The settings of the run.
    public let scenario: Scenario
    /// The settings as a file, with every default filled in.
    public let resolved: String
    /// The name of what the run computes: its settings but for those of places (`withoutPlaces` of
    /// `ResolvedSettings`), its data and its partition. It has 32 hexadecimal digits.
    public let digest: String
    /// The text of `resolved` with comments that name the layer which set each value.
    public let resolvedWithLayers: String
    /// The name of variant and cell of the grid in messages.
    public let name: String
    /// The name of the study; nil outside of studies.
    public private(set) var study: String?
    /// The name of the variant.
    public private(set) var variant: String
    /// The values that the comparison's grid sets for this run.
    public private(set) var cell: [GridValue]
    /// The values that the seed of the run draws.
    public private(set) var drawn: [GridValue]
    /// The label of the variant in figures and tables of the report; nil for its name.
    public private(set) var label: String?
    /// The key of the data set in the cache.
    public let dataKey: String
    /// The key that names the partition in the cache. With shifts it names their result; if the
    /// data drift, it has the keys of all phases.
    public let partitionKey: String
    /// The clients' data of each phase. The first phase begins with round 0; there are more of
    /// them only if the data drift.
    public let phases: [DataPhase]
    /// The network that the clients train.
    public let network: Network
    /// When clients are available, if a file says so. Only the coordinator reads the file.
    let trace: AvailabilityTrace?

    /// Decodes the data set and draws the partition, or reads both from the cache.
    ///
    /// - Parameters:
    ///   - knownKey: the key of the data, if another process already wrote the cache. So a hundred
    ///     client processes do not all read the source files to find the key.
    ///   - includesLocations: whether mistakes that only the data show have their location in the
    ///     scenario. A client process leaves it out: it has no scenario file and saves the memory.
    /// - Throws: `SettingsError` if the data are missing or cannot be divided as the scenario says.
    public init(
        _ run: ScenarioFile.ConfiguredRun, cache: DataCache, knownKey: String? = nil,
        includesLocations: Bool = true
    ) throws(SettingsError) {
        var supply = DataSupply(cache)
        try self.init(run, &supply, knownKey: knownKey, includesLocations: includesLocations)
    }

    /// Prepares one of several runs, as the initialiser above does.
    ///
    /// - Parameter supply: contains the data that earlier runs use.
    public init(
        _ run: ScenarioFile.ConfiguredRun, _ supply: inout DataSupply, knownKey: String? = nil,
        includesLocations: Bool = true
    ) throws(SettingsError) {
        let places = includesLocations ? run : nil
        scenario = run.scenario
        resolved = run.resolved
        resolvedWithLayers = run.resolvedWithLayers
        name = run.name
        variant = run.variant
        (study, cell, drawn, label) = (run.study, run.cell, run.drawn, run.label)
        let data: PreparedData
        do {
            data = try supply.data(for: run.scenario, knownKey: knownKey)
        } catch {
            throw Self.mistake(
                error.key, error.message, places, startsWithFile: error.startsWithFile)
        }
        (dataKey, partitionKey, phases) = (data.dataKey, data.partitionKey, data.phases)
        do throws(DataError) {
            trace = includesLocations ? try Self.trace(of: run.scenario) : nil
        } catch {
            throw Self.mistake(
                "clients.availability.file", "\(error)", places, startsWithFile: true)
        }
        digest = RunIdentity.digest(
            scenario: try ResolvedSettings(run.resolved, file: "scenario").withoutPlaces.text,
            dataKey: data.dataKey, partitionKey: data.partitionKey)
        do {
            var network = try run.scenario.model.network(for: data.phases[0].dataset.sampleForm)
            network.weightDecay = run.scenario.client.weightDecay
            self.network = network
        } catch {
            throw Self.mistake("model", "\(error)", places)
        }
        if let problem = scenario.client.scheduler.incompatibility(with: network.layout.groups) {
            throw Self.mistake("client.scheduler", problem, places)
        }
        if let rule = scenario.server.scheduler.needs.clientRule,
            let problem = rule.incompatibility(with: network.layout.groups)
        {
            throw Self.mistake("server.scheduler", problem, places)
        }
        if let (key, problem) = memoryProblem(isClient: !includesLocations)
            ?? (includesLocations ? cohortProblem : nil)
        {
            throw Self.mistake(key, problem, places)
        }
        try checkTarget(places)
        try checkClasses(places)
    }

    /// Returns the same run with its names in a comparison, which its own settings do not have.
    func named(as file: RunFile) -> PreparedRun {
        func values(_ values: [RunFile.Value]) -> [GridValue] {
            values.map { GridValue(key: $0.key, value: $0.value, file: RunFile.name) }
        }
        var run = self
        (run.study, run.variant) = (file.study, file.variant)
        (run.cell, run.drawn) = (values(file.grid), values(file.drawn))
        return run
    }

    /// Throws an error if the recall of classes is asked for and there are no classes or no tests.
    private func checkClasses(_ places: ScenarioFile.ConfiguredRun?) throws(SettingsError) {
        guard scenario.evaluation.perClass else { return }
        guard dataset.classes > 0 else {
            throw Self.mistake(
                "evaluation.per_class",
                "expected classes to predict, found the numbers of \(scenario.data.datasetKind);"
                    + " set it to false", places)
        }
        guard dataset.count(of: .test) > 0 else {
            throw Self.mistake(
                "evaluation.per_class",
                "expected test samples, found none in the data set; set it to false", places)
        }
    }

    /// Whether evaluations count the hits of each class.
    var countsClasses: Bool { scenario.evaluation.perClass }

    /// The number of test predictions of each class, in class order.
    var testClassCounts: [Int] {
        var counts = Array(repeating: 0, count: dataset.classes)
        for label in dataset.labels(of: .test) { counts[Int(label)] += 1 }
        return counts
    }

    /// Throws an error if no evaluation can ever reach the target.
    private func checkTarget(_ places: ScenarioFile.ConfiguredRun?) throws(SettingsError) {
        let evaluation = scenario.evaluation
        switch metric {
        case .accuracy where evaluation.targetRMSE != nil:
            throw Self.mistake(
                "evaluation.target_rmse",
                "expected numbers to predict, found the classes of \(scenario.data.datasetKind);"
                    + " use evaluation.target_accuracy", places)
        case .perplexity where evaluation.targetAccuracy ?? evaluation.targetRMSE != nil:
            throw Self.mistake(
                evaluation.targetRMSE == nil
                    ? "evaluation.target_accuracy" : "evaluation.target_rmse",
                "expected a target of the metric perplexity, found another one; use"
                    + " evaluation.target_perplexity or evaluation.metric: accuracy", places)
        case .accuracy where evaluation.targetPerplexity != nil,
            .rmse where evaluation.targetPerplexity != nil:
            throw Self.mistake(
                "evaluation.target_perplexity",
                "expected the metric perplexity, found \(metric.name)"
                    + (metric == .accuracy ? "; set evaluation.metric: perplexity" : ""), places)
        case .rmse where evaluation.targetAccuracy != nil:
            throw Self.mistake(
                "evaluation.target_accuracy",
                "expected classes to predict, found the numbers of \(scenario.data.datasetKind);"
                    + " use evaluation.target_rmse", places)
        case .accuracy, .rmse, .perplexity: break
        }
        guard target != nil, evaluation.every == 0 || dataset.count(of: .test) == 0 else { return }
        let key = "target_\(metric.rawValue)"
        throw Self.mistake(
            "evaluation.\(key)",
            "expected evaluations on test samples, found none "
                + (evaluation.every == 0
                    ? "(evaluation.every is 0); set it to 1"
                    : "(the data set has no test samples); leave \(key) out"),
            places)
    }

    /// The text for a missing number in the CSV files of this run.
    var missing: MissingNumber {
        switch scenario.output.missing {
        case .auto: .auto
        case .empty: .empty
        case .nan: .nan
        }
    }

    /// The metric of the global model: RMSE for numbers, perplexity or accuracy for classes.
    public var metric: Metric {
        guard dataset.classes > 0 else { return .rmse }
        return switch scenario.evaluation.metric {
        case .accuracy: .accuracy
        case .perplexity: .perplexity
        case .auto:
            scenario.model.predictsWords && dataset.predictsSymbols ? .perplexity : .accuracy
        }
    }

    /// The value of the metric that "rounds to target" counts to, if there is one.
    public var target: Double? {
        switch metric {
        case .accuracy: scenario.evaluation.targetAccuracy
        case .rmse: scenario.evaluation.targetRMSE
        case .perplexity: scenario.evaluation.targetPerplexity
        }
    }

    /// The settings of local training in this run.
    public var trainingPlan: LocalTrainingSettings {
        LocalTrainingSettings(
            seed: scenario.seed, length: scenario.training.length,
            batchSize: scenario.training.batchSize, optimizer: scenario.client.optimizer,
            scheduler: scenario.client.scheduler,
            proximal: scenario.training.correction.proximalWeight,
            correction: scenario.startedCorrection,
            validationBatchSize: scenario.training.validationBatchSize,
            compression: scenario.client.compression,
            modelCompression: scenario.server.compression,
            ratePoints: scenario.client.ratePoints)
    }

    /// Creates the server's part of this run, before the first round.
    public func serverStep() -> UpdateAggregator {
        let steps = ServerOptimization<Float>(
            weights: network.initialParameters(seed: scenario.seed), groups: network.layout.groups,
            scheduler: scenario.server.scheduler)
        return UpdateAggregator(
            steps, weighting: scenario.server.weighting, sampling: scenario.clients.sampling,
            largestWeight: largestWeight, largestTotal: largestTotalWeight,
            correction: scenario.startedCorrection, clients: scenario.clients.count,
            mostSteps: mostSteps, mode: scenario.training.mode)
    }

    /// Returns the largest number of client processes by default, if a round has more clients.
    ///
    /// Two on each core hide the times in which one waits. Each further one brings its own weights
    /// and gradients into the caches: ten on two cores were measured 18 % slower than two.
    private static func mostByDefault(cores: Int) -> Int { min(2 * cores, 16) }

    /// Returns the number of cores that the client processes of a run share by default. Nil means
    /// that there are no more processes than cores, or that the scenario gives their number.
    func sharedCores(_ cores: Int, jobs: Int) -> Int? {
        guard scenario.clients.processes == .automatic, jobs == 1,
            processCount(cores: cores) > cores
        else { return nil }
        return cores
    }

    /// Returns how many client processes serve this run.
    ///
    /// - Parameters:
    ///   - cores: the number of processor cores of this machine.
    ///   - jobs: the number of runs that share the cores.
    public func processCount(cores: Int, jobs: Int = 1) -> Int {
        let clients = scenario.clients
        switch clients.processes {
        case .automatic:
            let wanted =
                jobs > 1
                ? cores / jobs : max(cores, min(clients.perRound, Self.mostByDefault(cores: cores)))
            return min(max(1, wanted), clients.count)
        case .perClient: return clients.count
        case .perCore: return min(cores, clients.count)
        case .count(let count): return min(count, clients.count)
        }
    }

    /// Makes the error for a mistake in the settings.
    ///
    /// - Parameter startsWithFile: whether the message starts with the name of a file, as an error
    ///   of the data does.
    package static func mistake(
        _ path: String, _ message: String, _ places: ScenarioFile.ConfiguredRun?,
        startsWithFile: Bool = false
    ) -> SettingsError {
        // A key of the skew may have its default. The skew is then the location.
        let isOfSkew = path.hasPrefix("data.skew.")
        let place = places?.place(of: path) ?? (isOfSkew ? places?.place(of: "data.skew") : nil)
        return SettingsError(diagnostics: [
            Diagnostic(.error, path, message, at: place, startsWithFile: startsWithFile)
        ])
    }
}
