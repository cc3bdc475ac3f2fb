public import Federation
public import LearningRates
import ServerRules
import Settings

/// The section `server`: how updates change the global model.
public struct ServerSection: Sendable {
    /// The kind of the server optimizer.
    public let optimizerKind: String
    /// The server optimizer, which turns the negative aggregate −Δ_t into a direction.
    public let optimizer: any Optimizer
    /// The weights of the updates in the aggregate.
    public let weighting: Weighting
    /// The kind of the server scheduler.
    public let schedulerKind: String
    /// The server scheduler, already started.
    public let scheduler: any ServerScheduler
    /// The compression of the model that clients receive; nil if it is sent as it is.
    public let compression: (any Compression)?

    /// Reads the section.
    ///
    /// - Parameters:
    ///   - client: the section that reads the clients' part of the start rates.
    ///   - rounds: how many there are.
    init(_ settings: Settings, client: ClientSection, rounds: Int) {
        (optimizerKind, optimizer) = settings.namedComponent(
            "optimizer", from: serverOptimizers, default: "sgd", "server optimizer")
        let learningRate = settings.number(
            "learning_rate", default: 1, in: .positive, "global rate α_0 at the start")
        weighting = settings.choice(
            "weighting",
            of: ["samples": .samples, "uniform": .uniform, "importance": .importance],
            default: "samples",
            "weights of the updates in the aggregate; importance divides samples by the probability"
                + " of being drawn")
        let (kind, scheduler) = settings.namedComponent(
            "scheduler", from: serverSchedulers, default: "constant",
            "server scheduler, which adapts the global rate α or the local rate β of all clients")
        schedulerKind = kind
        var start = client.startRates
        (start.globalRate, start.rounds, start.optimizer) = (learningRate, rounds, optimizer)
        self.scheduler = scheduler.started(start)
        if let reason = self.scheduler.incompatibility { settings.reject("scheduler", reason) }
        compression = settings.component(
            "compression", from: modelCompressions, default: "none",
            "form in which the model is sent to clients")
        warnOfRate(settings, optimizerKind)
    }

    /// The start rate α_0.
    public var learningRate: Double { scheduler.start.globalRate }

    /// The scheduler as outputs name it: `fedhyper_g (normalized)`,
    /// `combined (fedhyper_g normalized + fedhyper_sl paper)`.
    public var schedulerLabel: String { label(schedulerKind, scheduler.needs.detail) }

    /// The optimizer as outputs name it: `adam`, `momentum (nesterov 0.9)`.
    public var optimizerLabel: String { label(optimizerKind, optimizer.detail) }
}
