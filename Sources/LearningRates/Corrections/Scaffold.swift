import LinearAlgebra
import Settings

/// SCAFFOLD: control variates remove from each local gradient the part that is special to the
/// client.
///
///     w ← w − β (g − c_i + c)
///     c_i⁺ = c_i − c − Δ_i / s_i          s_i = Σ_k β_k   (option II; of a constant rate K β)
///     c ← c + (1/N) Σ_{i ∈ S} (c_i⁺ − c_i)
///     w_{t+1} = w_t + α mean_i Δ_i
///
/// - c and all c_i start at 0, so the first round is FedAvg's, bit for bit.
/// - Edge cases: a client without steps keeps its c_i. So does a client whose update is not in an
///   aggregate.
/// - Requires plain gradient descent with one rate for all parameters in a step. If the rate
///   varies, Σ β replaces K β [derived here].
/// - `divide_by: effective_steps` makes the method exact with momentum too [derived here]: s_i =
///   Σ_k a_k. This is FedNova's effective steps times the rate, from each step's own rate and
///   momentum (`EffectiveRate`). Then c_i⁺ is the client's gradient if that is constant. With plain
///   gradient descent both settings are equal up to rounding. The setting works with heavy-ball,
///   dampened and Nesterov momentum, unless a scheduler carries the velocity over to the next
///   round.
/// - Option I (the full gradient at w_t as c_i) does not exist here.
/// - Cost: one pass over the parameters per step, and one vector. c is sent with the model. The
///   change of c_i is sent with the update, and c_i is part of the client state.
/// - Settings: the authors average uniformly (`server.weighting: uniform`).
/// - Source: Karimireddy et al. 2020, arXiv 1910.06378.
struct Scaffold: DriftCorrection {
    private let countsEffectiveSteps: Bool
    private var effective: EffectiveRate?

    init(_ settings: Settings) {
        countsEffectiveSteps = settings.choice(
            "divide_by", of: ["rate_sum": false, "effective_steps": true], default: "rate_sum",
            "what an update is divided by for the mean gradient: the sum of the rates, or FedNova's"
                + " effective steps, which are right above momentum too")
    }

    mutating func start(optimizer: any Optimizer) { effective = EffectiveRate(optimizer) }

    var keepsVectors: Bool { true }
    var vectorsDown: Int { 1 }
    var vectorsUp: Int { 1 }
    var averagesUniformly: Bool { true }

    func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    {
        let isLinear = optimizer.heavyBall != nil
        guard optimizer.isPlainDescent || countsEffectiveSteps && isLinear else {
            let remedy =
                isLinear
                ? "set divide_by: effective_steps, or use client.optimizer: sgd without momentum"
                : "use client.optimizer: sgd without momentum"
            return
                "expected plain gradient descent with scaffold, whose mean gradients follow from"
                + " the updates, found \(isLinear ? "momentum" : "another optimizer"); \(remedy)"
        }
        return incompatibility(withScopeOf: scheduler, "scaffold")
            ?? incompatibility(withVelocityOf: optimizer, scheduler, "scaffold")
            ?? incompatibility(withGradientsOf: scheduler, "scaffold")
    }

    /// Returns s_i: a constant gradient times −s_i is the update.
    private func divisor(_ work: LocalWork) -> Double {
        guard countsEffectiveSteps, let effective else { return work.rateSum }
        return work.effectiveRate ?? effective.sum(steps: work.steps, rate: work.meanRate)
    }

    var advancesServer: Bool { true }

    func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>
    ) {
        guard !own.isEmpty else { return offset.set(to: server) }
        offset.set(to: server, minus: own)
    }

    func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork
    ) {
        let divisor = divisor(work)
        if divisor > 0 {
            // The difference c_i − c is minus the offset.
            next.set(to: update, times: S(-1 / divisor), minus: offset)
        } else if own.isEmpty {
            next.set(to: 0)
        } else {
            next.set(to: own)
        }
    }

    func updateServerVector<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int
    ) {
        let share = S(1 / Double(clients))
        guard !own.isEmpty else { return server.add(next, times: share) }
        server.add(next, times: share, then: own, times: -share)
    }
}
