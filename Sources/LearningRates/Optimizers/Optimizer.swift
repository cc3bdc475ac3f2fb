public import LinearAlgebra

/// Turns a gradient into a direction: w ← w − rate · direction. Clients and server use one
/// protocol. On the server the gradient is −Δ, so plain SGD with rate α gives w + α Δ.
///
/// The direction does not depend on the rate. So the derivative of the new parameters in the rate
/// is minus the direction: ∂w⁺/∂rate = −d. The direction stays in its vector until the next call.
public protocol Optimizer: Sendable {
    /// The number of buffers, each of the model's size. They are zero at the start of a client's
    /// round.
    var buffers: Int { get }
    /// The settings that distinguish optimizers of one kind in outputs, such as "nesterov 0.9". Nil
    /// means that the kind is enough.
    var detail: String? { get }
    /// The velocity of gradient descent, even if the momentum is 0. It is nil if the direction is
    /// not linear in the gradients.
    var heavyBall: HeavyBall? { get }
    /// The squares under the root that divides the direction; nil if the direction is not a
    /// quotient.
    var squaresUnderRoot: SquaresUnderRoot? { get }
    /// Whether this is the form of Adam that adds ε to the uncorrected root.
    var addsEpsilonBeforeCorrection: Bool { get }
    /// The hyperparameters that a level above can move.
    var tunable: TunableNumbers { get }
    /// Writes ∂d/∂a of this step for each name in `tunable` into the vectors `.scheduler(0)` and
    /// `.scheduler(1)`. It uses the gradient of the step and is called before `direction` changes
    /// the buffers.
    func recordSlopes<S: Scalar>(_ step: inout StepContext<S>)
    /// The continuous hyperparameters of the settings. The step contains the current ones.
    var hyperparameters: Hyperparameters { get }
    /// The number that is added to the root of squares in the divisor, at the first step. It is nil
    /// if the direction is not a quotient. If it is much smaller than the gradients, each parameter
    /// moves by about the rate.
    var rootOffset: Double? { get }
    /// Computes the direction of this step with the step's hyperparameters. Returns its vector.
    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName
    /// The number of tangents or adjoints of buffers, of the model's size, that the next two
    /// functions keep. It is at most 2.
    var stateTangents: Int { get }
    /// Differentiates `direction` in forward mode, after it and before the step moves. `tangent`
    /// changes from the gradient's tangent to the direction's. The buffers' tangents are
    /// `.scheduler(first)` and the next vector; they start at 0. After their step they are
    /// multiplied by `keep`.
    ///
    /// If a root is 0, its derivative is left out, because that coordinate never had a gradient.
    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double)
    /// Differentiates `direction` in reverse mode, after it. `adjoint` changes from the direction's
    /// adjoint to the gradient's. The buffers' adjoints change from those after the step to those
    /// before it.
    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int)
}

extension Optimizer {
    /// By default, outputs name the kind only.
    public var detail: String? { nil }
    /// By default, the direction is not linear in the gradients.
    public var heavyBall: HeavyBall? { nil }
    /// By default, the direction is not divided by a root.
    public var squaresUnderRoot: SquaresUnderRoot? { nil }
    /// By default, an optimizer is not this form of Adam.
    public var addsEpsilonBeforeCorrection: Bool { false }
    /// By default, a level above moves the rate only.
    public var tunable: TunableNumbers { TunableNumbers() }
    /// Does nothing. By default, there are no slopes to write.
    public func recordSlopes<S: Scalar>(_ step: inout StepContext<S>) {}
    /// By default, an optimizer has no hyperparameters beside its rate.
    public var hyperparameters: Hyperparameters { Hyperparameters() }
    /// By default, the direction is not divided by a root.
    public var rootOffset: Double? { nil }

    /// Whether each step follows its gradient, w ← w − rate · g.
    public var isPlainDescent: Bool { heavyBall?.momentum == 0 }
}

/// Plain gradient descent, d(g) = g.
public let plainDescent: any Optimizer = SGD(momentum: 0, isNesterov: false)
