import Federation
public import LearningRates
public import Models
public import Settings

/// The checked settings of one run: everything that determines its result, and the number of client
/// processes.
public struct Scenario: Sendable {
    /// The name of the run, which is also that of its folder.
    public let name: String
    /// The seed of all random numbers except those of the partition.
    public let seed: UInt64
    /// The data set and its skew.
    public let data: DataSection
    /// The population, the cohorts and the client processes.
    public let clients: PopulationSection
    /// The model, before the shape of the data is known.
    public let model: ModelRecipe
    /// The rounds and the local work.
    public let training: TrainingSection
    /// The clients' optimizer, rate and scheduler.
    public let client: ClientSection
    /// The server's optimizer, rate and scheduler.
    public let server: ServerSection
    /// The evaluations of the global model.
    public let evaluation: EvaluationSection
    /// The form of the results.
    public let output: OutputSection
    /// When the run saves its state.
    public let checkpoint: CheckpointSection

    /// The share of each client's samples that is held out for validation.
    public var validationFraction: Double {
        data.validationFraction
            ?? (client.scheduler.needs.validation
                ? min(0.2, (1 - data.clientTestFraction) / 2) : 0)
    }

    /// Whether a client of a cohort can be dropped.
    public var canDropClients: Bool {
        clients.participation.canDrop || training.onDivergence == .dropClient
            || training.mode.largestStaleness != nil || clients.availability != .always
    }

    /// Whether the server scheduler has values that rounds.csv does not show.
    public var serverHasReadings: Bool {
        server.scheduler.needs.hasReadings
    }

    /// The drift correction before the first round.
    public var startedCorrection: any DriftCorrection {
        var correction = training.correction
        correction.start(optimizer: client.optimizer)
        return correction
    }

    /// Reads all sections of a scenario.
    ///
    /// - Parameter fileName: the file whose name the run gets if the scenario has no `name`.
    public init(_ settings: Settings, fileName: String) {
        name = settings.text(
            "name", default: Self.stem(of: fileName), "name of the run and of its folder")
        seed = settings.unsigned("seed", default: 1, "seed of all random numbers")
        let seed = self.seed
        data = settings.section("data", "data set, and how it differs between clients") {
            DataSection($0, seed: seed)
        }
        clients = settings.section(
            "clients", "clients and client processes", PopulationSection.init)
        model = settings.component(
            "model", from: models, default: "softmax_regression", "model to train")
        let perRound = clients.perRound
        training = settings.section("training", "rounds, and local work of a client") {
            TrainingSection($0, perRound: perRound)
        }
        client = settings.section(
            "client", "local optimizer, rate and scheduler", ClientSection.init)
        let (clientSection, rounds) = (client, training.rounds)
        server = settings.section("server", "server optimizer, rate and scheduler") {
            ServerSection($0, client: clientSection, rounds: rounds)
        }
        evaluation = settings.section(
            "evaluation", "evaluations of the global model", EvaluationSection.init)
        output = settings.section("output", "form of the results", OutputSection.init)
        checkpoint = settings.section(
            "checkpoint", "when a run saves its state", CheckpointSection.init)
        check(settings)
        warnOfUnusedKeys(settings)
    }

    private func check(_ settings: Settings) {
        if !isFolderName(name) {
            settings.reject(
                "name", expected: "a name of a folder such as fashion-skewed",
                found: "'\(shown(name))'")
        }
        if client.scheduler.needs.validation, data.validationFraction == 0 {
            settings.reject(
                "data.validation_fraction",
                expected: "a share such as 0.2 for client.scheduler \(client.schedulerKind)",
                found: "0", advice: "raise it or remove it")
        }
        data.warnOfLatePhases(settings, rounds: training.rounds)
        checkCorrection(settings)
        checkMode(settings)
        if client.scheduler.needs.carry != .reset, client.scheduler.needs.adaptsRate,
            server.scheduler.needs.changesLocalRate
        {
            settings.warn(
                "client.scheduler",
                expected: "carry: reset with server.scheduler \(server.schedulerKind), which sends"
                    + " a local rate", found: "carry: \(client.scheduler.needs.carry.rawValue)",
                effect: "only the first round of each client uses the sent rate",
                advice: "set client.scheduler.carry: reset to use it in each round")
        }
        if client.scheduler.needs.ignoresSentRate, server.scheduler.needs.changesLocalRate {
            settings.warn(
                "client.scheduler",
                expected: "a use of the local rate that server.scheduler \(server.schedulerKind)"
                    + " sends", found: "\(client.schedulerKind) with a largest_rate",
                effect: "the sent rate is not used", advice: "leave largest_rate out to use it")
        }
        if clients.samplingKind == "by_size", server.weighting == .samples {
            settings.warn(
                "clients.sampling", expected: "server.weighting: uniform with by_size",
                found: "samples",
                effect: "the samples of a client count twice: in the draw and in its weight",
                advice: "set server.weighting: uniform to estimate the aggregate of all clients")
        }
        if clients.samplingKind == "schedule", server.weighting == .importance {
            settings.warn(
                "server.weighting", expected: "a sampling that draws clients",
                found: "clients.sampling: schedule", effect: "importance is the same as samples",
                advice: "set server.weighting: samples")
        }
        if let warning = server.scheduler.startRateWarning {
            settings.warn("server.scheduler", "server.scheduler: \(warning)")
        }
        if let concern = singleUpdateConcern { settings.warn("server.scheduler", concern) }
        warnOfLocalTerms(settings)
    }

    private func checkCorrection(_ settings: Settings) {
        let (kind, correction) = (training.correctionKind, training.correction)
        if let reason = correction.incompatibility(with: client.optimizer, client.scheduler) {
            settings.reject("training.correction", reason)
        }
        var started = correction
        started.start(optimizer: client.optimizer)
        if let concern = started.rateWarning(client.optimizer, client.scheduler) {
            settings.warn("training.correction", "training.correction: \(concern)")
        }
        let isPlainServer =
            server.optimizer.buffers == 0 && server.learningRate == 1
            && server.scheduler.needs.leavesGlobalRate
        if correction.needsUnitServerStep, !isPlainServer {
            settings.reject(
                "training.correction",
                expected:
                    "server.optimizer: sgd and a constant server.learning_rate: 1 with \(kind)",
                found: "other server settings",
                advice: "set these, since \(kind) defines the step of the server itself")
        }
        if correction.keepsVectors, clients.sampling.drawsWithReplacement {
            settings.reject(
                "training.correction",
                expected: "a sampling that draws each client once with \(kind)",
                found: clients.samplingKind, advice: "use clients.sampling: uniform")
        }
        if correction.averagesUniformly, server.weighting != .uniform {
            settings.warn(
                "training.correction", expected: "server.weighting: uniform with \(kind)",
                found: server.weighting.rawValue,
                effect: "the method differs from its source, which uses a uniform mean",
                advice: "set server.weighting: uniform to follow it")
        }
    }

    /// Returns the name of a file without its folder and ending.
    static func stem(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? "scenario"
        guard let dot = last.lastIndex(of: "."), dot > last.startIndex else { return last }
        return String(last[..<dot])
    }
}
