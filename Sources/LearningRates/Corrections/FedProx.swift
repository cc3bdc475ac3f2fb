import Settings

/// FedProx: a term holds each client near the global model it started from.
///
///     g ← g + μ (w − w_t)
///
/// - μ = 0 is FedAvg, bit for bit. The schedulers see the gradient with the term: it is the direction
///   taken. Reported losses are without it.
/// - Costs one pass over the parameters a step and one vector.
/// - The authors' grid: 0.001, 0.01, 0.1, 1.
/// - Source: Li et al. 2020, arXiv 1812.06127.
struct FedProx: DriftCorrection {
    let proximalWeight: Double

    init(_ settings: Settings) {
        proximalWeight = settings.number(
            "mu", default: 0.01, in: .nonNegative, "μ of the term μ/2 |w - w_t|^2 in the local loss"
        )
    }
}
