/// How clients use the sent rate of their tasks.
public enum UseOfSentRate: Sendable {
    /// All steps use the sent rate.
    case everyStep
    /// The client scheduler starts each round from the sent rate.
    case roundStart
    /// The client scheduler has its own rates. It uses the sent rate in a client's first round at
    /// most.
    case ignored
}
