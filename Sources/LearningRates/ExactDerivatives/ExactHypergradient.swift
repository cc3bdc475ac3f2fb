public import LinearAlgebra

/// A problem whose batches can be chosen again, so that steps on it can be retraced.
public protocol ReplayableObjective: LocalObjective, ~Copyable {
    /// Makes the batch of step k = 0, 1, … that of `gradient` and the products.
    mutating func select(step: Int, _ slots: inout VectorBlock<S>)
    /// Makes all samples that E is measured on the validation batch.
    mutating func selectAllValidation(_ slots: inout VectorBlock<S>)
}

/// Steps at a constant rate, from given weights and cleared buffers.
public struct UnrolledSteps: Sendable {
    /// Turns gradients into directions.
    public var optimizer: any Optimizer
    /// η, of all steps.
    public var rate: Double
    /// How many steps, K.
    public var count: Int

    /// Steps.
    public init(optimizer: any Optimizer, rate: Double, count: Int) {
        (self.optimizer, self.rate, self.count) = (optimizer, rate, count)
    }

    // Places of the vectors of both directions.
    static let outer = VectorName.scheduler(0)
    static let inner = VectorName.scheduler(1)
    static let states = 2
    static let later = VectorName.scheduler(4)

    /// What a `StepContext` for these derivatives needs.
    public static var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        (needs.vectors, needs.validation, needs.secondDerivatives) = (5, true, true)
        return needs
    }
}

/// The exact derivatives of the validation loss after K steps: of E(w_K) in everything that the
/// steps depend on.
///
///     a = ∂E/∂w_{k+1},  b = ∂E/∂buffers:    ∂E/∂η_k = −⟨a, d_k⟩,    D = −η a
///     γ = adjoint of g_k, from D and b through the optimizer
///     ∂E/∂λ += ⟨γ, w_k⟩,   a ← a + (H + λ I) γ,   b ← the buffers' adjoints before the step
///
/// - Reverse mode through all steps; their weights and buffers are kept: K (1 + buffers) vectors.
///   Costs 2 gradients and one H v per step.
/// - Source: Domke 2012; Maclaurin et al. 2015, arXiv 1502.03492; Franceschi et al. 2017, arXiv
///   1703.01785.
public struct ExactHypergradient: Sendable {
    /// E(w_K).
    public internal(set) var loss = 0.0
    /// The loss of each step's batch before the step.
    public internal(set) var batchLosses: [Double] = []
    /// ∂E/∂η_k of each step.
    public internal(set) var schedule: [Double] = []
    /// ∂E/∂η of one rate for each parameter, shared by all steps.
    public internal(set) var perParameter: [Double] = []
    /// ∂E/∂m of SGD, also where m is 0; 0 of other optimizers.
    public internal(set) var momentum = 0.0
    /// ∂E/∂λ.
    public internal(set) var weightDecay = 0.0
    /// ∂E/∂w_0.
    public internal(set) var start: [Double] = []
    /// ∂E/∂w_K.
    public internal(set) var end: [Double] = []
    /// ∂E/∂η of one rate, shared by all steps: the sum over the schedule.
    public var shared: Double { schedule.reduce(0, +) }
}

/// A hyperparameter that all steps share.
public enum SharedHyperparameter: Sendable {
    /// η.
    case rate
    /// m of SGD, also where it is 0.
    case momentum
    /// λ.
    case weightDecay
}

/// Derivatives of the validation loss along the steps, by forward mode.
public struct RunningHypergradient: Sendable {
    /// E(w_k), k = 1, …, K.
    public internal(set) var losses: [Double] = []
    /// The derivative of E(w_k) in the hyperparameter, which steps 0, …, k − 1 share.
    public internal(set) var derivatives: [Double] = []
}
