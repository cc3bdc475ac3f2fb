import LinearAlgebra
import Settings

/// SCAFFOLD: control variates take out of each local gradient what is particular to the client.
///
///     w ← w − β (g − c_i + c)
///     c_i⁺ = c_i − c − Δ_i / Σ_k β_k          (option II; with a constant rate Σ β = K β)
///     c ← c + (1/N) Σ_{i ∈ S} (c_i⁺ − c_i)
///     w_{t+1} = w_t + α mean_i Δ_i
///
/// - c and all c_i are 0 at first, so the first round is FedAvg's, bit for bit.
/// - A client that took no step keeps its c_i, as does one whose update is in no aggregate.
/// - Defined for plain gradient descent with one rate for all parameters in a step. With a rate that
///   varies, Σ β stands for K β [derived here].
/// - Option I (the full gradient at w_t as c_i) is not offered.
/// - Costs one pass over the parameters a step and one vector; c goes down with the model, the change
///   of c_i up; c_i is part of the client's state. The authors average uniformly: server.weighting: uniform.
/// - Source: Karimireddy et al. 2020, arXiv 1910.06378.
struct Scaffold: DriftCorrection {
    init(_ settings: Settings) {}

    var keepsVectors: Bool { true }
    var vectorsDown: Int { 1 }
    var vectorsUp: Int { 1 }
    var averagesUniformly: Bool { true }

    func objection(to optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String? {
        guard optimizer.isPlainDescent else {
            return
                "scaffold takes the clients' mean gradient from their updates, which is right for"
                + " plain gradient descent only; use client.optimizer: sgd without momentum"
        }
        guard scheduler.needs.scope == .global else {
            return "scaffold needs one local rate for all parameters of a step, but the client"
                + " scheduler has scope: \(scheduler.needs.scope.rawValue); use scope: global"
        }
        return nil
    }

    var advancesServer: Bool { true }

    func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>
    ) {
        guard !own.isEmpty else { return offset.set(to: server) }
        offset.set(to: server, minus: own)
    }

    func advanceOwn<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork
    ) {
        if work.rateSum > 0 {
            // c_i − c is minus the offset.
            next.set(to: update, times: S(-1 / work.rateSum), minus: offset)
        } else if own.isEmpty {
            next.set(to: 0)
        } else {
            next.set(to: own)
        }
    }

    func advanceServer<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int
    ) {
        let share = S(1 / Double(clients))
        guard !own.isEmpty else { return server.add(next, times: share) }
        server.add(next, times: share, then: own, times: -share)
    }
}
