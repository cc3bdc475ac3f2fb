import Settings

/// The numbers that FedAdagrad, FedAdam and FedYogi share, with their names in the paper.
///
/// - Source: Reddi et al. 2021, arXiv 2003.00295. The paper asks for v_0 ≥ τ². Its experiments, and
///   the default here, have v_0 = 0.
struct FedOptNumbers {
    let beta1: Double
    let tau: Double
    let initialSquare: Double

    /// Reads `beta1`, `tau` and `initial_square`.
    init(_ settings: Settings, beta1: Double) {
        self.beta1 = settings.number(
            "beta1", default: beta1, in: .fraction, "decay β1 of the mean of aggregates")
        tau = settings.number(
            "tau", default: 1e-3, in: .atLeast(1e-30), "τ, added to the root of the squares")
        initialSquare = settings.number(
            "initial_square", default: 0, in: .nonNegative,
            "v_0, where the squares start; the paper asks for τ² or more")
    }
}
