/// How far the local steps of a round move the weights for each unit of a constant gradient. If the
/// gradient is g at every step, the update is Δ = −s g.
///
///     u_k = 1 − μ s_k                           the gradient beside that of the proximal term
///     v_k = ρ_k v_{k−1} + (1 − δ_k) u_k         the velocity; δ_0 = 0, then the dampening
///     d_k = v_k,   or u_k + ρ_k v_k             the direction; Nesterov's
///     s_{k+1} = s_k + β_k d_k                   s_0 = 0, v_{−1} = 0
///
/// - Symbols: β_k and ρ_k are the local rate and the momentum of step k. μ is the weight of the
///   proximal term. Plain gradient descent has s = Σ β_k. With a heavy ball, s = Σ_k a_k for Δ =
///   −Σ_k a_k g_k, which is FedNova's ‖a‖₁ times the rate.
/// - Cost: some additions and multiplications per step, and no pass over a vector.
/// - Source: the vectors a of Wang et al. 2020, arXiv 2007.07481, as a recurrence [derived here].
public struct EffectiveRate: Equatable, Sendable {
    private let momentum: Double
    private let isNesterov: Bool
    private let dampening: Double
    private let pull: Double
    private var velocity = 0.0
    private var steps = 0
    private var firstRate = 0.0
    /// The sum s, in units of a rate.
    public private(set) var sum = 0.0
    /// Whether every step so far had the rate of the first step and the momentum of the settings.
    /// Then s follows from the number of steps and that rate.
    public private(set) var isEven = true

    /// Creates the sum before the first step of a round. The result is nil if the optimizer's
    /// direction is not linear in the gradients.
    ///
    /// - Parameter pull: the weight μ of the proximal term, 0 or more.
    public init?(_ optimizer: any Optimizer, pull: Double = 0) {
        guard let ball = optimizer.heavyBall else { return nil }
        (momentum, isNesterov, dampening) = (ball.momentum, ball.isNesterov, ball.dampening)
        self.pull = pull
    }

    /// Returns s after a number of steps at one rate, with the momentum of the settings.
    public func sum(steps: Int, rate: Double) -> Double {
        var all = self
        all.begin()
        for _ in 0..<steps { all.take(rate: rate, momentum: momentum) }
        return all.sum
    }

    /// Starts a round with a sum of 0.
    mutating func begin() {
        (velocity, steps, sum, isEven) = (0, 0, 0, true)
    }

    /// Counts a step with its rate and momentum.
    mutating func take(rate: Double, momentum: Double) {
        if steps == 0 { firstRate = rate }
        isEven = isEven && rate == firstRate && momentum == self.momentum
        let gradient = 1 - pull * sum
        velocity = momentum * velocity + (steps == 0 ? 1 : 1 - dampening) * gradient
        sum += rate * (isNesterov ? gradient + momentum * velocity : velocity)
        steps += 1
    }
}
