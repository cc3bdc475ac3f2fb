import LinearAlgebra
import RealModule
import Settings

/// Adam: the decaying mean of gradients divided by the root of their decaying mean square.
///
///     m ← β1 m + (1 − β1) g,   v ← β2 v + (1 − β2) g²
///     d = m / (1 − β1^t) / (√(v / (1 − β2^t)) + ε),   w ← w − rate · d
///
/// - Symbols: t counts the steps since the buffers were 0. On a client it starts at 1 in every
///   round. On the server it counts rounds.
/// - Settings: `epsilon_place: before_correction` adds ε to √v: d = m √(1 − β2^t) / (1 − β1^t) /
///   (√v + ε). Section 2 of Kingma and Ba has this form, and so has code that puts the correction
///   into the rate. `bias_correction: false` leaves out both divisors; the server's `adam` uses it
///   (FedAdam.swift). `initial_square` is v_0; the package of optimizer towers has 1e-8.
/// - Source: Kingma, Ba 2015, arXiv 1412.6980. The place of ε is as in PyTorch.
struct Adam: AdamFamily {
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    let correctsBias: Bool
    let correctsEpsilon: Bool
    let initialSquare: Double
    /// Whether v is the sum of squares instead of their mean, v ← v + g². This is AdaGrad with a
    /// mean of gradients, and only the server uses it.
    var sumsSquares = false

    init(_ settings: Settings) {
        beta1 = settings.number("beta1", default: 0.9, in: .fraction, "decay of the mean")
        beta2 = settings.number(
            "beta2", default: 0.999, in: .fraction, "decay of the mean of squares")
        epsilon = settings.number(
            "epsilon", default: 1e-8, in: .atLeast(1e-30), "added to the root of the mean square")
        correctsBias = settings.flag(
            "bias_correction", default: true, "divide both means by 1 - beta^t")
        correctsEpsilon = settings.choice(
            "epsilon_place", of: ["after_correction": false, "before_correction": true],
            default: "after_correction",
            "whether epsilon is added to the corrected root or to the uncorrected one")
        initialSquare = settings.number(
            "initial_square", default: 0, in: .nonNegative, "where the mean of squares starts")
    }

    /// Creates the optimizer from its numbers.
    init(
        beta1: Double, beta2: Double, epsilon: Double, correctsBias: Bool, correctsEpsilon: Bool,
        initialSquare: Double
    ) {
        (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
        (self.correctsBias, self.correctsEpsilon) = (correctsBias, correctsEpsilon)
        self.initialSquare = initialSquare
    }

    var squaresUnderRoot: SquaresUnderRoot? { sumsSquares ? .sum : .meanBelowMean }
    var rootOffset: Double? { epsilon + (sumsSquares ? initialSquare.squareRoot() : 0) }

    var addsEpsilonBeforeCorrection: Bool { correctsBias && correctsEpsilon }

    var tunable: TunableNumbers {
        sumsSquares ? TunableNumbers(hasOthers: true) : TunableNumbers([.beta1, .beta2])
    }

    /// Writes the slopes, with c = 1 − β^t and r = √v̂:
    ///
    ///     ∂d/∂β1 = [(m_old − g) / c1 + m t β1^(t−1) / c1²] / (r + ε)
    ///     ∂d/∂β2 = −m̂ / ((r + ε)² 2 r) [(v_old − g²) / c2 + v t β2^(t−1) / c2²]
    func recordSlopes<S: Scalar>(_ step: inout StepContext<S>) {
        prepare(&step)
        let slopes = slopes(step)
        let (g, m, v) = (step.vector(.gradient), step.vector(.buffer(0)), step.vector(.buffer(1)))
        let (first, second) = (step.vector(.scheduler(0)), step.vector(.scheduler(1)))
        step.slots.adamSlopes(g, mean: m, square: v, into: first, second, slopes)
    }

    private func slopes<S: Scalar>(_ step: borrowing StepContext<S>) -> AdamSlopes {
        let factors = factors(step)
        guard correctsBias else { return AdamSlopes(factors, mean: 0, square: 0) }
        let t = Double(step.stepsOfBuffers + 1)
        let square =
            t * Double.pow(factors.beta2, step.stepsOfBuffers) * factors.square * factors.square
        return AdamSlopes(
            factors,
            mean: t * Double.pow(factors.beta1, step.stepsOfBuffers) * factors.mean * factors.mean,
            square: square,
            // The value is ε √(1 / (1 − β2^t)) if ε is added to the uncorrected root.
            epsilon: correctsEpsilon ? epsilon * square / (2 * factors.square.squareRoot()) : 0)
    }

    var hyperparameters: Hyperparameters {
        var it = Hyperparameters()
        (it.beta1, it.beta2) = (beta1, sumsSquares ? 1 : beta2)
        return it
    }

    /// Returns the factors of this step.
    func factors<S: Scalar>(_ step: borrowing StepContext<S>) -> AdamFactors {
        let t = step.stepsOfBuffers + 1
        let (beta1, beta2) = (step.hyperparameters.beta1, step.hyperparameters.beta2)
        let square = correctsBias ? 1 / (1 - Double.pow(beta2, t)) : 1
        return AdamFactors(
            beta1: beta1, beta2: beta2, mean: correctsBias ? 1 / (1 - Double.pow(beta1, t)) : 1,
            square: square,
            // The divisor is √v + ε, times the correction of the root.
            epsilon: correctsEpsilon ? epsilon * square.squareRoot() : epsilon,
            addSquare: sumsSquares ? 1 : nil)
    }
}
