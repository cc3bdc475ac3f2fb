public import LearningRates
public import LinearAlgebra

/// How much a client's update counts in the aggregate.
public enum Weighting: String, Sendable {
    /// By its training samples: FedAvg.
    case samples
    /// All alike.
    case uniform

    /// The weight of a client with so many training samples.
    public func weight(samples: UInt32) -> UInt32 { self == .samples ? samples : 1 }
}

/// The server's half of a round: sums the updates, asks the scheduler for the global rate, moves
/// the global model.
///
///     Δ_t = Σ p_i Δ_i,   α_t from the scheduler,   w_{t+1} = w_t + α_t d(Δ_t)
///
/// with d the server optimizer's direction (d(Δ) = Δ for plain SGD). The sum is exact, so the order
/// in which updates come in leaves no trace. Allocates nothing after it is made.
public struct ServerStep: ~Copyable {
    private var step: Step<Float>
    private var sum: ExactSum
    private var optimizer: any Optimizer
    private var scheduler: any ServerScheduler
    private var previousSquaredNorm: Double?

    /// What a commit did.
    public struct Outcome: Sendable {
        /// The numbers that the scheduler decided from.
        public var summary: RoundSummary
        /// α_t.
        public var globalRate: Double
        /// What the scheduler did to the rate that it adapts.
        public var change: RateChange?
    }

    /// A server before its first round.
    ///
    /// - Parameters:
    ///   - weights: the initial global model.
    ///   - scheduler: already started with the configured rates.
    ///   - largestWeight: the largest weight that any update will have.
    public init(
        weights: [Float], optimizer: any Optimizer, scheduler: any ServerScheduler,
        largestWeight: UInt32
    ) {
        self.optimizer = optimizer
        self.scheduler = scheduler
        sum = ExactSum(parameters: weights.count, largestWeight: largestWeight)
        var plan = SlotsLayout()
        var needs = SchedulerNeeds()
        needs.previousGradient = true
        let places = Step<Float>.Places(
            in: &plan, ParameterGroups(count: weights.count), needs, optimizer)
        step = Step(plan, places)
        step.slots.copy(weights.span, to: step.place(.weights))
    }

    /// β_t, the local rate that goes out with the tasks of a round.
    public func localRate(round: UInt32) -> Double { scheduler.localRate(round: Int(round)) }

    /// Whether there is a movement of the global model to send: not before the first commit.
    public var hasMovement: Bool { previousSquaredNorm != nil }

    /// Adds one client's update to the aggregate.
    public mutating func add(_ update: Span<Float>, weight: UInt32) throws(ExactSum.OutOfGrid) {
        try sum.add(update, weight: weight)
    }

    /// Moves the global model by what has been added, and starts a new sum.
    public mutating func commit(round: UInt32) -> Outcome {
        step.keepGradient()
        // The gradient of the server is −Δ: products of two of them are products of two Δ.
        let squaredNorm = Self.setGradient(of: &step, toMinusMeanOf: sum)
        sum.clear()
        let alignment = hasMovement ? step.dot(.gradient, .previousGradient) : nil
        let summary = RoundSummary(
            round: Int(round), squaredNorm: squaredNorm, alignment: alignment,
            previousSquaredNorm: previousSquaredNorm)
        let (rate, change) = scheduler.globalRate(after: summary)
        step.begin(rate: rate, count: 1, optimizer.hyperparameters)
        step.move(along: optimizer.direction(&step))
        previousSquaredNorm = squaredNorm
        return Outcome(summary: summary, globalRate: rate, change: change)
    }

    private static func setGradient(
        of step: inout Step<Float>, toMinusMeanOf sum: borrowing ExactSum
    ) -> Double {
        step.slots.withMutableSpan(step.place(.gradient)) { sum.mean(into: &$0, times: -1) }
    }

    /// Whether all parameters are finite numbers, and their squares' sum too.
    public var isFinite: Bool { step.dot(.weights, .weights).isFinite }

    /// Lends the global model.
    public func withWeights<R>(_ body: (Span<Float>) throws -> R) rethrows -> R {
        try step.slots.withSpan(step.place(.weights), body)
    }

    /// Writes the global model and, where wanted, the last aggregate Δ_{t−1} behind it.
    public func write(weights: inout MutableSpan<Float>) {
        step.slots.write(step.place(.weights), times: 1, into: &weights)
    }

    /// Writes the last aggregate Δ_{t−1}.
    public func write(movement: inout MutableSpan<Float>) {
        step.slots.write(step.place(.gradient), times: -1, into: &movement)
    }

    /// The global model as a copy.
    public var weights: [Float] { step.slots.values(step.place(.weights)) }
}
