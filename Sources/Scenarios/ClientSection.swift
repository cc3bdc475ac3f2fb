import ClientRules
public import Federation
public import LearningRates
import Settings

/// The section `client`: how each client trains.
public struct ClientSection: Sendable {
    /// The kind of the local optimizer.
    public let optimizerKind: String
    /// The local optimizer, which turns gradients into directions.
    public let optimizer: any Optimizer
    /// The start rate β_0.
    public let learningRate: Double
    /// The factor λ of the term λ/2 ‖w‖² in the local loss.
    public let weightDecay: Double
    /// The kind of the client scheduler.
    public let schedulerKind: String
    /// The client scheduler, already started.
    public let scheduler: any ClientScheduler

    /// The number of rates that traces.csv keeps of a client's round; 0 if the rate is constant.
    public let ratePoints: Int
    /// The compression of updates; nil if they are sent as they are.
    public let compression: (any Compression)?

    init(_ settings: Settings) {
        (optimizerKind, optimizer) = settings.namedComponent(
            "optimizer", from: optimizers, default: "sgd", "local optimizer")
        learningRate = settings.number(
            "learning_rate", default: 0.01, in: .positive, "local rate β_0 at the start")
        weightDecay = settings.number(
            "weight_decay", default: 0, in: .nonNegative,
            "factor λ of the term λ/2 |w|^2 in the local loss")
        var (kind, scheduler) = settings.namedComponent(
            "scheduler", from: clientSchedulers, default: "constant",
            "client scheduler, which adapts the local rate β")
        if let reason = scheduler.incompatibility(with: optimizer, weightDecay: weightDecay) {
            settings.reject("scheduler", reason)
        }
        scheduler.start(localRate: learningRate, optimizer: optimizer)
        schedulerKind = kind
        let points = settings.integer(
            "rate_points", default: 16, in: .between(0, 4_096),
            "number of rates of a client's round in traces.csv; 0 for none")
        // Thinning drops every second rate.
        ratePoints = scheduler.needs.isConstant ? 0 : points + points % 2
        self.scheduler = scheduler
        compression = settings.component(
            "compression", from: updateCompressions, default: "none",
            "form in which updates are sent to the server")
        warnOfRate(settings)
    }

    /// The clients' part of the start values for the server scheduler.
    var startRates: StartRates {
        StartRates(localRate: learningRate, use: scheduler.needs.useOfSentRate)
    }

    /// The scheduler as outputs name it: `fedhyper_cl (normalized)`.
    public var schedulerLabel: String { label(schedulerKind, scheduler.needs.detail) }

    /// The optimizer as outputs name it: `sgd`, `sgd (heavy ball 0.9)`.
    public var optimizerLabel: String { label(optimizerKind, optimizer.detail) }
}
