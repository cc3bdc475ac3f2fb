import LinearAlgebra
import Settings

/// The server's `yogi`, FedYogi: Adam with squares that change by the size of the newest square. So
/// large squares lose their effect slowly.
///
///     m ← β1 m + (1 − β1) Δ,   v ← v − (1 − β2) Δ² sign(v − Δ²),   w ← w + α m / (√v + τ)
///
/// - There is no bias correction. The buffer of v keeps the last sign in v's own sign bit. The
///   derivatives need this sign, and it does not follow from v alone.
/// - Edge cases: if v = Δ², the derivative is that of a slightly larger v.
/// - Source: Zaheer et al. 2018; on the server Reddi et al. 2021, arXiv 2003.00295: β1 = 0.9, β2 =
///   0.99, τ = 1e-3.
struct Yogi: AdamFamily {
    let beta1: Double
    let beta2: Double
    let tau: Double
    let initialSquare: Double

    init(_ settings: Settings) {
        let numbers = FedOptNumbers(settings, beta1: 0.9)
        (beta1, tau, initialSquare) = (numbers.beta1, numbers.tau, numbers.initialSquare)
        beta2 = settings.number(
            "beta2", default: 0.99, in: .fraction, "β2: 1 - beta2 is what a square counts")
    }

    var squaresUnderRoot: SquaresUnderRoot? { .meanBelowMean }
    var rootOffset: Double? { tau }

    var tunable: TunableNumbers { TunableNumbers(hasOthers: true) }

    var hyperparameters: Hyperparameters {
        var it = Hyperparameters()
        (it.beta1, it.beta2) = (beta1, beta2)
        return it
    }

    func factors<S: Scalar>(_ step: borrowing StepContext<S>) -> AdamFactors {
        AdamFactors(
            beta1: step.hyperparameters.beta1, beta2: step.hyperparameters.beta2, mean: 1,
            square: 1, epsilon: tau, isYogi: true)
    }
}
