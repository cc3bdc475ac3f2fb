import Settings

/// Makes the server's `adagrad`, FedAdagrad.
///
///     m ← β1 m + (1 − β1) Δ,   v ← v + Δ²,   w ← w + α m / (√v + τ)          v_0 = initial_square
///
/// - Settings: with β1 = 0, the default and the paper's value, it is AdaGrad. Above 0 it has Adam's
///   mean.
/// - Source: Reddi et al. 2021, arXiv 2003.00295.
func fedAdagrad(_ settings: Settings) -> any Optimizer {
    let numbers = FedOptNumbers(settings, beta1: 0)
    guard numbers.beta1 > 0 else {
        return AdaGrad(epsilon: numbers.tau, start: numbers.initialSquare)
    }
    var adam = Adam(
        beta1: numbers.beta1, beta2: 0, epsilon: numbers.tau, correctsBias: false,
        correctsEpsilon: false, initialSquare: numbers.initialSquare)
    adam.sumsSquares = true
    return adam
}
