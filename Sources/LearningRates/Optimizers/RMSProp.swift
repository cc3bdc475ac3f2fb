import LinearAlgebra
import Settings

/// RMSProp: gradients divided by the root of a decaying mean of their squares.
///
///     s ← γ s + (1 − γ) g²,   d = g / (√s + ε),   w ← w − rate · d
///
/// - Settings: `epsilon_inside_root: true` gives d = g / √(s + ε), as in the package of optimizer
///   towers.
/// - On a client the mean starts from 0 in every round.
/// - Source: Tieleman, Hinton 2012 (lecture 6.5 of "Neural networks for machine learning"). The
///   place of ε is as in PyTorch.
struct RMSProp: Optimizer {
    let decay: Double
    let epsilon: Double
    let isInsideRoot: Bool

    init(_ settings: Settings) {
        decay = settings.number("decay", default: 0.99, in: .fraction, "decay γ of the mean square")
        epsilon = settings.number(
            "epsilon", default: 1e-8, in: .atLeast(1e-30), "added to the root of the mean square")
        isInsideRoot = epsilonInsideRoot(settings)
    }

    /// Returns the factors with this decay.
    func factors(_ decay: Double) -> ScalingFactors {
        ScalingFactors(
            keep: decay, add: 1 - decay, offset: isInsideRoot ? epsilon : 0,
            epsilon: isInsideRoot ? 0 : epsilon)
    }

    var buffers: Int { 2 }
    var squaresUnderRoot: SquaresUnderRoot? { .mean }
    var rootOffset: Double? { isInsideRoot ? epsilon.squareRoot() : epsilon }

    var tunable: TunableNumbers { TunableNumbers([.decay], movesRootOfRate: true) }

    /// Writes the slope ∂d/∂γ = −g / ((r + ε)² 2 r) (s_old − g²), where r is the root.
    func recordSlopes<S: Scalar>(_ step: inout StepContext<S>) {
        let (g, s, slope) = (
            step.vector(.gradient), step.vector(.buffer(0)), step.vector(.scheduler(0))
        )
        step.slots.scaledGradientSlope(
            g, squares: s, into: slope, factors(step.hyperparameters.decay))
    }

    var hyperparameters: Hyperparameters {
        var it = Hyperparameters()
        it.decay = decay
        return it
    }

    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName {
        step.scaledGradient(factors(step.hyperparameters.decay))
    }

    var stateTangents: Int { 1 }

    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double
    ) {
        step.scaledTangent(
            tangent, .scheduler(first), factors(step.hyperparameters.decay), times: keep)
    }

    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int
    ) {
        step.scaledAdjoint(adjoint, .scheduler(first), factors(step.hyperparameters.decay))
    }
}
