import LinearAlgebra
import Settings

/// Stochastic gradient descent, with heavy-ball momentum where it is above 0.
///
///     v ← m v + g,   w ← w − rate · v          (m = 0: w ← w − rate · g)
///
/// - The rate multiplies the velocity, it is not inside it; no dampening (as PyTorch's SGD).
/// - On the server with m > 0 this is FedAvgM (Hsu et al. 2019, arXiv 1909.06335).
/// - On a client the velocity starts from 0 in every round.
struct SGD: Optimizer {
    let momentum: Double

    init(_ settings: Settings) {
        momentum = settings.number("momentum", default: 0, in: .fraction, "momentum m")
    }

    var buffers: Int { momentum > 0 ? 1 : 0 }

    func direction<S: Scalar>(_ step: inout Step<S>) -> Slot {
        guard momentum > 0 else { return .gradient }
        step.combine(.buffer(0), times: S(momentum), with: .gradient, times: 1)
        return .buffer(0)
    }
}
