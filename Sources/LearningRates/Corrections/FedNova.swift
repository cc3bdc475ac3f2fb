import RealModule
import Settings

/// FedNova: updates count per effective local step. So clients with more steps do not pull the
/// model towards their own minimum.
///
///     w_{t+1} = w_t + τ_eff Σ p_i Δ_i / A_i,   τ_eff = Σ p_i A_i
///     A = K                                            plain gradient descent
///     A = (K − ρ (1 − ρ^K) / (1 − ρ)) / (1 − ρ)        momentum ρ
///     A = (1 − (1 − β μ)^K) / (β μ)                    proximal term μ, and then τ_eff = Σ p_i K_i
///
/// - With equal steps at equal rates, the method is FedAvg, bit for bit.
/// - If the rate varies, plain gradient descent has A = Σ β_k / β_t [derived here]. Constant
///   factors cancel between τ_eff and 1/A.
/// - If a scheduler changes rate or momentum during the steps, the other two cases have A = Σ_k a_k
///   / β_t. The client computes it from each step's own rate and momentum (`EffectiveRate`) and
///   reports it. Schedulers that carry the velocity over to the client's next round are refused.
/// - Edge cases: a client without steps has A = 1, because its update is 0.
/// - Cost: on the clients only FedProx's term if μ > 0. A_i is sent.
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
            ?? incompatibility(withGradientsOf: scheduler, "fednova")
    }

    func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String? {
        guard scheduler.needs.adaptsMomentum else { return nil }
        return
            "expected a constant momentum, as in the published method, found a client.scheduler"
            + " that changes it; fednova counts effective steps with the momentum of each step"
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

    // Steps that change nothing must not be a divisor.
    private func divisor(_ steps: Double) -> Double { steps.isFinite && steps > 0 ? steps : 1 }

    func effectiveMean(_ work: LocalWork) -> Double {
        proximalWeight > 0 && work.steps > 0 ? Double(work.steps) : effectiveSteps(work) ?? 1
    }
}
