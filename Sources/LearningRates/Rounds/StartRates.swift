/// What a run starts with, as a server scheduler sees it: one value, stored once.
public struct StartRates: Sendable {
    /// α_0, the global rate at the start; above 0.
    public var globalRate: Double
    /// β_0, the local rate at the start; above 0.
    public var localRate: Double
    /// How many rounds the run has; 1 or more.
    public var rounds: Int
    /// The server's optimizer.
    public var optimizer: any Optimizer
    /// What the clients do with the local rate that they receive.
    public var use: UseOfSentRate

    /// Start rates. Without arguments they are those of FedAvg: plain descent, both rates 1.
    public init(
        globalRate: Double = 1, localRate: Double = 1, rounds: Int = 1,
        optimizer: any Optimizer = plainDescent, use: UseOfSentRate = .everyStep
    ) {
        (self.globalRate, self.localRate, self.rounds) = (globalRate, localRate, rounds)
        (self.optimizer, self.use) = (optimizer, use)
    }
}

/// What a server scheduler says about its start rates, the optimizer and the number of rounds.
public enum StartProblem: Equatable, Sendable {
    /// The scheduler can't work with them. The text is the reason and what would work.
    case incompatible(String)
    /// The scheduler works, but a user should know this.
    case warning(String)
}
