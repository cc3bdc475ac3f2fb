public import Bytes
public import LinearAlgebra

/// Chooses a client's local learning rate, step by step.
///
/// A scheduler names vectors of the step, and it reads the model through derivatives of its loss.
/// The client state is the numbers that the scheduler saves and the vectors that it names. Both are
/// sent with the task and the report, so a client process stores no state.
///
/// `LocalOptimization.takeStep` defines the order of the calls in a step.
public protocol ClientScheduler: Sendable, Saved {
    /// What the scheduler needs, and facts about it for the rest of the program. It is read after
    /// `start`.
    var needs: SchedulerNeeds { get }
    /// Numbers of the scheduler's state beside the rates, with their names, for reports: "mu",
    /// "kappa".
    var readings: [(name: String, value: Double)] { get }
    /// The vectors that the scheduler carries over from a client's round to its next round.
    var carried: CarriedVectors { get }
    /// Returns why the scheduler does not work with this optimizer and this weight decay, and what
    /// to do. Returns nil if it works. The text has the form "expected X, found Y; do Z".
    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String?
    /// Returns why the scheduler does not work with these groups of parameters, or nil if it works.
    func incompatibility(with groups: ParameterGroups) -> String?
    /// Receives the start rate β_0 > 0. It is called once, before all other functions except
    /// `incompatibility`.
    mutating func start(localRate: Double, optimizer: any Optimizer)
    /// Is called before a round's first step. The step has the sent rate β_t, or all vectors that
    /// were carried over.
    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// Returns the vectors whose inner products with this step's gradient `adaptRates` reads from
    /// `step.products`. They are computed together with the gradient, which is cheaper. Nil means
    /// none.
    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts?
    /// Is called after the gradient of a step, before the optimizer uses it. It may change the
    /// step's rate.
    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// Is called after the direction of a step, before the weights move.
    mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P)
    /// Is called after the weights moved. `step.index` already counts the step.
    mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
    /// Is called after a round's last step, before the state is saved.
    mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P)
}

extension ClientScheduler {
    /// By default, a rule needs nothing beside weights and gradient.
    public var needs: SchedulerNeeds { SchedulerNeeds() }
    /// By default, a rule has no numbers to report beside the rates.
    public var readings: [(name: String, value: Double)] { [] }
    /// By default, no vector is carried over.
    public var carried: CarriedVectors { CarriedVectors() }
    /// The largest list that `carried` may return. Memory is reserved for it. It is read after
    /// `start`.
    public var mayCarry: CarriedVectors { needs.mayCarry ?? carried }
    /// Returns nil. By default, a rule works with every optimizer, or with plain gradient descent
    /// alone if its needs say so.
    public func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        guard let kind = needs.plainDescentKind, !optimizer.isPlainDescent else { return nil }
        return optimizer.plainDescentProblem(kind)
    }
    /// Returns nil. By default, a rule works with every model.
    public func incompatibility(with groups: ParameterGroups) -> String? { nil }
    /// Does nothing. By default, the start rate is not stored, because the round's rate is enough.
    public mutating func start(localRate: Double, optimizer: any Optimizer) {}
    /// Does nothing. By default, the round starts with the sent rate.
    public mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// Returns nil. By default, no product is computed together with the gradient.
    public func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        nil
    }
    /// Does nothing. By default, a rule does not use the direction.
    public mutating func didComputeDirection<P: LocalObjective & ~Copyable>(
        _ direction: VectorName, _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// Does nothing. By default, a rule does not use the moved weights.
    public mutating func didMoveWeights<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
    /// Does nothing. By default, the end of a round changes nothing.
    public mutating func endRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
}
