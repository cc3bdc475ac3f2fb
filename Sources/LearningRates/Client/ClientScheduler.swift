public import Bytes
public import LinearAlgebra

/// Chooses a client's local learning rate, step by step.
///
/// A scheduler names vectors of the step and sees the model through derivatives of its loss. What
/// it carries from a client's round to the client's next one is what it saves (a few numbers) and
/// the vectors that it names; both travel with the task and the report, so a client process holds
/// nothing.
///
/// The order of a step is that of `LocalSteps.take`.
public protocol ClientScheduler: Sendable, Saved {
    /// The form of its hypergradient, where there are several.
    var form: HypergradientForm? { get }
    /// What outputs name behind its kind: its form, or the rule where that is not the default.
    var detail: String? { get }
    /// Whether it does not use the rate that the server sends.
    var ignoresSentRate: Bool { get }
    /// Whether it adapts the local rate, and not other hyperparameters alone.
    var adaptsRate: Bool { get }
    /// Whether it adapts the momentum of the client's optimizer; asked after `start`.
    var adaptsMomentum: Bool { get }
    /// What must be kept for it; asked after `start`.
    var needs: SchedulerNeeds { get }
    /// Numbers of its state beside the rates, with their names, for reports: "mu", "kappa".
    var readings: [(name: String, value: Double)] { get }
    /// What a client takes from its round into its next one.
    var carry: Carry { get }
    /// The vectors that it carries from a client's round to the client's next one.
    var carried: CarriedVectors { get }
    /// All that `carried` may ever name: what room is made for. Asked after `start`.
    var mayCarry: CarriedVectors { get }
    /// Why it can't work with this optimizer and this weight decay, and what would do; nil if it can.
    func objection(to optimizer: any Optimizer, weightDecay: Double) -> String?
    /// Why it can't work with a model that is cut like this, and what would do; nil if it can.
    func objection(to groups: ParameterGroups) -> String?
    /// Takes the configured start rate β_0 > 0; called once, before everything but `objection`.
    mutating func start(localRate: Double, optimizer: any Optimizer)
    /// Before a round's first step: the step has the rate β_t that the server sent, or all vectors
    /// that were carried over.
    mutating func begin<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P)
    /// The vectors whose products with the gradient of the step that begins `adapt` will read in
    /// `step.products`: while the gradient is computed they cost less than later. Nil: it reads none.
    func partners<S: Scalar>(_ step: borrowing Step<S>) -> GradientPartners?
    /// After the gradient of a step, before the optimizer sees it: may change the step's rate.
    mutating func adapt<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P)
    /// After the direction of a step, before the weights move along it.
    mutating func follow<P: LocalProblem & ~Copyable>(
        _ direction: Slot, _ step: inout Step<P.S>, _ problem: inout P)
    /// After the weights moved: `step.index` already counts the step.
    mutating func look<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P)
    /// After a round's last step, before it is saved.
    mutating func finish<P: LocalProblem & ~Copyable>(_ step: inout Step<P.S>, _ problem: inout P)
}

/// What clients do with the local rate that goes out with their tasks.
public enum UseOfSentRate: Sendable {
    /// All steps have it.
    case everyStep
    /// The client scheduler starts each round from it.
    case roundStart
    /// The client scheduler has rates of its own, but in a client's first round at most.
    case ignored
}

/// What a client scheduler needs beside weights and gradient.
public struct SchedulerNeeds: Equatable, Sendable {
    /// `.previousGradient`, g_{k−1}.
    public var previousGradient = false
    /// That `step.previousDirection`, d_{k−1}, is still there at the next step.
    public var previousDirection = false
    /// `.movement`, Δ_{t−1}.
    public var movement = false
    /// How many vectors of its own.
    public var vectors = 0
    /// Which parameters share a rate; `.rates` is there for `.parameter`.
    public var scope = RateScope.global
    /// Validation batches.
    public var validation = false
    /// Products with the Hessian or the Gauss-Newton matrix.
    public var secondDerivatives = false

    /// Nothing.
    public init() {}
}

/// What a gradient is multiplied with beside itself: nothing, y, or y and z.
public struct GradientPartners: Equatable, Sendable {
    /// The first.
    public var y: Slot?
    /// The second.
    public var z: Slot?

    /// Partners.
    public init(_ y: Slot? = nil, and z: Slot? = nil) { (self.y, self.z) = (y, z) }
}

/// The vectors that a scheduler carries from a client's round to the client's next one.
public struct CarriedVectors: Equatable, Sendable {
    /// These of the step.
    public var slots: [Slot] = []
    /// The rates: of each group, or of each parameter.
    public var includesRates = false
    /// All buffers of the optimizer, and how many steps they have seen.
    public var includesOptimizer = false

    /// None.
    public init() {}

    /// Parameter-sized vectors that these are.
    ///
    /// - Parameters:
    ///   - scope: which parameters share a rate.
    ///   - buffers: the optimizer's.
    public func count(scope: RateScope, buffers: Int) -> Int {
        slots.count + (includesRates && scope == .parameter ? 1 : 0)
            + (includesOptimizer ? buffers : 0)
    }
}

extension ClientScheduler {
    /// Only one form.
    public var form: HypergradientForm? { nil }
    /// Its form.
    public var detail: String? { form?.rawValue }
    /// It starts from it.
    public var ignoresSentRate: Bool { false }
    /// By default a client scheduler adapts the local rate.
    public var adaptsRate: Bool { true }
    /// By default the momentum stays as configured.
    public var adaptsMomentum: Bool { false }
    /// What the clients do with the rate that the server sends.
    public var useOfSentRate: UseOfSentRate {
        guard adaptsRate else { return .everyStep }
        return ignoresSentRate || carry != .reset ? .ignored : .roundStart
    }
    /// Nothing.
    public var needs: SchedulerNeeds { SchedulerNeeds() }
    /// None.
    public var readings: [(name: String, value: Double)] { [] }
    /// Nothing.
    public var carry: Carry { .reset }
    /// None.
    public var carried: CarriedVectors { CarriedVectors() }
    /// By default the vectors that it carries are the same after every round.
    public var mayCarry: CarriedVectors { carried }
    /// It works with all.
    public func objection(to optimizer: any Optimizer, weightDecay: Double) -> String? { nil }
    /// It works with all.
    public func objection(to groups: ParameterGroups) -> String? { nil }
    /// The start rate does not matter.
    public mutating func start(localRate: Double, optimizer: any Optimizer) {}
    /// The round starts with the rate that the server sent.
    public mutating func begin<P: LocalProblem & ~Copyable>(
        _ step: inout Step<P.S>, _ problem: inout P
    ) {}
    /// It takes its products itself.
    public func partners<S: Scalar>(_ step: borrowing Step<S>) -> GradientPartners? { nil }
    /// Nothing to do.
    public mutating func follow<P: LocalProblem & ~Copyable>(
        _ direction: Slot, _ step: inout Step<P.S>, _ problem: inout P
    ) {}
    /// Nothing to do.
    public mutating func look<P: LocalProblem & ~Copyable>(
        _ step: inout Step<P.S>, _ problem: inout P
    ) {}
    /// Nothing to do.
    public mutating func finish<P: LocalProblem & ~Copyable>(
        _ step: inout Step<P.S>, _ problem: inout P
    ) {}
}
