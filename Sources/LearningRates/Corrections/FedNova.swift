import RealModule
import Settings

/// FedNova: updates count per effective local step, so that clients with more steps don't pull the
/// model towards their own minimum.
///
///     w_{t+1} = w_t + τ_eff Σ p_i Δ_i / A_i,   τ_eff = Σ p_i A_i
///     A = K                                            plain gradient descent
///     A = (K − ρ (1 − ρ^K) / (1 − ρ)) / (1 − ρ)        momentum ρ
///     A = (1 − (1 − β μ)^K) / (β μ)                    proximal term μ, and then τ_eff = Σ p_i K_i
///
/// - Clients with equal steps at equal rates: FedAvg, bit for bit.
/// - With a rate that varies, plain gradient descent has A = Σ β_k / β_t [derived here]: what is
///   constant cancels between τ_eff and 1/A.
/// - Where rate or momentum varies over the steps (a scheduler moves them), the other two have
///   A = Σ_k a_k / β_t from each step's own rate and momentum: the client counts it
///   (`EffectiveRate`) and reports it. Schedulers that carry the velocity into the client's next
///   round are refused.
/// - A client that took no step counts with A = 1: its update is 0.
/// - Costs nothing on the clients but FedProx's term where μ > 0; sends A_i.
/// - Source: Wang et al. 2020, arXiv 2007.07481.
struct FedNova: DriftCorrection {
    let proximalWeight: Double
    private var momentum = 0.0

    init(_ settings: Settings) {
        proximalWeight = settings.number(
            "mu", default: 0, in: .nonNegative,
            "μ of a proximal term in the local loss, as FedProx's"
        )
    }

    func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    {
        guard let ball = optimizer.heavyBall, ball.isPlain,
            proximalWeight == 0 || ball.momentum == 0
        else {
            return
                "expected client.optimizer: sgd with fednova, with a momentum (without nesterov and"
                + " dampening) or with mu above 0, found another optimizer or both; change one of"
                + " them"
        }
        return incompatibility(withScopeOf: scheduler, "fednova")
            ?? incompatibility(withVelocityOf: optimizer, scheduler, "fednova")
    }

    func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String? {
        guard scheduler.needs.adaptsMomentum else { return nil }
        return
            "expected a constant momentum, as in the published method, found a client.scheduler that"
            + " changes it; fednova counts effective steps with the momentum of each step"
    }

    mutating func start(optimizer: any Optimizer) {
        momentum = optimizer.heavyBall?.momentum ?? 0
    }

    func effectiveSteps(_ work: LocalWork) -> Double? {
        guard work.steps > 0, work.localRate > 0 else { return 1 }
        if proximalWeight > 0 || momentum > 0, let uneven = work.effectiveRate {
            return divisor(uneven / work.localRate)
        }
        let steps = Double(work.steps)
        let ratio = work.meanRate / work.localRate
        let effective: Double
        if proximalWeight > 0 {
            let shrinking = work.meanRate * proximalWeight
            effective =
                shrinking > 0 ? (1 - Double.pow(1 - shrinking, work.steps)) / shrinking : steps
        } else if momentum > 0 {
            effective =
                (steps - momentum * (1 - Double.pow(momentum, work.steps)) / (1 - momentum))
                / (1 - momentum)
        } else {
            effective = steps
        }
        return divisor(effective * ratio)
    }

    // Steps that don't move anything can't be divided by.
    private func divisor(_ steps: Double) -> Double { steps.isFinite && steps > 0 ? steps : 1 }

    func effectiveMean(_ work: LocalWork) -> Double {
        proximalWeight > 0 && work.steps > 0 ? Double(work.steps) : effectiveSteps(work) ?? 1
    }
}
