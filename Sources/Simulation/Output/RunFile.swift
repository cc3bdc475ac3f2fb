import Datasets
public import Federation
import LinearAlgebra
public import Messaging
import Models
public import Reporting
import Scenarios

/// The content of run.json: what a run is, how far it is, and its figures.
///
/// It is written when a run starts, when it has started, and at its end. `RunFile(reading:)` of a
/// file that was written gives the same value.
public struct RunFile: Equatable, Sendable {
    /// How far a run is.
    public enum State: String, CaseIterable, Sendable {
        /// Its folder is made; no client process has been started.
        case starting
        /// Its rounds have begun. After a crash of the machine it says so, too.
        case running
        /// All its rounds are done.
        case finished
        /// The run ended early, and would do so again.
        case failed
        /// A signal ended it.
        case interrupted
        /// A file could not be written.
        case stopped
    }

    /// A key with its value, such as one that a grid sets.
    public struct Value: Equatable, Sendable {
        /// The path of the key.
        public let key: String
        /// The value as it was written.
        public let value: String
    }

    /// Where and by what a run was computed.
    package struct Setting: Equatable, Sendable {
        package var hyperfed = ProgramIdentity.version
        package var build = ProgramIdentity.build
        package var protocolVersion: Int
        var host: String
        package var cores: Int
        package var processes: Int
        package var transport: String
        /// The revision of the numerics; nil in files of earlier builds.
        var numerics: Int? = ProgramIdentity.numerics
        /// The architecture whose kernels the coordinator ran, such as x86-64-v3.
        var kernels: String? = VectorWidth.name
    }

    /// How far the run is.
    public internal(set) var state: State
    /// Why it ended early, in words.
    public internal(set) var reason: String?
    /// The kind of failure; nil for others, and where there is none.
    public internal(set) var failure: RunError.Failure?
    /// The name of the scenario.
    public let name: String
    /// The name of the study; nil outside of studies.
    public let study: String?
    /// The name of the variant; "base" outside of comparisons.
    public let variant: String
    /// The keys that the comparison's grid sets.
    public let grid: [Value]
    /// The keys that the seed draws.
    public let drawn: [Value]
    /// The seed of the run.
    public let seed: UInt64
    /// Names what the run computes.
    public let digest: String
    /// The program, version and build.
    public let program: String
    /// The methods of the run.
    public let methods: Methods
    /// How many parameters the model has.
    public let parameters: Int
    /// How many rounds the run has in all.
    public let rounds: Int
    /// What came of its rounds so far.
    public internal(set) var figures: RunFigures
    /// How often client processes and other peers failed since the run was started or resumed.
    public internal(set) var faults = FaultCounts()
    /// What says how good the model is.
    public let metric: Metric
    /// The value of the metric that rounds are counted to, if any.
    public let target: Double?
    /// What a constant prediction comes to, if the run diverged; nil for other runs.
    public internal(set) var constantPrediction: Double?
    /// The key of the data in the cache.
    public let dataKey: String
    /// Names the partition of the data.
    public let partitionKey: String
    /// The names of the classes, where they have some. Those of a large vocabulary are in a file
    /// of their own.
    public let classes: [String]?
    package let setting: Setting
    let process: ProcessIdentity
    /// When the run started, in UTC.
    public let started: String
    /// When it ended, in UTC; nil while it goes on.
    public internal(set) var ended: String?
    /// The wall-clock seconds from start to end.
    public internal(set) var seconds = 0.0
    /// The connections over tcp that were refused since the run started or was resumed.
    public internal(set) var refusedConnections = RefusalCounts()
}

extension RunFile.Value {
    /// Reads a value of a scenario.
    init(_ value: GridValue) { self.init(key: value.key, value: value.value) }
}

extension RunFile {
    /// Makes the file of a run that starts.
    init(_ prepared: PreparedRun, _ setting: Setting) {
        let scenario = prepared.scenario
        self.init(
            state: .starting, name: scenario.name, study: prepared.study,
            variant: prepared.variant, grid: prepared.cell.map(Value.init),
            drawn: prepared.drawn.map(Value.init),
            seed: scenario.seed, digest: prepared.digest, program: ProgramIdentity.text,
            methods: Methods(of: scenario), parameters: prepared.network.parameterCount,
            rounds: scenario.training.rounds,
            figures: RunFigures(RunSummary(metric: prepared.metric, target: prepared.target)),
            metric: prepared.metric, target: prepared.target, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey, classes: Self.classes(prepared.dataset),
            setting: setting, process: .own, started: utcTime())
    }

    /// Returns the names of the classes, but for vocabularies that vocabulary.txt holds.
    private static func classes(_ dataset: Dataset) -> [String]? {
        VocabularyFile.words(of: dataset) == nil ? dataset.classNames : nil
    }

    /// The file as JSON. Keys of earlier versions keep their names.
    var json: JSONText {
        .object(
            result + [
                "data_key": .text(dataKey),
                "classes": classes.map { .list($0.map { .text($0) }) } ?? .null,
                "setting": .object([
                    "hyperfed": .text(setting.hyperfed), "build": .text(setting.build),
                    "protocol": .integer(setting.protocolVersion), "host": .text(setting.host),
                    "cores": .integer(setting.cores), "processes": .integer(setting.processes),
                    "transport": .text(setting.transport),
                    "numerics": .optional(setting.numerics),
                    "kernels": .optional(setting.kernels),
                ]),
                "faults": faults.json, "pid": .integer(process.pid),
                "boot_id": .optional(process.bootID),
                "start_ticks": .optional(process.startTicks), "started": .text(started),
                "ended": .optional(ended),
                "refused_connections": refusedConnections.json,
            ])
    }

    /// What the run is and what came of it, without facts of the machine but for the seconds.
    var result: JSONText.Object {
        let targets: JSONText.Object = [
            "target_accuracy": .optional(metric == .accuracy ? target : nil),
            "target_rmse": .optional(metric == .rmse ? target : nil),
        ]
        // Files of other runs stay as they were.
        let perplexity: JSONText.Object =
            metric == .perplexity ? ["target_perplexity": .optional(target)] : [:]
        let ending: JSONText.Object = [
            "constant_prediction": .optional(constantPrediction),
            "partition_key": .text(partitionKey), "seconds": .number(seconds),
        ]
        return facts + ["parameters": .integer(parameters), "rounds": .integer(rounds)]
            + figures.json(metric) + targets + perplexity + ending
    }

    /// What the run is.
    private var facts: JSONText.Object {
        func object(_ values: [Value]) -> JSONText {
            .object(JSONText.Object(values.map { ($0.key, .text($0.value)) }))
        }
        return [
            "state": .text(state.rawValue), "reason": .optional(reason),
            "failure": .optional(failure?.rawValue), "name": .text(name),
            "study": .optional(study), "variant": .text(variant), "grid": object(grid),
            "drawn": object(drawn), "seed": .text(String(seed)), "digest": .text(digest),
            "program": .text(program), "server_optimizer": .text(methods.serverOptimizer),
            "client_optimizer": .text(methods.clientOptimizer),
            "correction": .text(methods.correction),
            "server_scheduler": .text(methods.serverScheduler),
            "client_scheduler": .text(methods.clientScheduler),
        ]
    }
}

extension RunFile {
    /// The name of the file in a run's folder.
    static let name = "run.json"

    /// Returns whether a folder has such a file.
    public static func isIn(_ folder: String) -> Bool { Files.exists("\(folder)/\(name)") }

    /// Reads run.json of a run's folder.
    ///
    /// - Throws: `UsageError` if it cannot be read, is damaged, or is not one of a run.
    public init(reading folder: String) throws(UsageError) {
        let file = try ResultReading("\(folder)/\(Self.name)")
        state = try file.word("state", "a state of a run")
        reason = try file.optionalText("reason")
        failure = try file.optionalWord("failure", "a kind of failure or null")
        name = try file.text("name")
        study = try file.optionalText("study")
        variant = try file.text("variant")
        (grid, drawn) = (try file.texts("grid"), try file.texts("drawn"))
        seed = try file.seed("seed")
        digest = try file.text("digest")
        program = try file.text("program")
        methods = Methods(
            serverOptimizer: try file.text("server_optimizer"),
            clientOptimizer: try file.text("client_optimizer"),
            correction: try file.text("correction"),
            serverScheduler: try file.text("server_scheduler"),
            clientScheduler: try file.text("client_scheduler"))
        (parameters, rounds) = (try file.count("parameters"), try file.count("rounds"))
        let metric: Metric = try file.word("metric", "accuracy, rmse or perplexity")
        figures = try RunFigures(file, metric)
        faults = try FaultCounts(file, "faults")
        target = try file.optionalNumber("target_\(metric.rawValue)")
        constantPrediction = try file.optionalNumber("constant_prediction")
        dataKey = try file.text("data_key")
        partitionKey = try file.text("partition_key")
        classes = try file.optionalTexts("classes")
        setting = Setting(
            hyperfed: try file.text("setting.hyperfed"), build: try file.text("setting.build"),
            protocolVersion: try file.count("setting.protocol"),
            host: try file.text("setting.host"), cores: try file.count("setting.cores"),
            processes: try file.count("setting.processes"),
            transport: try file.text("setting.transport"),
            numerics: try file.ifThere("setting.numerics", file.optionalCount),
            kernels: try file.ifThere("setting.kernels", file.optionalText))
        process = ProcessIdentity(
            pid: try file.count("pid"), bootID: try file.optionalText("boot_id"),
            startTicks: try file.optionalCount("start_ticks"))
        started = try file.text("started")
        ended = try file.optionalText("ended")
        seconds = try file.number("seconds")
        refusedConnections = try RefusalCounts(file, "refused_connections")
        self.metric = metric
    }
}
