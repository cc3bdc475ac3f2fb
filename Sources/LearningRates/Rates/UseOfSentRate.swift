/// What clients do with the local rate that goes out with their tasks.
public enum UseOfSentRate: Sendable {
    /// All steps have it.
    case everyStep
    /// The client scheduler starts each round from it.
    case roundStart
    /// The client scheduler has rates of its own, but in a client's first round at most.
    case ignored
}
