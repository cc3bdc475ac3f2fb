public import Bytes
public import LinearAlgebra

/// Chooses a client's local learning rate, step by step.
///
/// A scheduler names vectors of the step and sees the model through derivatives of its loss. What
/// it carries from a client's round to the client's next one is what it saves (a few numbers) and
/// the vectors that it names; both travel with the task and the report, so a client process holds
/// nothing.
///
/// The order of a step is that of `LocalOptimization.takeStep`.
public protocol ClientScheduler: Sendable, Saved {
    /// What must be kept for it, and what others must know about it; read after `start`.
    var needs: SchedulerNeeds { get }
    /// Numbers of its state beside the rates, with their names, for reports: "mu", "kappa".
    var readings: [(name: String, value: Double)] { get }
    /// The vectors that it carries from a client's round to the client's next one.
    var carried: CarriedVectors { get }
    /// Why it can't work with this optimizer and this weight decay, and what would do; nil if it can.
    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String?
    /// Why it can't work with a model that is cut like this, and what would do; nil if it can.
    func incompatibility(with groups: ParameterGroups) -> String?
    /// Receives the configured start rate β_0 > 0; called once, before everything but
    /// `incompatibility`.
    mutating func start(localRate: Double, optimizer: any Optimizer)
    /// Before a round's first step: the step has the rate β_t that the server sent, or all vectors
    /// that were carried over.
    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// The vectors whose inner products with this step's gradient `adaptRates` reads from
    /// `step.products`. They are computed together with the gradient, which is cheaper. Nil means
    /// none.
    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts?
    /// After the gradient of a step, before the optimizer sees it: may change the step's rate.
    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// After the direction of a step, before the weights move along it.
    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P)
    /// After the weights moved: `step.index` already counts the step.
    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// After a round's last step, before it is saved.
    mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
}

extension ClientScheduler {
    /// By default a rule needs nothing beside weights and gradient.
    public var needs: SchedulerNeeds { SchedulerNeeds() }
    /// By default a rule has no numbers to report beside the rates.
    public var readings: [(name: String, value: Double)] { [] }
    /// By default no vector is carried over.
    public var carried: CarriedVectors { CarriedVectors() }
    /// All that `carried` may ever name: what room is made for. Read after `start`.
    public var mayCarry: CarriedVectors { needs.mayCarry ?? carried }
    /// By default a rule works with every optimizer, or with plain descent alone if its needs say
    /// so.
    public func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        guard !optimizer.isPlainDescent, let reason = needs.plainDescent else { return nil }
        return "\(reason); use client.optimizer: sgd, no momentum"
    }
    /// By default a rule works with every model.
    public func incompatibility(with groups: ParameterGroups) -> String? { nil }
    /// By default the start rate is not stored: the round's rate is enough.
    public mutating func start(localRate: Double, optimizer: any Optimizer) {}
    /// By default the round starts with the rate that the server sent.
    public mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// By default no product is computed together with the gradient.
    public func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        nil
    }
    /// By default a direction changes nothing.
    public mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// By default a move of the weights changes nothing.
    public mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// By default the end of a round changes nothing.
    public mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
}
