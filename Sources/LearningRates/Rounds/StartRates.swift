/// The start values of a run for a server scheduler. They are one value, stored once.
public struct StartRates: Sendable {
    /// The global rate at the start, α_0; above 0.
    public var globalRate: Double
    /// The local rate at the start, β_0; above 0.
    public var localRate: Double
    /// The number of rounds of the run; 1 or more.
    public var rounds: Int
    /// The optimizer of the server.
    public var optimizer: any Optimizer
    /// How the clients use the sent rate.
    public var use: UseOfSentRate

    /// Creates start values. Without arguments they are those of FedAvg: plain descent, both rates
    /// 1.
    public init(
        globalRate: Double = 1, localRate: Double = 1, rounds: Int = 1,
        optimizer: any Optimizer = plainDescent, use: UseOfSentRate = .everyStep
    ) {
        (self.globalRate, self.localRate, self.rounds) = (globalRate, localRate, rounds)
        (self.optimizer, self.use) = (optimizer, use)
    }
}

/// A message of a server scheduler about its start rates, the optimizer or the number of rounds.
public enum StartProblem: Equatable, Sendable {
    /// The scheduler does not work with them. The text has the form "expected X, found Y; do Z".
    case incompatible(String)
    /// The scheduler works, with this warning: "expected X, found Y; EFFECT; do Z".
    case warning(String)
}
