import Settings

/// FedProx: a term keeps each client near the global model that it started from.
///
///     g ← g + μ (w − w_t)
///
/// - With μ = 0, the method is FedAvg, bit for bit. Schedulers read the gradient with the term,
///   because the step uses it. Reported losses do not include the term.
/// - Cost: one pass over the parameters per step, and one vector.
/// - Settings: the authors try μ = 0.001, 0.01, 0.1 and 1.
/// - Source: Li et al. 2020, arXiv 1812.06127.
struct FedProx: DriftCorrection {
    let proximalWeight: Double

    init(_ settings: Settings) {
        proximalWeight = settings.number(
            "mu", default: 0.01, in: .nonNegative, "μ of the term μ/2 |w - w_t|^2 in the local loss"
        )
    }
}
