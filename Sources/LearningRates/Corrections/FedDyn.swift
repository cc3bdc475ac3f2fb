import LinearAlgebra
import Settings

/// FedDyn: each client's loss gets a linear and a proximal term. With them, its stationary points
/// agree with those of the global loss.
///
///     g ← g − q_i + a (w − w_t),   then q_i ← q_i − a Δ_i
///     H ← H − (a/N) Σ_{i ∈ S} Δ_i,   w_{t+1} = mean_i w_i − H/a
///
/// - q_i and H start at 0. The server keeps s = −H/a: s ← s + (|S|/N) mean_i Δ_i. Then w_{t+1} =
///   w_t + mean_i Δ_i + s, which does not need a. The aggregate in the outputs is mean Δ + s.
/// - A client whose update is not in an aggregate keeps its q_i.
/// - Requires server.optimizer sgd with rate 1 and no scheduler of the global rate, because the
///   server step is part of the method.
/// - Cost: one pass over the parameters per step, and two vectors. q_i is part of the client state.
/// - Settings: the authors try a = 0.1, 0.01 and 0.001. They average uniformly (`server.weighting:
///   uniform`).
/// - Source: Acar et al. 2021, arXiv 2111.04263.
struct FedDyn: DriftCorrection {
    let proximalWeight: Double

    init(_ settings: Settings) {
        proximalWeight = settings.number(
            "a", default: 0.01, in: .positive, "a of the terms of the local loss")
    }

    var keepsVectors: Bool { true }
    var averagesUniformly: Bool { true }
    var needsUnitServerStep: Bool { true }

    func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    {
        incompatibility(withGradientsOf: scheduler, "feddyn")
    }

    func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>
    ) {
        guard !own.isEmpty else { return offset.set(to: 0) }
        // This computes −q_i, with a 0 that is never negative.
        offset.set(to: own, times: 0, minus: own)
    }

    func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork
    ) {
        // The vector q_i is minus the offset.
        next.set(to: update, times: S(-proximalWeight), minus: offset)
    }

    func correctAggregate<S: Scalar>(
        _ server: inout MutableSpan<S>, _ gradient: inout MutableSpan<S>, share: Double
    ) {
        server.add(gradient.span, times: S(-share))
        gradient.add(server.span, times: -1)
    }
}
