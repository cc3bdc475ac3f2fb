import LinearAlgebra
import Settings

/// Stochastic gradient descent, with heavy-ball or Nesterov momentum if the momentum is above 0.
///
///     v ← m v + g,   w ← w − rate · v              (m = 0: w ← w − rate · g)
///     v ← m v + g,   w ← w − rate · (g + m v)      (nesterov)
///     v ← m v + (1 − dampening) g                  (dampened; v = g at the first step)
///
/// - The rate multiplies the velocity and is not inside it, as in PyTorch's SGD.
/// - On the server with m > 0 this is FedAvgM; the kind `momentum` has its default (FedAvgM.swift).
/// - On a client the velocity starts from 0 in every round.
/// - Source: Polyak 1964; Nesterov's form as in Sutskever et al. 2013 and PyTorch.
struct SGD: Optimizer {
    let momentum: Double
    let isNesterov: Bool
    let dampening: Double

    init(_ settings: Settings) {
        momentum = settings.number("momentum", default: 0, in: .fraction, "momentum m")
        isNesterov = settings.flag(
            "nesterov", default: false, "Nesterov's momentum in place of the heavy ball's")
        dampening = settings.number(
            "dampening", default: 0, in: .between(0, 1),
            "how much less than 1 a gradient counts in the velocity, after the first")
        if isNesterov, momentum == 0 {
            settings.reject(
                "nesterov", expected: "a momentum above 0 with nesterov", found: "momentum 0",
                advice: "set momentum, such as 0.9, or remove nesterov")
        }
        if dampening > 0, momentum == 0 {
            settings.reject(
                "dampening", expected: "a momentum above 0 with dampening", found: "momentum 0",
                advice: "set momentum, such as 0.9, or remove dampening")
        }
        if dampening > 0, isNesterov {
            settings.reject(
                "dampening", expected: "0 with nesterov", advice: "remove dampening or nesterov")
        }
    }

    /// Creates the optimizer without dampening.
    init(momentum: Double, isNesterov: Bool) {
        (self.momentum, self.isNesterov, dampening) = (momentum, isNesterov, 0)
    }

    var buffers: Int { momentum == 0 ? 0 : isNesterov ? 2 : 1 }

    var heavyBall: HeavyBall? {
        HeavyBall(momentum: momentum, isNesterov: isNesterov, dampening: dampening)
    }

    var tunable: TunableNumbers { TunableNumbers(momentum > 0 ? [.momentum] : []) }

    /// Writes the slope. Heavy ball: ∂d/∂m = v_old. Nesterov: ∂d/∂m = 2 m v_old + g.
    func recordSlopes<S: Scalar>(_ step: inout StepContext<S>) {
        guard isNesterov else { return step.copy(.buffer(0), to: .scheduler(0)) }
        step.copy(.gradient, to: .scheduler(0))
        step.combine(
            .scheduler(0), times: 1, with: .buffer(0), times: S(2 * step.hyperparameters.momentum))
    }

    var detail: String? {
        momentum == 0 ? nil : "\(isNesterov ? "nesterov" : "heavy ball") \(momentum)"
    }

    var hyperparameters: Hyperparameters {
        var it = Hyperparameters()
        it.momentum = momentum
        return it
    }

    func direction<S: Scalar>(_ step: inout StepContext<S>) -> VectorName {
        guard momentum > 0 else { return .gradient }
        let momentum = step.hyperparameters.momentum
        guard isNesterov else {
            step.combine(
                .buffer(0), times: S(momentum), with: .gradient, times: S(share(step)))
            return .buffer(0)
        }
        let (gradient, velocity, direction) = (
            step.vector(.gradient), step.vector(.buffer(0)), step.vector(.buffer(1))
        )
        step.slots.nesterov(
            gradient, momentum: S(momentum), velocity: velocity, into: direction)
        return .buffer(1)
    }

    /// Returns the factor of a gradient in the velocity.
    private func share<S: Scalar>(_ step: borrowing StepContext<S>) -> Double {
        step.stepsOfBuffers == 0 ? 1 : 1 - dampening
    }

    var stateTangents: Int { momentum == 0 ? 0 : 1 }

    func directionTangent<S: Scalar>(
        _ step: inout StepContext<S>, _ tangent: VectorName, states first: Int, times keep: Double
    ) {
        guard momentum > 0 else { return }
        damp(tangent, &step)
        let (tangent, velocity) = (step.vector(tangent), step.vector(.scheduler(first)))
        step.slots.momentumTangent(
            tangent, velocity: velocity, momentum: step.hyperparameters.momentum,
            isNesterov: isNesterov, times: keep)
    }

    func directionAdjoint<S: Scalar>(
        _ step: inout StepContext<S>, _ adjoint: VectorName, states first: Int
    ) {
        guard momentum > 0 else { return }
        defer { damp(adjoint, &step) }
        let (adjoint, velocity) = (step.vector(adjoint), step.vector(.scheduler(first)))
        step.slots.momentumAdjoint(
            adjoint, velocity: velocity, momentum: step.hyperparameters.momentum,
            isNesterov: isNesterov)
    }

    /// Converts a derivative in the velocity's share of a gradient to one in the gradient, or the
    /// reverse.
    private func damp<S: Scalar>(_ derivative: VectorName, _ step: inout StepContext<S>) {
        guard dampening > 0 else { return }
        step.combine(derivative, times: S(share(step)), with: .gradient, times: 0)
    }
}
