/// The parameter-sized vectors that a rule may name.
public enum VectorName: Equatable, Sendable {
    /// The parameters w.
    case weights
    /// The gradient g of this step; on the server −Δ, minus the aggregate.
    case gradient
    /// The gradient of the step before, where the scheduler asked for it.
    case previousGradient
    /// The last movement of the global model before its rate, Δ_{t−1}; clients only, where the
    /// scheduler asked for it.
    case previousAggregate
    /// One rate per parameter, where the scheduler's scope is `.parameter`.
    case rates
    /// A buffer of the optimizer's.
    case buffer(Int)
    /// A vector of the scheduler's own; 0 at the start of a round unless it is carried.
    case scheduler(Int)
}
