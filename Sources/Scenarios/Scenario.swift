import Federation
public import LearningRates
public import Models
public import Settings

/// One run's settings, read and checked: everything that determines its result, and how many
/// processes do the work.
public struct Scenario: Sendable {
    /// The name of the run folder.
    public let name: String
    /// The seed of everything random but the partition.
    public let seed: UInt64
    /// Data set and skew.
    public let data: DataSection
    /// Who takes part, and in how many processes.
    public let clients: ClientsSection
    /// The model, before the data's shape is known.
    public let model: ModelRecipe
    /// Rounds and local work.
    public let training: TrainingSection
    /// The clients' optimizer, rate and scheduler.
    public let client: ClientSection
    /// The server's optimizer, rate and scheduler.
    public let server: ServerSection
    /// When the global model is evaluated.
    public let evaluation: EvaluationSection
    /// How results are written.
    public let output: OutputSection

    /// Share of each client's samples that is held out for validation.
    public var validationFraction: Double {
        data.validationFraction
            ?? (client.scheduler.needs.validation
                ? min(0.2, (1 - data.clientTestFraction) / 2) : 0)
    }

    /// Whether anything here can keep a client of a cohort out of the aggregate.
    public var canDropClients: Bool {
        clients.participation.canDrop || training.onDivergence == .dropClient
    }

    /// Whether the server scheduler looks at or adapts more than columns of rounds.csv show.
    public var serverHasReadings: Bool {
        server.scheduler.needs.hasReadings
    }

    /// The drift correction before the first round.
    public var startedCorrection: any DriftCorrection {
        var correction = training.correction
        correction.start(optimizer: client.optimizer)
        return correction
    }

    /// Reads all sections.
    ///
    /// - Parameter fileName: where the name comes from when the scenario has none.
    public init(_ settings: Settings, fileName: String) {
        name = settings.text(
            "name", default: Self.stem(of: fileName), "name of the run; also of its folder")
        seed = settings.unsigned("seed", default: 1, "seed of everything random")
        let seed = self.seed
        data = settings.section("data", "data set and how it differs between clients") {
            DataSection($0, seed: seed)
        }
        clients = settings.section("clients", "clients and client processes", ClientsSection.init)
        model = settings.component(
            "model", from: models, default: "softmax_regression", "the model that is trained")
        training = settings.section("training", "rounds and local work", TrainingSection.init)
        client = settings.section("client", "what each client does", ClientSection.init)
        let (clientSection, rounds) = (client, training.rounds)
        server = settings.section("server", "what the server does") {
            ServerSection($0, client: clientSection, rounds: rounds)
        }
        evaluation = settings.section(
            "evaluation", "when the global model is evaluated", EvaluationSection.init)
        output = settings.section("output", "how results are written", OutputSection.init)
        check(settings)
        warnOfUnusedKeys(settings)
    }

    private func check(_ settings: Settings) {
        if !isFolderName(name) {
            settings.reject(
                "name",
                "name is the name of a folder, such as fashion-skewed; this is '\(shown(name))'")
        }
        if client.scheduler.needs.validation, data.validationFraction == 0 {
            settings.reject(
                "data.validation_fraction",
                "validation_fraction is 0, but \(client.schedulerKind) needs samples that the client"
                    + " does not train on, such as a share of 0.2")
        }
        checkCorrection(settings)
        if client.scheduler.needs.carry != .reset, client.scheduler.needs.adaptsRate,
            server.scheduler.needs.changesLocalRate
        {
            settings.warn(
                "client.scheduler",
                "\(client.schedulerKind) carries each client's rate from its round into its next"
                    + " one, so only a client's first round uses the local rate that"
                    + " \(server.schedulerKind) sends; set client.scheduler.carry: reset to use it"
                    + " in each")
        }
        if client.scheduler.needs.ignoresSentRate, server.scheduler.needs.changesLocalRate {
            settings.warn(
                "client.scheduler",
                "\(client.schedulerKind) with a largest_rate does not use the local rate that"
                    + " \(server.schedulerKind) sends; leave largest_rate out to use it")
        }
        if clients.samplingKind == "by_size", server.weighting == .samples {
            settings.warn(
                "clients.sampling",
                "by_size draws clients in proportion to their samples, and weighting: samples counts"
                    + " these again; weighting: uniform estimates the aggregate of all clients")
        }
        if clients.samplingKind == "schedule", server.weighting == .importance {
            settings.warn(
                "server.weighting",
                "schedule draws nobody, so importance has no probabilities and is weighting: samples"
            )
        }
        if let warning = server.scheduler.startRateWarning {
            settings.warn("server.scheduler", warning)
        }
        if let concern = singleUpdateConcern { settings.warn("server.scheduler", concern) }
        warnOfLocalTerms(settings)
    }

    private func checkCorrection(_ settings: Settings) {
        let (kind, correction) = (training.correctionKind, training.correction)
        if let reason = correction.objection(to: client.optimizer, client.scheduler) {
            settings.reject("training.correction", reason)
        }
        var started = correction
        started.start(optimizer: client.optimizer)
        if let concern = started.concern(client.optimizer, client.scheduler) {
            settings.warn("training.correction", concern)
        }
        let isPlainServer =
            server.optimizer.buffers == 0 && server.learningRate == 1
            && server.scheduler.needs.leavesGlobalRate
        if correction.needsPlainServer, !isPlainServer {
            settings.reject(
                "training.correction",
                "\(kind) says itself how the global model moves; use server.optimizer: sgd with"
                    + " server.learning_rate: 1 and no scheduler of the global rate")
        }
        if correction.keepsVectors, clients.sampling.repeats {
            settings.reject(
                "training.correction",
                "\(kind) counts each client of a cohort once, but \(clients.samplingKind) can draw one"
                    + " several times; use clients.sampling: uniform")
        }
        if correction.averagesUniformly, server.weighting != .uniform {
            settings.warn(
                "training.correction",
                "\(kind) is defined with a uniform mean of the updates, but server.weighting is"
                    + " \(server.weighting.rawValue); set server.weighting: uniform to follow its"
                    + " source")
        }
    }

    /// The name of a file without its folder and ending.
    static func stem(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? "scenario"
        guard let dot = last.lastIndex(of: "."), dot > last.startIndex else { return last }
        return String(last[..<dot])
    }
}

/// A name without what would move a terminal's cursor.
func shown(_ name: String) -> String {
    String(
        String.UnicodeScalarView(
            name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
}
