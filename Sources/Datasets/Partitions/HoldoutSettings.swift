/// The settings of a holdout: how much each client holds out, and which samples.
public struct HoldoutSettings: Sendable, Equatable {
    /// The share of each client's samples that is held out for validation.
    public let validation: Double
    /// The share that is held out for tests.
    public let test: Double
    /// The rule that chooses the held-out samples.
    public let choice: Holdout.Choice
    /// The seed of the partition.
    public let seed: UInt64

    /// Makes the settings; the shares are in 0..<1, and both together are below 1.
    public init(validation: Double, test: Double, choice: Holdout.Choice, seed: UInt64) {
        (self.validation, self.test) = (validation, test)
        (self.choice, self.seed) = (choice, seed)
    }

    /// Splits the samples of each client of a population.
    public func holdout(of population: any Population) -> Holdout {
        Holdout(
            population, validation: validation, test: test, choice: choice, seed: seed)
    }
}
