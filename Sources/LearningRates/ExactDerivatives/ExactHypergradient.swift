public import LinearAlgebra

/// An objective whose batches can be selected again, so that its steps can be replayed.
public protocol ReplayableObjective: LocalObjective, ~Copyable {
    /// Selects the batch of step k = 0, 1, … for `gradient` and the products.
    mutating func select(step: Int, _ slots: inout VectorBlock<S>)
    /// Selects all samples that E is measured on as the validation batch.
    mutating func selectAllValidation(_ slots: inout VectorBlock<S>)
}

/// Steps at a constant rate, from given weights and cleared buffers.
public struct UnrolledSteps: Sendable {
    /// The optimizer, which turns gradients into directions.
    public var optimizer: any Optimizer
    /// The rate η of all steps.
    public var rate: Double
    /// The number of steps, K.
    public var count: Int

    /// Creates a series of steps.
    public init(optimizer: any Optimizer, rate: Double, count: Int) {
        (self.optimizer, self.rate, self.count) = (optimizer, rate, count)
    }

    // The vectors that both modes use.
    static let outer = VectorName.scheduler(0)
    static let inner = VectorName.scheduler(1)
    static let states = 2
    static let later = VectorName.scheduler(4)

    /// The needs of these derivatives, for the `StepContext`.
    public static var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        (needs.vectors, needs.validation, needs.secondDerivatives) = (5, true, true)
        return needs
    }
}

/// The exact derivatives of the validation loss E(w_K) after K steps, in everything that the steps
/// depend on.
///
///     a = ∂E/∂w_{k+1},  b = ∂E/∂buffers:    ∂E/∂η_k = −⟨a, d_k⟩,    D = −η a
///     γ = adjoint of g_k, from D and b through the optimizer
///     ∂E/∂λ += ⟨γ, w_k⟩,   a ← a + (H + λ I) γ,   b ← the buffers' adjoints before the step
///
/// - Reverse mode through all steps. Weights and buffers of all steps are kept: K (1 + buffers)
///   vectors. Costs 2 gradients and one H v per step.
/// - Source: Domke 2012; Maclaurin et al. 2015, arXiv 1502.03492; Franceschi et al. 2017, arXiv
///   1703.01785.
public struct ExactHypergradient: Sendable {
    /// The loss E(w_K).
    public internal(set) var loss = 0.0
    /// The loss of each step's batch before the step.
    public internal(set) var batchLosses: [Double] = []
    /// The derivatives ∂E/∂η_k of each step.
    public internal(set) var schedule: [Double] = []
    /// The derivative ∂E/∂η with one rate for each parameter, shared by all steps.
    public internal(set) var perParameter: [Double] = []
    /// The derivative ∂E/∂m of SGD, even if m is 0. It is 0 for other optimizers.
    public internal(set) var momentum = 0.0
    /// The derivative ∂E/∂λ.
    public internal(set) var weightDecay = 0.0
    /// The derivative ∂E/∂w_0.
    public internal(set) var start: [Double] = []
    /// The derivative ∂E/∂w_K.
    public internal(set) var end: [Double] = []
    /// The derivative ∂E/∂η of one rate that all steps share: the sum over the schedule.
    public var shared: Double { schedule.reduce(0, +) }
}

/// A hyperparameter that all steps share.
public enum SharedHyperparameter: Sendable {
    /// The rate η of all steps.
    case rate
    /// The momentum m of SGD, even if it is 0.
    case momentum
    /// The weight decay λ.
    case weightDecay
}

/// Derivatives of the validation loss along the steps, in forward mode.
public struct RunningHypergradient: Sendable {
    /// The losses E(w_k), k = 1, …, K.
    public internal(set) var losses: [Double] = []
    /// The derivatives of E(w_k) in the hyperparameter, which steps 0, …, k − 1 share.
    public internal(set) var derivatives: [Double] = []
}
