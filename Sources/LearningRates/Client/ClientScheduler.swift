public import Bytes
public import LinearAlgebra

/// Chooses a client's local learning rate, step by step.
///
/// A scheduler names vectors of the step and never sees a model. What it carries from a client's
/// round to the client's next one is what it saves; it travels with the task and the report, so a
/// client process holds nothing.
public protocol ClientScheduler: Sendable, Saved {
    /// The form of its hypergradient, where there are several.
    var form: HypergradientForm? { get }
    /// Whether it uses the gradient of the step before.
    var needsPreviousGradient: Bool { get }
    /// Whether it uses the last movement of the global model, Δ_{t−1}.
    var needsMovement: Bool { get }
    /// Takes the configured start rate β_0 > 0; called once, before everything else.
    mutating func start(localRate: Double)
    /// Before a round's first step: the step has the rate β_t that the server sent.
    mutating func begin<S: Scalar>(_ step: inout Step<S>)
    /// After the gradient of a step, before the weights move: may change the step's rate.
    mutating func adapt<S: Scalar>(_ step: inout Step<S>)
}

extension ClientScheduler {
    /// Only one form.
    public var form: HypergradientForm? { nil }
    /// Not needed.
    public var needsPreviousGradient: Bool { false }
    /// Not needed.
    public var needsMovement: Bool { false }
    /// The start rate does not matter.
    public mutating func start(localRate: Double) {}
    /// The round starts with the rate that the server sent.
    public mutating func begin<S: Scalar>(_ step: inout Step<S>) {}
}
