public import LinearAlgebra

/// Turns a gradient into a direction: w ← w − rate · direction. One protocol for both sides; on the
/// server the gradient is −Δ, so that plain SGD with rate α gives w + α Δ.
///
/// The direction does not depend on the rate, so the derivative of the new parameters in the rate
/// is minus the direction: ∂w⁺/∂rate = −d. It stays in its slot until the next call.
public protocol Optimizer: Sendable {
    /// How many parameter-sized buffers it needs; zero at the start of a client's round.
    var buffers: Int { get }
    /// Its continuous hyperparameters as configured; those in force are the step's.
    var hyperparameters: Hyperparameters { get }
    /// The direction of this step with the step's hyperparameters, and in which slot it is.
    func direction<S: Scalar>(_ step: inout Step<S>) -> Slot
}

extension Optimizer {
    /// It has none.
    public var hyperparameters: Hyperparameters { Hyperparameters() }
}
