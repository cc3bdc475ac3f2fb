/// The vectors, of the model's size, that a rule may name.
public enum VectorName: Equatable, Sendable {
    /// The parameters w of the model.
    case weights
    /// The gradient g of this step. On the server it is −Δ, minus the aggregate.
    case gradient
    /// The gradient of the step before, if the scheduler needs it.
    case previousGradient
    /// The previous aggregate Δ_{t−1}, before its rate. It exists only on clients, if the scheduler
    /// needs it.
    case previousAggregate
    /// One rate per parameter, if the scheduler's scope is `.parameter`.
    case rates
    /// A buffer of the optimizer.
    case buffer(Int)
    /// A vector of the scheduler. It is 0 at the start of a round unless it was carried over.
    case scheduler(Int)
}
