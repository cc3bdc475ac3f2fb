public import LearningRates
import Settings

/// `client`: how each client trains.
public struct ClientSection: Sendable {
    /// The kind of the local optimizer.
    public let optimizerKind: String
    /// Turns gradients into directions.
    public let optimizer: any Optimizer
    /// β_0, the local rate at the start.
    public let learningRate: Double
    /// λ of the term λ/2 ‖w‖² in the local loss.
    public let weightDecay: Double
    /// The kind of the client scheduler.
    public let schedulerKind: String
    /// Adapts the local rate; already started.
    public let scheduler: any ClientScheduler

    /// How many rates of a client's round are kept; 0 where the scheduler does not adapt.
    public let ratePoints: Int

    init(_ settings: Settings) {
        (optimizerKind, optimizer) = settings.namedComponent(
            "optimizer", from: optimizers, default: "sgd", "the local optimizer")
        learningRate = settings.number(
            "learning_rate", default: 0.01, in: .positive, "local rate β at the start")
        weightDecay = settings.number(
            "weight_decay", default: 0, in: .nonNegative,
            "λ of the term λ/2 |w|^2 in the local loss")
        var (kind, scheduler) = settings.namedComponent(
            "scheduler", from: clientSchedulers, default: "constant",
            "adapts the local rate on each client")
        if let reason = scheduler.objection(to: optimizer, weightDecay: weightDecay) {
            settings.reject("scheduler", reason)
        }
        scheduler.start(localRate: learningRate, optimizer: optimizer)
        schedulerKind = kind
        let points = settings.integer(
            "rate_points", default: 16, in: .between(0, 4_096),
            "rates of a client's round that traces.csv keeps, thinned evenly; 0 for none")
        // Thinning drops every second one.
        ratePoints = scheduler.needs.isConstant ? 0 : points + points % 2
        self.scheduler = scheduler
        warnOfRate(settings)
    }

    /// The scheduler as outputs name it: "fedhyper_cl (normalized)".
    public var schedulerLabel: String { label(schedulerKind, scheduler.needs.detail) }

    /// The optimizer as outputs name it: "sgd", "sgd (heavy ball 0.9)".
    public var optimizerLabel: String { label(optimizerKind, optimizer.detail) }
}

func label(_ kind: String, _ detail: String?) -> String {
    detail.map { "\(kind) (\($0))" } ?? kind
}
