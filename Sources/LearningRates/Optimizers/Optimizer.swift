public import LinearAlgebra

/// Turns a gradient into a direction: w ← w − rate · direction. One protocol for both sides; on the
/// server the gradient is −Δ, so that plain SGD with rate α gives w + α Δ.
///
/// The direction does not depend on the rate, so the derivative of the new parameters in the rate
/// is minus the direction: ∂w⁺/∂rate = −d. It stays in its slot until the next call.
public protocol Optimizer: Sendable {
    /// How many parameter-sized buffers it needs; zero at the start of a client's round.
    var buffers: Int { get }
    /// What tells two of its kind apart in outputs, such as "nesterov 0.9"; nil if nothing does.
    var detail: String? { get }
    /// The velocity of gradient descent, also with a momentum of 0; nil for an optimizer whose
    /// direction is not linear in its gradients.
    var heavyBall: HeavyBall? { get }
    /// The squares whose root it divides by; nil where the direction is no quotient.
    var squaresUnderRoot: SquaresUnderRoot? { get }
    /// Whether it is Adam's form that adds ε to the uncorrected root.
    var addsEpsilonBeforeCorrection: Bool { get }
    /// The hyperparameters that a level above it can move.
    var tunable: TunableNumbers { get }
    /// Writes ∂d/∂a of this step for each name in `tunable` into the vectors `.own(0)`, `.own(1)`:
    /// with the gradient of the step, before `direction` changes the buffers.
    func recordSlopes<S: Scalar>(_ step: inout StepContext<S>)
    /// Its continuous hyperparameters as configured; those in force are the step's.
    var hyperparameters: Hyperparameters { get }
    /// What is added to the root of squares that a gradient is divided by, at the first step; nil
    /// where the direction is no quotient. Where it is much smaller than the gradients, each
    /// parameter moves by about the rate, whatever its gradient.
    var rootOffset: Double? { get }
    /// The direction of this step with the step's hyperparameters, and in which slot it is.
    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName
    /// How many parameter-sized tangents, or adjoints, of its buffers the next two keep; at most 2.
    var stateTangents: Int { get }
    /// Forward mode through `direction`, after it and before the step moves: `tangent` goes from the
    /// gradient's tangent to the direction's. The buffers' tangents are `.own(first)` and the one
    /// after it, 0 at first; after their step they are multiplied by `keep`.
    ///
    /// Where a root is 0 its derivative is left out: that coordinate never had a gradient.
    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double)
    /// Reverse mode through `direction`, after it: `adjoint` goes from the direction's adjoint to
    /// the gradient's, the buffers' adjoints from those after the step to those before it.
    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int)
}

extension Optimizer {
    /// By default, outputs name the kind alone.
    public var detail: String? { nil }
    /// By default the direction is not linear in the gradients.
    public var heavyBall: HeavyBall? { nil }
    /// By default the direction is not divided by a root.
    public var squaresUnderRoot: SquaresUnderRoot? { nil }
    /// By default an optimizer is not that form of Adam.
    public var addsEpsilonBeforeCorrection: Bool { false }
    /// By default a level above moves the rate alone.
    public var tunable: TunableNumbers { TunableNumbers() }
    /// By default there are no slopes to write.
    public func recordSlopes<S: Scalar>(_ step: inout StepContext<S>) {}
    /// By default an optimizer has no hyperparameter beside its rate.
    public var hyperparameters: Hyperparameters { Hyperparameters() }
    /// By default the direction is not divided by a root.
    public var rootOffset: Double? { nil }

    /// Whether each step goes along its gradient, w ← w − rate · g.
    public var isPlainDescent: Bool { heavyBall?.momentum == 0 }
}

/// Plain gradient descent, d(g) = g.
public let plainDescent: any Optimizer = SGD(momentum: 0, isNesterov: false)
