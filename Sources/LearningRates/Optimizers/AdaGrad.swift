import LinearAlgebra
import Settings

/// AdaGrad: gradients divided by the root of the sum of all their squares.
///
///     s ← s + g²,   d = g / (√s + ε),   w ← w − rate · d          s_0 = initial_accumulator
///
/// - Settings: `epsilon_inside_root: true` gives d = g / √(s + ε), as in the package of optimizer
///   towers.
/// - On a client the sum starts anew in every round.
/// - Source: Duchi, Hazan, Singer 2011. The place of ε and s_0 = 0 are as in PyTorch.
struct AdaGrad: Optimizer {
    let epsilon: Double
    let start: Double
    let isInsideRoot: Bool

    init(_ settings: Settings) {
        epsilon = settings.number(
            "epsilon", default: 1e-10, in: .atLeast(1e-30), "added to the root of the sum")
        start = settings.number(
            "initial_accumulator", default: 0, in: .nonNegative, "where the sum starts")
        isInsideRoot = epsilonInsideRoot(settings)
    }

    /// Creates the optimizer with ε outside the root.
    init(epsilon: Double, start: Double) {
        (self.epsilon, self.start, isInsideRoot) = (epsilon, start, false)
    }

    var factors: ScalingFactors {
        ScalingFactors(
            keep: 1, add: 1, offset: isInsideRoot ? start + epsilon : start,
            epsilon: isInsideRoot ? 0 : epsilon)
    }

    var buffers: Int { 2 }
    var squaresUnderRoot: SquaresUnderRoot? { .sum }
    var rootOffset: Double? {
        isInsideRoot ? (start + epsilon).squareRoot() : start.squareRoot() + epsilon
    }

    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName {
        step.scaledGradient(factors)
    }

    var stateTangents: Int { 1 }

    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double
    ) {
        step.scaledTangent(tangent, .scheduler(first), factors, times: keep)
    }

    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int
    ) {
        step.scaledAdjoint(adjoint, .scheduler(first), factors)
    }
}

/// Reads the key `epsilon_inside_root`.
func epsilonInsideRoot(_ settings: Settings) -> Bool {
    settings.flag(
        "epsilon_inside_root", default: false, "add epsilon under the root, not to the root")
}

extension StepContext {
    /// Computes g divided by the root of the squares in buffer 0, into buffer 1.
    mutating func scaledGradient(_ factors: ScalingFactors) -> VectorName {
        let (gradient, squares, direction) = (
            vector(.gradient), vector(.buffer(0)), vector(.buffer(1))
        )
        slots.scaledGradient(gradient, squares: squares, into: direction, factors)
        return .buffer(1)
    }

    /// Computes the direction's tangent, in the vector of the gradient's, with the tangent of the
    /// squares.
    mutating func scaledTangent(
        _ tangent: VectorName, _ squaresTangent: VectorName, _ factors: ScalingFactors,
        times keep: Double
    ) {
        let (tangent, squaresTangent, gradient, squares) = (
            vector(tangent), vector(squaresTangent), vector(.gradient), vector(.buffer(0))
        )
        slots.scaledTangent(
            tangent, squares: squaresTangent, gradient: gradient, squares, factors, times: keep)
    }

    /// Computes the gradient's adjoint, in the vector of the direction's, with the adjoint of the
    /// squares.
    mutating func scaledAdjoint(
        _ adjoint: VectorName, _ squaresAdjoint: VectorName, _ factors: ScalingFactors
    ) {
        let (adjoint, squaresAdjoint, gradient, squares) = (
            vector(adjoint), vector(squaresAdjoint), vector(.gradient), vector(.buffer(0))
        )
        slots.scaledAdjoint(adjoint, squares: squaresAdjoint, gradient: gradient, squares, factors)
    }
}
