public import Datasets
public import Federation
import LearningRates
public import Models
import RandomStreams
public import Reporting
public import Scenarios
public import Settings

/// A run whose data are there and whose partition is drawn: nothing about its input can fail from
/// here on. The same value is made by the coordinator and by each client process.
public struct PreparedRun: Sendable {
    /// The settings of the run.
    public let scenario: Scenario
    /// The settings as a file, with every default filled in.
    public let resolved: String
    /// Names what the run computes: its settings but for those of places (`withoutPlaces` of
    /// `ResolvedSettings`), its data and its partition. 32 hexadecimal digits.
    public let digest: String
    /// `resolved` with comments that name who gave each value.
    public let resolvedWithLayers: String
    /// The name of variant and cell of the grid in messages.
    public let name: String
    /// The name of the study; nil outside of studies.
    public let study: String?
    /// The name of the variant.
    public let variant: String
    /// The values that the comparison's grid sets for this run.
    public let cell: [GridValue]
    /// The values that the seed of the run draws.
    public let drawn: [GridValue]
    /// The training samples and the test samples.
    public let dataset: Dataset
    /// Under which key the cache has them.
    public let dataKey: String
    /// Which sample belongs to whom.
    public let partition: any Population
    /// The samples that each client trains on, and those that it holds out.
    public let holdout: Holdout
    /// Under which key the cache has it.
    public let partitionKey: String
    /// The network that is trained.
    public let network: Network

    /// Decodes the data set and draws the partition, or finds both in the cache.
    ///
    /// - Parameters:
    ///   - knownKey: the data's key, when another process already made the cache; so that a hundred
    ///     client processes don't all read the sources to find the key.
    ///   - includesLocations: whether mistakes that only the data show come with their places in the
    ///     scenario; not in a client process, which has no file of it and needs memory for itself
    ///     only.
    /// - Throws: `SettingsError` for data that can't be had or dealt.
    public init(
        _ run: ScenarioFile.ConfiguredRun, cache: DataCache, knownKey: String? = nil,
        includesLocations: Bool = true
    ) throws(SettingsError) {
        var supply = DataSupply(cache)
        try self.init(run, &supply, knownKey: knownKey, includesLocations: includesLocations)
    }

    /// The same for one of several runs.
    ///
    /// - Parameter supply: has what the runs before it use.
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
        (study, cell, drawn) = (run.study, run.cell, run.drawn)
        let data: PreparedData
        do {
            data = try supply.data(for: run.scenario, knownKey: knownKey)
        } catch {
            throw Self.mistake(error.key, error.message, places, namesKey: false)
        }
        dataset = data.dataset
        dataKey = data.dataKey
        partition = data.partition
        partitionKey = data.partitionKey
        holdout = data.holdout
        digest = RunIdentity.digest(
            scenario: try ResolvedSettings(run.resolved, file: "scenario").withoutPlaces.text,
            dataKey: data.dataKey, partitionKey: data.partitionKey)
        do {
            var network = try run.scenario.model.network(for: dataset.sampleForm)
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
    }

    /// A target that no evaluation could ever meet is a mistake.
    private func checkTarget(_ places: ScenarioFile.ConfiguredRun?) throws(SettingsError) {
        let evaluation = scenario.evaluation
        switch metric {
        case .accuracy where evaluation.targetRMSE != nil:
            throw Self.mistake(
                "evaluation.target_rmse",
                "expected numbers to predict, found the classes of \(scenario.data.datasetKind);"
                    + " use evaluation.target_accuracy", places)
        case .rmse where evaluation.targetAccuracy != nil:
            throw Self.mistake(
                "evaluation.target_accuracy",
                "expected classes to predict, found the numbers of \(scenario.data.datasetKind);"
                    + " use evaluation.target_rmse", places)
        case .accuracy, .rmse: break
        }
        guard target != nil, evaluation.every == 0 || dataset.count(of: .test) == 0 else { return }
        let key = metric == .accuracy ? "target_accuracy" : "target_rmse"
        throw Self.mistake(
            "evaluation.\(key)",
            "expected evaluations on test samples, found none "
                + (evaluation.every == 0
                    ? "(evaluation.every is 0); set it to 1"
                    : "(the data set has no test samples); leave \(key) out"),
            places)
    }

    /// The text in its CSV files where a number is missing.
    var missing: MissingNumber {
        switch scenario.output.missing {
        case .empty: .empty
        case .nan: .nan
        }
    }

    /// The metric of the global model: accuracy for classes, RMSE for numbers.
    public var metric: Metric {
        switch dataset.target {
        case .classes: .accuracy
        case .numbers: .rmse
        }
    }

    /// The value of the metric that "rounds to target" waits for, if any.
    public var target: Double? {
        switch metric {
        case .accuracy: scenario.evaluation.targetAccuracy
        case .rmse: scenario.evaluation.targetRMSE
        }
    }

    /// The client's half of this run.
    public var trainingPlan: LocalTrainingSettings {
        LocalTrainingSettings(
            seed: scenario.seed, length: scenario.training.length,
            batchSize: scenario.training.batchSize, optimizer: scenario.client.optimizer,
            scheduler: scenario.client.scheduler,
            proximal: scenario.training.correction.proximalWeight,
            correction: scenario.startedCorrection,
            validationBatchSize: scenario.training.validationBatchSize,
            ratePoints: scenario.client.ratePoints)
    }

    /// The server's half of this run, before its first round.
    public func serverStep() -> UpdateAggregator {
        let largest = holdout.training.largestSize
        let steps = ServerOptimization<Float>(
            weights: network.initialParameters(seed: scenario.seed), groups: network.layout.groups,
            scheduler: scenario.server.scheduler)
        return UpdateAggregator(
            steps, weighting: scenario.server.weighting, sampling: scenario.clients.sampling,
            largestSize: UInt32(largest), mostTimes: mostTimes,
            largestTotal: largestTotalWeight,
            correction: scenario.startedCorrection, clients: scenario.clients.count,
            mostSteps: BatchOrder.stepCount(
                samples: largest, batchSize: scenario.training.batchSize,
                length: scenario.training.length))
    }

    /// How many client processes serve this run.
    ///
    /// - Parameter cores: processor cores of this machine.
    public func processCount(cores: Int) -> Int {
        switch scenario.clients.processes {
        case .perClient: scenario.clients.count
        case .perCore: min(cores, scenario.clients.count)
        case .count(let count): min(count, scenario.clients.count)
        }
    }

    /// - Parameter namesKey: whether the message starts with the key, also behind a location; an
    ///   error of the data starts with their file.
    private static func mistake(
        _ path: String, _ message: String, _ places: ScenarioFile.ConfiguredRun?,
        namesKey: Bool = true
    ) -> SettingsError {
        let place = places?.place(of: path)
        return SettingsError(diagnostics: [
            Diagnostic(
                place: place, message: place == nil || namesKey ? "\(path): \(message)" : message)
        ])
    }
}
